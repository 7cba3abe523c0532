/**
 * `npm run mutants -- ROOM [--sample N] [--files GLOB]…`: changes the sources of a room in small ways, one at a time,
 * and says which changes its tests do not notice. StrykerJS does that. It is no dependency of the project: its 64 MB are
 * installed on the first run, beside the others, where `npm ci` removes them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOMS } from './rooms.js';
import { summary, survivors, type Report } from './report.js';

/** The last one that runs on Node 20. */
const STRYKER = '9.6.1';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Inside node_modules, so that the runner finds the project's own vitest. */
const TOOL = join(ROOT, 'node_modules/.cache/stryker', STRYKER);
const OUT = join(ROOT, 'out/mutants');

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string', default: '1' }, files: { type: 'string', multiple: true } },
});
const name = positionals[0] ?? '';
const room = ROOMS[name];
const sample = Number(values.sample);
if (room === undefined || !Number.isInteger(sample) || sample < 1) {
  console.error(`usage: npm run mutants -- ${Object.keys(ROOMS).join('|')} [--sample N] [--files GLOB]…`);
  process.exit(2);
}

const run = (command: string, args: readonly string[]): void => {
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, MUTANTS_ROOM: name, MUTANTS_SAMPLE: String(sample) },
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
};

const core = join(TOOL, 'node_modules/@stryker-mutator/core/bin/stryker.js');
if (!existsSync(core))
  // Without peers: the peer is the project's vitest.
  run('npm', [
    ...['install', '--prefix', TOOL, '--legacy-peer-deps', '--no-audit', '--no-fund'],
    ...['core', 'vitest-runner'].map((part) => `@stryker-mutator/${part}@${STRYKER}`),
  ]);

const report = join(OUT, `${name}.json`);
const config = join(OUT, `${name}.config.json`);
mkdirSync(OUT, { recursive: true });
writeFileSync(
  config,
  JSON.stringify({
    testRunner: 'vitest',
    vitest: { configFile: 'scripts/mutants/vitest.config.ts' },
    plugins: ['@stryker-mutator/vitest-runner', join(ROOT, 'scripts/mutants/sample.js')],
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
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: report },
    tempDirName: 'out/mutants/tmp',
    ignorePatterns: ['/out', '/coverage', '/bench'],
    disableTypeChecks: false,
    allowConsoleColors: false,
  }),
);
run(process.execPath, [core, 'run', config]);

const result = JSON.parse(readFileSync(report, 'utf8')) as Report;
console.log(`\n${survivors(result, sample)}\n\n${summary(result, sample)}`);
