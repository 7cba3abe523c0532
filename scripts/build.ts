/**
 * `npm run build`: dist/ from the sources.
 *
 *     src/cli.ts, index.ts, emu.ts, … ──► esbuild ──► dist/*.js   one file per entry, and what several share
 *     the libraries in node_modules/ ──┘          └► dist/*.js.map  of our own code only
 *                                                 └► dist/THIRD-PARTY.txt  whose code is inside, and its licences
 *     the same entries ────────────────► tsc ─────► dist/*.d.ts   one file per module
 *     TensorFlow.js' .wasm files ──────────────────► dist/
 *     the commands' --help ────────────────────────► dist/z80lm.1, for man
 *
 * Why a bundle: docs/decisions.md. It is written beside dist/ and takes its place when it is whole, so that a build that
 * was stopped leaves what was there.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { manPage } from '../src/commands/man-page.js';
import { bundleInto, portabilityFaults } from './bundle.js';
import { thirdPartyText } from './third-party.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DIST = `${ROOT}dist`;

/** @param dist the folder to make; what is in it is replaced */
export async function buildPackage(dist = DIST): Promise<void> {
  const beside = `${dist}.tmp`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true });

  const metafile = await bundleInto(beside);
  const faults = portabilityFaults(metafile);
  if (faults.length > 0) throw new Error(`not for a browser:\n${faults.join('\n')}`);
  writeFileSync(`${beside}/THIRD-PARTY.txt`, thirdPartyText(metafile));
  writeFileSync(`${beside}/z80lm.1`, await manPage());

  // Types are checked by `npm run typecheck`; here they only become declarations.
  const tsc = `${ROOT}node_modules/typescript/bin/tsc`;
  execFileSync(process.execPath, [tsc, '-p', `${ROOT}tsconfig.build.json`, '--noCheck', '--outDir', beside], {
    stdio: 'inherit',
  });

  // Two renames with nothing slow between them.
  const before = `${beside}.before`;
  rmSync(before, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, before);
  renameSync(beside, dist);
  rmSync(before, { recursive: true, force: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPackage(process.argv[2]);
