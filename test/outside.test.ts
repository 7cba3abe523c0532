/** What a suite does that misses something: skipped with its one line, unless it is insisted that all is here. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SUITES = `
import { it } from 'vitest';
import { describeShared, describeWith, describeWithFiles } from ${JSON.stringify(here('./outside.ts'))};
const reads = () => { throw new Error('a body was run'); };
describeShared('A', ['no/such.txt'], reads);
describeWith(['node', 'no-such-program'], 'B', reads);
describeWithFiles(['no/such/file'], 'C', reads);
describeWith(['node'], 'D', () => it('runs', () => {}));
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm outside '));
  writeFileSync(join(folder, 'suites.test.mjs'), SUITES);
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(env: Record<string, string>): { status: number | null; said: string } {
  const vitest = here('../node_modules/vitest/vitest.mjs');
  // Beside the checkout's node_modules for its imports, but with files of its own.
  const args = [vitest, 'run', '--root', here('..'), '--dir', folder, '--config', join(folder, 'vitest.config.mjs')];
  writeFileSync(join(folder, 'vitest.config.mjs'), "export default { test: { include: ['**/suites.test.mjs'] } };");
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', Z80LM_REQUIRE_OUTSIDE: '', ...env },
  });
  return { status, said: stdout + stderr };
}

it('missing things skip, also with CI=true, and one line each says what is not covered', () => {
  const { status, said } = run({ CI: 'true' });
  expect(said.match(/^not covered: .*/gm)?.sort()).toEqual([
    'not covered: A (missing: ../shared/no/such.txt)',
    'not covered: B (missing: no-such-program)',
    'not covered: C (missing: no/such/file)',
  ]);
  expect(said).toMatch(/1 passed.*3 skipped/);
  expect(status).toBe(0);
});

it.each([
  ['data', '../shared/no/such.txt', '1 failed | 1 passed | 2 skipped'],
  ['data,programs', 'no-such-program', '3 failed | 1 passed'],
])('missing things fail with Z80LM_REQUIRE_OUTSIDE=%s', (required, missing, counts) => {
  const { status, said } = run({ Z80LM_REQUIRE_OUTSIDE: required });
  expect(said).toContain(`but missing: ${missing}`);
  expect(said).toContain('A [data] > has what it needs');
  expect(said).toContain(`${counts} (4)`);
  expect(status).toBe(1);
});
