/**
 * Transfer rate through a pseudo-terminal to a receiver that answers as soon as a wire would have brought the block
 * (prompt-receiver.ts): ours, and lrzsz's sx to the same receiver. They take turns, now one first, now the other, and what
 * counts is the median of the pairs' ratios: what else this computer does falls on both. Time begins with the first block: the
 * 20 ms for which a first C is looked at are no part of it (a receiver that says when it is ready is not made to ask).
 *
 *     npm run bench -- link [--baud 115200] [--rounds 9] [--size 40960] [--gap 0]
 */
import { fork, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeClock as clock } from '../src/host/node-clock.js';
import { serialLink } from '../src/link/serial-link.js';
import { sendXmodem } from '../src/transfer/xmodem-send.js';
import { msPerByte } from './prompt-receiver.js';

const RECEIVER = fileURLToPath(new URL('./prompt-receiver.ts', import.meta.url));
/** Each speed with as much as it sends in some seconds. */
const SPEEDS: readonly [baud: number, size: number][] = [
  [115_200, 40_960],
  [38_400, 20_480],
  [9_600, 8_192],
];
const ROUNDS = 9;

function option(name: string): number | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : Number(process.argv[at + 1]);
}

/** A receiver, while `send` sends to it; @returns the milliseconds that it took */
async function timed(baud: number, send: (path: string, opened: () => void) => Promise<void>): Promise<number> {
  const child = fork(RECEIVER, [String(baud)], { execArgv: ['--import', 'tsx'] });
  const said = (): Promise<{ path: string; ms: number }> => new Promise((resolve) => child.once('message', resolve));
  const { path } = await said();
  const result = said();
  await send(path, () => void child.send('opened'));
  const { ms } = await result;
  child.disconnect();
  return ms;
}

const ours = (baud: number, data: Uint8Array, blockSize: 128 | 1024, gapMs: number): Promise<number> =>
  timed(baud, async (path, opened) => {
    const link = await serialLink(path, { clock });
    opened();
    for await (const _ of sendXmodem(link, data, { clock, blockSize, settings: { gapMs } }));
    await link.close();
  });

const sx = (baud: number, file: string, flags: string): Promise<number> =>
  timed(baud, async (path, opened) => {
    spawnSync('stty', ['-F', path, 'raw', '-echo']);
    const child = spawn('sh', ['-c', `exec sx ${flags} -b -q '${file}' <${path} >${path} 2>/dev/null`]);
    await clock.sleep(500);
    opened();
    await new Promise((resolve) => child.on('exit', resolve));
  });

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

export async function run(): Promise<void> {
  if (spawnSync('sh', ['-c', 'command -v sx']).status !== 0) return console.log('sx is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'z80lm-bench-'));
  const rounds = option('rounds') ?? ROUNDS;
  for (const [baud, usual] of SPEEDS.filter(([speed]) => speed === (option('baud') ?? speed))) {
    const size = option('size') ?? usual;
    const data = Uint8Array.from({ length: size }, (_, n) => (n * 7) & 0xff);
    const file = join(folder, 'data');
    writeFileSync(file, data);
    for (const [blockSize, flags] of [
      [1024, '-k'],
      [128, ''],
    ] as const) {
      const pairs: { ours: number; sx: number }[] = [];
      const turns = {
        ours: () => ours(baud, data, blockSize, option('gap') ?? 0),
        sx: () => sx(baud, file, flags),
      };
      for (let round = 0; round < rounds; round++) {
        const pair = { ours: 0, sx: 0 };
        for (const who of round % 2 === 0 ? (['ours', 'sx'] as const) : (['sx', 'ours'] as const))
          pair[who] = await turns[who]();
        pairs.push(pair);
      }
      const ratios = pairs.map((pair) => pair.sx / pair.ours).sort((a, b) => a - b);
      const wire = size * msPerByte(baud);
      const share = (who: 'ours' | 'sx'): string =>
        `${((100 * wire) / median(pairs.map((pair) => pair[who]))).toFixed(1)} %`;
      console.log(
        `${String(baud).padStart(6)} baud, blocks of ${String(blockSize).padStart(4)}: sx takes ${median(ratios).toFixed(4)} of our time ` +
          `(${ratios[0]!.toFixed(3)} to ${ratios.at(-1)!.toFixed(3)}); of the wire we use ${share('ours')}, sx ${share('sx')}`,
      );
    }
  }
  rmSync(folder, { recursive: true });
}
