/**
 * The assembler beside sjasmplus and pasmo, where they are installed: sources whose lines repeat and sources whose lines
 * differ, in this process (cold and warm) and as whole processes that take turns, so that a busy computer slows all of
 * them; and the time and peak memory that a very long source takes. `npm run build` makes ours.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assemble, memoryReader } from '../src/z80asm/index.js';
import { benchSource, longSource, variedSource } from './asm-sources.js';

const LINES = 20_000;
const MANY_LINES = 500_000;
const ROUNDS = 5;
const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

interface Spent {
  cpuMs: number;
  /** Only of ours. */
  peakMb: number;
}

function ownCpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** CPU time of another program, as the shell's `times` tells it; undefined if it is missing or fails. */
function peer(command: string, args: string[]): Spent | undefined {
  const shell = spawnSync('sh', ['-c', '"$@" >/dev/null 2>&1 && times', 'sh', command, ...args], { encoding: 'utf8' });
  if (shell.status !== 0) return undefined;
  const children = shell.stdout.trim().split('\n')[1] ?? '';
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  return { cpuMs: parts.reduce((sum, [, m, s]) => sum + Number(m) * 60_000 + Number(s) * 1000, 0), peakMb: 0 };
}

/** Node tells at its end what it took. */
const TELL = `process.on('exit', () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stderr.write('\\nspent ' + (userCPUTime + systemCPUTime) / 1000 + ' ' + maxRSS / 1024 + '\\n'); })`;
const PRELOAD = `data:text/javascript,${encodeURIComponent(TELL)}`;

function ours(file: string, out: string): Spent | undefined {
  const args = ['--import', PRELOAD, CLI, 'asm', file, '-o', out, '--no-warnings'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const [, cpuMs, peakMb] = /spent ([\d.]+) ([\d.]+)\s*$/.exec(stderr) ?? [];
  return status === 0 && peakMb !== undefined ? { cpuMs: Number(cpuMs), peakMb: Number(peakMb) } : undefined;
}

const ms = (value: number): string => `${value.toFixed(0).padStart(6)} ms`;

/** Each in turn, and the best of each. */
function wholeProcesses(file: string, out: string, rounds: number): void {
  const contenders: [string, () => Spent | undefined][] = [
    ['z80lm', () => ours(file, out)],
    ['sjasmplus', () => peer('sjasmplus', ['--nologo', `--raw=${out}`, file])],
    ['pasmo', () => peer('pasmo', [file, out])],
  ];
  const best = new Map<string, Spent>();
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of contenders) {
      const spent = run();
      const before = best.get(name)?.cpuMs ?? Infinity;
      if (spent && spent.cpuMs < before) best.set(name, spent);
    }
  const own = best.get('z80lm');
  for (const [name] of contenders) {
    const spent = best.get(name);
    if (!spent) console.log(`  ${name.padEnd(10)} not available`);
    else if (name === 'z80lm')
      console.log(`  ${name.padEnd(10)}${ms(spent.cpuMs)}, ${spent.peakMb.toFixed(0)} MB at most`);
    else
      console.log(
        `  ${name.padEnd(10)}${ms(spent.cpuMs)}${own ? `: ours is ${(own.cpuMs / spent.cpuMs).toFixed(1)} times that` : ''}`,
      );
  }
}

function inThisProcess(source: string): void {
  const once = (): void => {
    const result = assemble({ main: 'bench.asm', ...memoryReader({ 'bench.asm': source }) });
    if (!result.ok) throw new Error(`the bench source does not assemble: ${result.diagnostics[0]?.message}`);
  };
  const first = ownCpu(once);
  const best = Math.min(...Array.from({ length: ROUNDS }, () => ownCpu(once)));
  console.log(`  in this process: first run ${ms(first)}, best of ${ROUNDS} more ${ms(best)}`);
}

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'z80lm-bench-'));
  try {
    const file = join(folder, 'bench.asm');
    const out = join(folder, 'bench.bin');
    if (!existsSync(CLI)) console.log('not built: npm run build');
    const sources: [string, string, number][] = [
      [`${LINES} lines that repeat`, benchSource(LINES), ROUNDS],
      [`${LINES} lines that differ`, variedSource(LINES), ROUNDS],
      [`${MANY_LINES} lines`, longSource(MANY_LINES), 2],
    ];
    for (const [title, source, rounds] of sources) {
      console.log(`${title}, processor time`);
      if (rounds === ROUNDS) inThisProcess(source);
      writeFileSync(file, source);
      wholeProcesses(file, out, rounds);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
