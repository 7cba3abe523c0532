/** firmware/recv on the virtual board: our own receiver, in Z80 code, fed by our sender and by lrzsz. */
import { describe, expect, it, vi } from 'vitest';
import { boardTarget } from '../../src/transfer/board-target.js';
import { CpmLine } from '../../src/transfer/cpm-line.js';
import { RECV } from '../../src/transfer/drivers/cpm.js';
import { cpmXmodem, type Profile } from '../../src/transfer/drivers/cpm-xmodem.js';
import { fileSums, saidSums, sumsDiffer } from '../../src/transfer/file-sums.js';
import { CAN, crc16, STX } from '../../src/transfer/xmodem.js';
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
    const { crc, records, plain, placed } = fileSums(sample(1000));
    expect(records).toBe(8);
    const due = [crc, records, plain, placed].map((word) => word.toString(16).toUpperCase().padStart(4, '0'));
    expect((await line.command('RECV X.COM CRC')).text).toMatch(new RegExp(`CRC ${due.join(' ')}$`));
  });

  /** The polynomial itself, 11021h, in three bytes: no CRC-16 by it sees that. */
  const UNSEEN = [
    [40, 0x01],
    [41, 0x10],
    [42, 0x21],
  ] as const;
  const damaged = (bytes: Uint8Array, offset = 0): Uint8Array => {
    const wrong = bytes.slice();
    for (const [at, bits] of UNSEEN) wrong[offset + at]! ^= bits;
    return wrong;
  };

  it('an error in a block that its CRC does not see is found by the sums', async () => {
    const bytes = sample(2_048);
    expect(crc16(damaged(bytes))).toBe(crc16(bytes));
    const line = connect();
    const write = line.link.write.bind(line.link);
    let blocks = 0;
    line.link.write = (out) => write(out[0] === STX && ++blocks === 2 ? damaged(out, 3) : out);
    await expect(flash(line, bytes)).rejects.toMatchObject({
      name: 'RefusedError',
      message: expect.stringMatching(/^the board's sum of the file is [0-9A-F]{4}, not [0-9A-F]{4}$/),
      hint: expect.stringContaining('there is no X.COM on the board'),
    });
    expect(blocks).toBe(2);
    expect((await line.command('DIR')).text).toBe('A: RECV     COM');
  });

  it('the sums tell places and records apart', () => {
    const bytes = sample(300);
    const due = fileSums(bytes);
    const swapped = bytes.slice();
    [swapped[7], swapped[8]] = [bytes[8]!, bytes[7]!];
    expect(fileSums(swapped).plain).toBe(due.plain);
    expect(sumsDiffer({ ...due, placed: fileSums(swapped).placed }, due)).toContain('sum of places');
    expect(sumsDiffer({ ...due, records: 2 }, due)).toBe("the board's number of records of the file is 0002, not 0003");
    expect(sumsDiffer({ crc: due.crc ^ 1 }, due)).toContain("the board's CRC of the file");
    expect(sumsDiffer(due, due)).toBeUndefined();
    expect(saidSums('CRC 12AB 0008')).toEqual({ crc: 0x12ab, records: 8 });
    expect(saidSums('CRC 12AB 0008 0001 0002')).toEqual({ crc: 0x12ab, records: 8, plain: 1, placed: 2 });
    expect(saidSums('RECV?')).toBeUndefined();
  });

  it('an old one, which tells no sums, still receives; that it proves nothing is said', async () => {
    const line = connect();
    // As the first version answers: CRC and records.
    const command = CpmLine.prototype.command;
    const old = vi.spyOn(CpmLine.prototype, 'command').mockImplementation(async function (this: CpmLine, ...args) {
      const answer = await command.apply(this, args);
      return { ...answer, text: answer.text.replace(/(CRC \w{4} \w{4}) .*/, '$1') };
    });
    try {
      const driver = cpmXmodem('recv', 'RECV', [RECV]);
      const doubts: (string | undefined)[] = [];
      for await (const { doubt } of boardTarget(line.link, driver, line.clock).load({
        name: 'X.COM',
        bytes: sample(500),
      }))
        if (doubt !== undefined) doubts.push(doubt);
      expect(doubts).toEqual([expect.stringContaining('the RECV on the board is an old one')]);
    } finally {
      old.mockRestore();
    }
  });

  it.each([
    [1, 'done'],
    [2, 'RECV tells no CRC, but'],
  ])('its sums are asked for again where the answer is damaged: %i times', async (damages, end) => {
    const line = connect();
    const command = CpmLine.prototype.command;
    let left = damages;
    const noisy = vi.spyOn(CpmLine.prototype, 'command').mockImplementation(async function (this: CpmLine, ...args) {
      const answer = await command.apply(this, args);
      return { ...answer, text: left > 0 ? answer.text.replace(/CRC(?= \w{4})/, () => (left--, 'C?C')) : answer.text };
    });
    try {
      const phases = flash(line, sample(500));
      if (end === 'done') expect(await phases).toContain(end);
      else await expect(phases).rejects.toThrow(end);
    } finally {
      noisy.mockRestore();
    }
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
