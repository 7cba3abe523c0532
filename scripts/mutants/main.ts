/**
 * `npm run mutants -- ROOM [--sample N] [--files GLOB]… [--stopped]`: changes the sources of a room in small ways, one at a time,
 * and says which changes its tests do not notice. StrykerJS does that. It is no dependency of the project: its 64 MB are
 * installed on the first run, beside the others, where `npm ci` removes them.
 *
 * --sample N   one mutant in N, always the same ones
 * --files G    only these sources of the room; may be given several times
 * --stopped    runs nothing, and says what a run that was stopped had found
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOMS } from './rooms.js';
import { readResults, summary, survivors } from './report.js';

/** The last one that runs on Node 20. */
const STRYKER = '9.6.1';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Inside node_modules, so that the runner finds the project's own vitest. */
const TOOL = join(ROOT, 'node_modules/.cache/stryker', STRYKER);
const OUT = join(ROOT, 'out/mutants');

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '1' },
    files: { type: 'string', multiple: true },
    stopped: { type: 'boolean', default: false },
  },
});
const name = positionals[0] ?? '';
const room = ROOMS[name];
const sample = Number(values.sample);
if (room === undefined || !Number.isInteger(sample) || sample < 1) {
  console.error(`usage: npm run mutants -- ${Object.keys(ROOMS).join('|')} [--sample N] [--files GLOB]… [--stopped]`);
  process.exit(2);
}

const lines = join(OUT, `${name}.jsonl`);
const run = (command: string, args: readonly string[]): void => {
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, MUTANTS_ROOM: name, MUTANTS_SAMPLE: String(sample), MUTANTS_LINES: lines },
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
};

const printResults = (): void => {
  const mutants = readResults(readFileSync(lines, 'utf8'), sample);
  const source = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
  console.log(`\n${survivors(mutants, source)}\n\n${summary(mutants, sample)}`);
};
if (values.stopped) {
  printResults();
  process.exit(0);
}

const core = join(TOOL, 'node_modules/@stryker-mutator/core/bin/stryker.js');
if (!existsSync(core))
  // Without peers: the peer is the project's vitest.
  run('npm', [
    ...['install', '--prefix', TOOL, '--legacy-peer-deps', '--no-audit', '--no-fund'],
    ...['core', 'vitest-runner'].map((part) => `@stryker-mutator/${part}@${STRYKER}`),
  ]);

const config = join(OUT, `${name}.config.json`);
mkdirSync(OUT, { recursive: true });
writeFileSync(
  config,
  JSON.stringify({
    testRunner: 'vitest',
    vitest: { configFile: 'scripts/mutants/vitest.config.ts' },
    plugins: ['@stryker-mutator/vitest-runner', join(ROOT, 'scripts/mutants/plugin.js')],
    checkers: sample > 1 ? ['sample'] : [],
    mutate: values.files ?? room.mutate,
    // A mutant is tried on the tests that reach it only.
    coverageAnalysis: 'perTest',
    // One at a time: some tests wait for real time.
    concurrency: 1,
    // A mutant that hangs is killed by this: as long as its tests took unchanged, times 2, and some seconds.
    timeoutFactor: 2,
    timeoutMS: 5_000,
    dryRunTimeoutMinutes: 30,
    reporters: ['lines', 'progress-append-only'],
    tempDirName: 'out/mutants/tmp',
    ignorePatterns: ['/out', '/coverage', '/bench'],
    disableTypeChecks: false,
    allowConsoleColors: false,
  }),
);
run(process.execPath, [core, 'run', config]);

printResults();
