/**
 * Against other people's XMODEM through a pseudo-terminal: our end opens a port by its path with serialport, as it
 * would a board's; the peer is behind it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeClock as clock } from '../../src/host/node-clock.js';
import { serialLink } from '../../src/link/serial-link.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { receiveXmodem } from '../../src/transfer/xmodem-receive.js';
import { sendXmodem } from '../../src/transfer/xmodem-send.js';
import { fakePort, peer, type Peer } from '../fakes/pty.js';
import { describeWith } from '../outside.js';
import { expectSame, sample, SIZES } from './samples.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-interop-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @param start starts the peer, when its line is ready: it has time-outs of its own */
async function joined<T>(start: () => Peer, use: (link: ByteLink, other: Peer) => Promise<T>): Promise<T> {
  const port = fakePort();
  const link = await serialLink(port.path, { clock });
  port.ready();
  const other = start();
  port.onData((bytes) => other.send(bytes));
  other.onData((bytes) => port.send(bytes));
  try {
    return await use(link, other);
  } finally {
    await link.close();
    other.kill();
    port.close();
  }
}

describeWith(['sx', 'rx'], 'XMODEM against lrzsz', () => {
  for (const blockSize of [128, 1024] as const)
    for (const [check, flags] of [
      ['crc', ['-c']],
      ['checksum', []],
    ] as const)
      it(`we send, rx receives: ${blockSize}, ${check}`, async () => {
        const one = async (size: number): Promise<void> => {
          const data = sample(size);
          const file = `in-${blockSize}-${check}-${size}`;
          const rx = (): Peer => peer('rx', ['-b', '-q', ...flags, file], folder);
          await joined(rx, async (link, { ended }) => {
            let last;
            for await (last of sendXmodem(link, data, { clock, blockSize, settings: { gapMs: 0 } }));
            expect(last).toMatchObject({ type: 'done', retries: 0, confirmed: true });
            expect(await ended).toBe(0);
          });
          expectSame(readFileSync(join(folder, file)), data);
        };
        await Promise.all(SIZES.map(one));
      });

  for (const [name, flags] of [
    ['128', []],
    ['1024', ['-k']],
  ] as const)
    for (const check of ['crc', 'checksum'] as const)
      it(`sx sends, we receive: ${name}, ${check}`, async () => {
        const one = async (size: number): Promise<void> => {
          const data = sample(size);
          const file = `out-${name}-${check}-${size}`;
          writeFileSync(join(folder, file), data);
          const sx = (): Peer => peer('sx', ['-b', '-q', ...flags, file], folder);
          const got = await joined(sx, async (link, { ended }) => {
            const bytes = await receiveXmodem(link, { clock, check });
            expect(await ended).toBe(0);
            return bytes;
          });
          expectSame(got, data);
        };
        await Promise.all(SIZES.map(one));
      });
});
