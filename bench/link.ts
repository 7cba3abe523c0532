/**
 * Transfer rate through a pseudo-terminal to a receiver that answers as soon as a wire at 115200 baud would have
 * brought the block (prompt-receiver.ts): ours, and lrzsz's sx to the same receiver, in turn. The best of three each,
 * since whatever else this computer does only ever makes one slower.
 */
import { fork, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeClock as clock } from '../src/host/node-clock.js';
import { serialLink } from '../src/link/serial-link.js';
import { sendXmodem } from '../src/transfer/xmodem-send.js';
import { MS_PER_BYTE } from './prompt-receiver.js';

const SIZE = 40_960;
const RUNS = 3;
const RECEIVER = fileURLToPath(new URL('./prompt-receiver.ts', import.meta.url));

/** A receiver, while `send` sends to it; @returns the milliseconds that it took */
async function timed(send: (path: string, opened: () => void) => Promise<void>): Promise<number> {
  const child = fork(RECEIVER, [], { execArgv: ['--import', 'tsx'] });
  const said = (): Promise<{ path: string; ms: number }> => new Promise((resolve) => child.once('message', resolve));
  const { path } = await said();
  const result = said();
  await send(path, () => void child.send('opened'));
  const { ms } = await result;
  child.disconnect();
  return ms;
}

const ours = (data: Uint8Array, blockSize: 128 | 1024, gapMs: number): Promise<number> =>
  timed(async (path, opened) => {
    const link = await serialLink(path, { clock });
    opened();
    for await (const _ of sendXmodem(link, data, { clock, blockSize, settings: { gapMs } }));
    await link.close();
  });

const sx = (file: string, flags: string): Promise<number> =>
  timed(async (path, opened) => {
    spawnSync('stty', ['-F', path, 'raw', '-echo']);
    const child = spawn('sh', ['-c', `exec sx ${flags} -b -q '${file}' <${path} >${path} 2>/dev/null`]);
    await clock.sleep(500);
    opened();
    await new Promise((resolve) => child.on('exit', resolve));
  });

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'z80lm-bench-'));
  const data = Uint8Array.from({ length: SIZE }, (_, n) => (n * 7) & 0xff);
  const file = join(folder, 'data');
  writeFileSync(file, data);
  const haveSx = spawnSync('sh', ['-c', 'command -v sx']).status === 0;
  if (!haveSx) console.log('sx is not installed');
  for (const [blockSize, flags] of [
    [1024, '-k'],
    [128, ''],
  ] as const) {
    const contestants: [string, () => Promise<number>][] = [
      [`z80lm, blocks of ${blockSize}`, () => ours(data, blockSize, 0)],
      [`z80lm, blocks of ${blockSize}, 10 ms gap as for XM`, () => ours(data, blockSize, 10)],
      ...(haveSx ? [[`sx, blocks of ${blockSize}`, () => sx(file, flags)] as [string, () => Promise<number>]] : []),
    ];
    const best = contestants.map(() => Infinity);
    for (let round = 0; round < RUNS; round++)
      for (const [n, [, measure]] of contestants.entries()) best[n] = Math.min(best[n]!, await measure());
    for (const [n, [title]] of contestants.entries()) {
      const ms = best[n]!;
      const share = `${((100 * SIZE * MS_PER_BYTE) / ms).toFixed(1)} % of the wire`;
      const ratio = haveSx ? `, ${(best.at(-1)! / ms).toFixed(2)} x sx` : '';
      console.log(
        `${title.padEnd(44)} ${(ms / 1000).toFixed(2)} s  ${Math.round((SIZE * 1000) / ms)} bytes/s  ${share}${ratio}`,
      );
    }
  }
  rmSync(folder, { recursive: true });
}
