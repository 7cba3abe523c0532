/**
 * `npm ci`, `npm pack` and an install from git build dist/ here. `npx z80lm` and `npm link` in a checkout come by as well,
 * since npm links the folder into its cache: what is built already is left as it is then, or the first command would
 * compile in silence, and a cache entry whose making is stopped stays broken.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const linked = ['exec', 'link'].includes(process.env.npm_command ?? '');
if (!linked || !existsSync(new URL('../dist/cli.js', import.meta.url))) {
  // On Windows npm is a script, which only a shell runs.
  const { status } = spawnSync('npm', ['run', 'build'], { stdio: 'inherit', shell: process.platform === 'win32' });
  process.exit(status ?? 1);
}
