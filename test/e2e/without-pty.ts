/** What a process is to be started with so that it, and every one that it starts, has no pseudo-terminals. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const GONE = `
export async function resolve(specifier, context, next) {
  if (specifier !== '@lydell/node-pty') return next(specifier, context);
  throw Object.assign(new Error("Cannot find package '@lydell/node-pty'"), { code: 'ERR_MODULE_NOT_FOUND' });
}`;

/** As after `npm i --omit=optional`. @param folder where the hook is put @returns environment variables */
export function withoutPty(folder: string): Record<string, string> {
  const code = `import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(GONE)}));`;
  const file = join(folder, 'without-pty.mjs');
  writeFileSync(file, code);
  return { NODE_OPTIONS: `--import ${pathToFileURL(file).href}` };
}
