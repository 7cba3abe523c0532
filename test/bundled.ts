/**
 * The program as users have it: one bundle, made once per run of the tests (vitest's `globalSetup`) and again only when a
 * source is newer. A process starts from it in a third of the time that the sources take, and tests start some
 * hundreds. It lies beside src/ and dist/, where src/package.ts finds what comes with the package.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleInto } from '../scripts/bundle.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FOLDER = `${ROOT}dist-test/`;
/** Written last: when the bundle was whole. */
const STAMP = `${FOLDER}made`;

/** What `z80lm` starts in a test: a program, and its first arguments. */
export const Z80LM = [process.execPath, `${FOLDER}cli.js`] as const;

/** What a bundle is made of. */
const SOURCES = ['src', 'scripts/bundle.ts', 'package-lock.json'];

function newest(path: string): number {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(`${path}/${name}`)), mtimeMs);
}

export default async function makeBundle(): Promise<void> {
  const made = existsSync(STAMP) ? statSync(STAMP).mtimeMs : 0;
  if (SOURCES.every((name) => newest(ROOT + name) < made)) return;
  const beside = `${ROOT}dist-test.${process.pid}.tmp`;
  mkdirSync(beside);
  try {
    await bundleInto(beside);
    writeFileSync(`${beside}/made`, '');
    rmSync(FOLDER, { recursive: true, force: true });
    renameSync(beside, FOLDER);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}
