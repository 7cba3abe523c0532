/**
 * How soon the tool is there: whole processes of the built command line (`npm run build`), beside an empty Node.
 * Processor time is what the tool takes; the time by the wall also has what else the computer does.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROUNDS = 7;
const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Prints "> " as the talking program does, asks for a line, and leaves. */
const PROMPT_COM = Buffer.from([0x1e, 0x3e, 0x0e, 0x02, 0xcd, 0x05, 0x00, 0x0e, 0x01, 0xcd, 0x05, 0x00, 0xc3, 0, 0]);

function best(args: string[]): { wallMs: number; cpuMs: number } {
  // The child tells its own processor time at its end, so nothing but Node is needed to measure it.
  const tell = `process.on('exit', () => { const { user, system } = process.cpuUsage();
    require('node:fs').writeSync(2, '\\ncpu ' + (user + system) / 1000); })`;
  const preload = `data:text/javascript,${encodeURIComponent(`import { createRequire } from 'node:module'; const require = createRequire('/'); ${tell}`)}`;
  const runs = Array.from({ length: ROUNDS }, () => {
    const begin = performance.now();
    const { stderr } = spawnSync(process.execPath, ['--import', preload, ...args], { input: 'x', encoding: 'utf8' });
    return { wallMs: performance.now() - begin, cpuMs: Number(/cpu ([\d.]+)\s*$/.exec(stderr)?.[1]) };
  });
  return {
    wallMs: Math.min(...runs.map(({ wallMs }) => wallMs)),
    cpuMs: Math.min(...runs.map(({ cpuMs }) => cpuMs)),
  };
}

export async function run(): Promise<void> {
  if (!existsSync(CLI)) return console.log('not built: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'z80lm-start-'));
  try {
    const com = join(folder, 'P.COM');
    writeFileSync(com, PROMPT_COM);
    const lines: [string, string[]][] = [
      ['node, empty', ['-e', '0']],
      ['z80lm --help', [CLI, '--help']],
      ['z80lm flash --help', [CLI, 'flash', '--help']],
      ['z80lm run, to the prompt', [CLI, 'run', com]],
    ];
    console.log(`best of ${ROUNDS}             processor      wall`);
    for (const [title, args] of lines) {
      const { cpuMs, wallMs } = best(args);
      console.log(`${title.padEnd(24)} ${cpuMs.toFixed(0).padStart(6)} ms ${wallMs.toFixed(0).padStart(6)} ms`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
