/** How to install a package where this copy of z80lm finds it: that depends on how z80lm itself was installed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../package.js';

const PLACE = /^(.*[\\/])node_modules[\\/]z80lm[\\/]/s;

/**
 * A command line. `npm i -g` puts packages side by side, and Node looks there for what z80lm asks for.
 * @param spec name and version, `openai@6`
 * @param self a file of z80lm; tests give others
 */
export function installLine(spec: string, self: string = packagePath('dist/')): string {
  const root = PLACE.exec(self)?.[1];
  // In a checkout of z80lm, or as a dependency of a project, it is one package more of that project.
  if (root === undefined) return `npm i ${spec}`;
  if (/[\\/]_npx[\\/]/.test(root)) return `npx -p z80lm -p ${spec} z80lm …`;
  return existsSync(join(root, 'package.json')) ? `npm i ${spec}` : `npm i -g ${spec}`;
}
