/**
 * What tests use from outside this repository: data of other projects that may not be committed (beside the checkout,
 * in ../shared), programs to compare with, and files that only some systems have. None of it is needed to run the
 * tests: a suite that misses something is skipped, and one line says what is not covered for want of what.
 *
 * Z80LM_REQUIRE_OUTSIDE turns such skips into failures, for the one place that promises to have everything (.ci/run):
 * `data`, `programs` (and what else a system has) or `data,programs`. CI=true does not: GitHub sets it for every fork,
 * where none of the data can be.
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, it } from 'vitest';

const SHARED = new URL('../../shared/', import.meta.url);
const ROOT = new URL('../', import.meta.url);

const sharedPath = (name: string): string => fileURLToPath(new URL(name, SHARED));

/** The bytes of a shared file; `.gz` is unpacked. */
export function shared(name: string): Uint8Array {
  const bytes = readFileSync(sharedPath(name));
  return new Uint8Array(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

/** A suite that needs files of ../shared. Its title says what goes uncovered without them. */
export function describeShared(title: string, names: string[], suite: () => void): void {
  describeOutside(
    'data',
    title,
    names.filter((name) => !existsSync(sharedPath(name))).map((name) => `../shared/${name}`),
    suite,
  );
}

/** A suite that needs programs. */
export function describeWith(programs: string[], title: string, suite: () => void): void {
  describeOutside(
    'programs',
    title,
    programs.filter((program) => !isInstalled(program)),
    suite,
  );
}

/** A suite that needs files: of the system, by their whole path, or of this checkout, from its root. */
export function describeWithFiles(paths: string[], title: string, suite: () => void): void {
  describeOutside(
    'programs',
    title,
    paths.filter((path) => !existsSync(new URL(path, ROOT))),
    suite,
  );
}

/** A suite that needs files in a folder of the user's, which a variable of the environment names. */
export function describeWithFolder(
  variable: string,
  files: string[],
  title: string,
  suite: (folder: string) => void,
): void {
  const folder = process.env[variable];
  const missing =
    folder === undefined
      ? [`$${variable}`]
      : files.map((name) => join(folder, name)).filter((path) => !existsSync(path));
  describeOutside('files', title, missing, () => suite(folder!));
}

function describeOutside(
  kind: 'data' | 'programs' | 'files',
  title: string,
  missing: string[],
  suite: () => void,
): void {
  // `.ci/run` picks those that need data by their names, as all others run in its clone.
  const name = kind === 'data' ? `${title} [data]` : title;
  if (missing.length === 0) return void describe(name, suite);
  const words = `missing: ${missing.join(', ')}`;
  // Not describe.skip(title, suite): that runs the body to collect its tests, and the body may read what is missing.
  if (process.env['Z80LM_REQUIRE_OUTSIDE']?.split(',').includes(kind)) {
    describe(name, () =>
      it('has what it needs', () => {
        throw new Error(`Z80LM_REQUIRE_OUTSIDE has "${kind}", but ${words}`);
      }),
    );
  } else {
    describe(name, () => it.skip(words));
    // Vitest counts what is skipped, and says neither what nor why.
    process.stderr.write(`not covered: ${title} (${words})\n`);
  }
}

/** Looked up, not started: some peers would wait for input, or serve. */
function isInstalled(program: string): boolean {
  const endings = process.platform === 'win32' ? (process.env['PATHEXT'] ?? '.EXE').split(';') : [''];
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) =>
    endings.some((ending) => {
      try {
        accessSync(join(folder, program + ending), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}
