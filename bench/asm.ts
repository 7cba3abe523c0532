/**
 * The assembler on a 20,000-line source, beside pasmo and z80asm where they are installed: in this process, cold and
 * warm, and as a whole process (`npm run build` makes ours).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assemble, memoryReader } from '../src/z80asm/index.js';

const LINES = 20_000;
const ROUNDS = 5;

/** Labels before and after their use, expressions, comments, data: what real sources have, in common notation. */
export function benchSource(lines: number): string {
  const body = [
    (i: number) => `l${i}: ld hl,l${((i * 7919) % lines) - (((i * 7919) % lines) % 10)} ; a label every ten lines`,
    () => '\tld a,(hl)',
    () => '\tinc hl\t\t; next',
    (i: number) => `\tadd a,0 + (${i % 50}+3*2) & 255`,
    () => '\tjr nz,$-4',
    () => '\tld (ix+3),a',
    () => '\tpush bc',
    () => '; a line of comment, as every source has many',
    () => '\tcp 10h',
    () => '\tdb 1,2,"text",0',
  ];
  const out = ['\torg 0'];
  for (let i = 0; i < lines; i++) out.push(body[i % 10]!(i));
  return out.join('\n') + '\n';
}

/** CPU time, so that what else the computer does weighs less. */
function best(spent: () => number): number {
  return Math.min(...Array.from({ length: ROUNDS }, spent));
}

function ownCpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** CPU time of another program in ms, as the shell's `times` tells it; undefined if it is missing or fails. */
function cpuOf(command: string, args: string[]): number | undefined {
  const shell = spawnSync('sh', ['-c', '"$@" >/dev/null 2>&1 && times', 'sh', command, ...args], { encoding: 'utf8' });
  if (shell.status !== 0) return undefined;
  const children = shell.stdout.trim().split('\n')[1] ?? '';
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60_000 + Number(s) * 1000,
    0,
  );
}

const ms = (value: number): string => `${value.toFixed(0).padStart(6)} ms`;

export async function run(): Promise<void> {
  const source = benchSource(LINES);
  const reader = memoryReader({ 'bench.asm': source });
  const once = (): void => {
    const result = assemble({ main: 'bench.asm', ...reader });
    if (!result.ok) throw new Error(`the bench source does not assemble: ${result.diagnostics[0]?.message}`);
  };
  console.log(`${LINES} lines, CPU time`);
  console.log(`in this process: first run ${ms(ownCpu(once))}, best of ${ROUNDS} more ${ms(best(() => ownCpu(once)))}`);
  const folder = mkdtempSync(join(tmpdir(), 'z80lm-bench-'));
  try {
    const file = join(folder, 'bench.asm');
    const out = join(folder, 'bench.bin');
    writeFileSync(file, source);
    const built = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
    const contenders: [string, string, string[]][] = [
      ['z80lm', process.execPath, [built, 'asm', file, '-o', out, '--no-warnings']],
      ['pasmo', 'pasmo', [file, out]],
      ['z80asm', 'z80asm', ['-o', out, file]],
    ];
    for (const [title, command, args] of contenders) {
      if (cpuOf(command, args) === undefined) console.log(`${title.padEnd(8)} not available`);
      else console.log(`${title.padEnd(8)} whole process ${ms(best(() => cpuOf(command, args)!))}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
