/** firmware/recv on the virtual board: our own receiver, in Z80 code, fed by our sender and by lrzsz. */
import { describe, expect, it } from 'vitest';
import { boardTarget } from '../../src/transfer/board-target.js';
import { CpmLine } from '../../src/transfer/cpm-line.js';
import { RECV } from '../../src/transfer/drivers/cpm.js';
import { cpmXmodem, type Profile } from '../../src/transfer/drivers/cpm-xmodem.js';
import { CAN, crc16 } from '../../src/transfer/xmodem.js';
import { receiver } from '../fakes/receiver.js';
import { VirtualLine, type VirtualLineOptions } from '../fakes/virtual-board-link.js';
import { sample } from './samples.js';

/** A board with RECV.COM on A:, in virtual time. */
function connect(options: VirtualLineOptions = {}): CpmLine {
  const line = new VirtualLine({ ...options, files: [{ name: 'RECV.COM', bytes: receiver() }] });
  return new CpmLine(line, line);
}

const flash = async (line: CpmLine, bytes: Uint8Array, changes: Partial<Profile> = {}): Promise<string[]> => {
  const driver = cpmXmodem('recv', 'RECV', [{ ...RECV, ...changes }]);
  const phases = new Set<string>();
  for await (const { phase } of boardTarget(line.link, driver, line.clock).load({ name: 'X.COM', bytes }))
    phases.add(phase);
  return [...phases];
};

describe('RECV.COM', () => {
  it('is at most 1 KB', () => {
    expect(receiver().length).toBeLessThanOrEqual(1024);
  });

  it('takes 1K and 128 blocks, over an old file, and its CRC is ours', async () => {
    const line = connect();
    for (const [size, blockSize] of [
      [20_000, 1024],
      [1_000, 128],
    ] as const)
      expect(await flash(line, sample(size), { blockSize })).toEqual(['prepare', 'send', 'verify', 'finish', 'done']);
    const padded = new Uint8Array(1024).fill(0x1a);
    padded.set(sample(1000));
    const due = crc16(padded).toString(16).toUpperCase().padStart(4, '0');
    expect((await line.command('RECV X.COM CRC')).text).toMatch(new RegExp(`CRC ${due} 0008$`));
  });

  it('with noise on the line', async () => {
    const noise = { flip: 0.0002, drop: 0.0002, duplicate: 0.0002, seed: 5 };
    const line = connect({ noise });
    expect(await flash(line, sample(3000), { blockSize: 128 })).toContain('done');
  });

  it('refuses to overwrite, and leaves nothing of a cancelled file', async () => {
    const line = connect();
    expect((await line.command('RECV RECV.COM')).text).toMatch(/File exists$/);
    expect((await line.command('RECV')).text).toMatch(/RECV NAME \[CRC\]$/);
    expect((await line.command('RECV NIX.COM CRC')).text).toMatch(/No file$/);
    await line.typeLine('RECV HALF.COM');
    await line.reader.expect(/Ready\r\n/, 3000, 'RECV');
    await line.link.write(Uint8Array.of(CAN, CAN));
    const end = await line.promptAfter(5000);
    expect(end?.text).toMatch(/Cancelled, nothing kept$/);
    expect((await line.command('DIR')).text).toBe('A: RECV     COM');
  });
});
