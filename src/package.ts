/**
 * This copy of z80lm: where it lies, which version it is, and which of its files run in threads and processes of their
 * own. It is here that the sources (tests, development: `src/`, one file per module) and the package (`dist/`, a few
 * bundles side by side, see scripts/build.ts) differ, and nowhere else.
 *
 *     src/package.ts, dist/*.js     both one folder below the package's root
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = new URL('../', import.meta.url);

/** These are the TypeScript sources, which Node needs tsx to run; otherwise the bundles. */
export const FROM_SOURCE = import.meta.url.endsWith('.ts');

/** A file or folder that comes with z80lm: `packagePath('firmware/')`. */
export const packagePath = (name: string): string => fileURLToPath(new URL(name, ROOT));

/** A file beside the bundles, when those run: in `dist/`, or in the folder that tests have of their own. */
export const bundledPath = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export interface Manifest {
  version: string;
  homepage: string;
  engines: { node: string };
}

/** This copy's package.json. */
export function manifest(): Manifest {
  return JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as Manifest;
}

/**
 * A module of ours that is started rather than imported.
 * @param module its path below src/, without the ending: `host/board-process`
 */
export function startable(module: string): { path: string; execArgv: string[] } {
  return FROM_SOURCE
    ? { path: packagePath(`src/${module}.ts`), execArgv: ['--import', import.meta.resolve('tsx')] }
    : { path: bundledPath(`${basename(module)}.js`), execArgv: [] };
}

/**
 * The same for a thread. From the sources it needs a loader, which Node 20 does not apply to a worker's first module, so
 * that is a line that sets the loader up and goes on to the module.
 */
export function startableThread(module: string): URL {
  const own = pathToFileURL(startable(module).path);
  if (!FROM_SOURCE) return own;
  // `require.resolve` answers with the CommonJS twin of the module wanted.
  const twin = createRequire(import.meta.url).resolve('tsx/esm/api');
  const loader = pathToFileURL(twin.replace(/\.cjs$/, '.mjs')).href;
  const code = `import { register } from ${JSON.stringify(loader)}; register(); await import(${JSON.stringify(own.href)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
