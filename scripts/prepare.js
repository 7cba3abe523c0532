/**
 * `npm ci`, `npm pack` and an install from git build dist/ here. `npx z80lm` and `npm link` in a checkout end up here as
 * well, since npm links the folder into its cache: what is already built is then left as it is. Otherwise the first
 * command would build in silence, and stopping it would leave a broken cache entry for good.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const linked = ['exec', 'link'].includes(process.env.npm_command ?? '');
if (!linked || !existsSync(new URL('../dist/cli.js', import.meta.url))) {
  // On Windows npm is a script, which only a shell runs.
  const { status } = spawnSync('npm', ['run', 'build'], { stdio: 'inherit', shell: process.platform === 'win32' });
  process.exit(status ?? 1);
}
