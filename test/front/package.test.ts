/** What is published: the tarball's contents, the library entry, and docs/api.md in step with the sources. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { apiPage, unnamedTypes } from '../../scripts/api-page.js';
import { ownText } from '../../scripts/own-text.js';
import { describeWithFiles } from '../outside.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => ownText(`${ROOT}${path}`);

interface Packed {
  files: { path: string; size: number }[];
  unpackedSize: number;
}

// `npm ci` makes it.
describeWithFiles(['dist/cli.js'], "the package's contents", () => {
  it('holds what runs, and no tests, maps, sources or benches', () => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        cwd: ROOT,
        encoding: 'utf8',
        // There npm is a script, which only a shell runs.
        shell: process.platform === 'win32',
      }),
    ) as [Packed];
    const paths = packed.files.map(({ path }) => path);
    for (const wanted of ['dist/cli.js', 'dist/index.js', 'dist/index.d.ts', 'firmware/chat/chat.asm', 'LICENSE'])
      expect(paths).toContain(wanted);
    expect(paths.filter((path) => /\.map$|^(test|bench|src|scripts|out|node_modules)\//.test(path))).toEqual([]);
    expect(paths.filter((path) => path.endsWith('.npz')).sort()).toEqual([
      'datasets/adventure.npz',
      'datasets/cpm-commands.npz',
    ]);
    expect(packed.unpackedSize).toBeLessThan(4_000_000);
  });
});

describe('the package', () => {
  it('leads every export to a file that the build makes', () => {
    const { exports, bin, main, types } = JSON.parse(read('package.json')) as {
      exports: { '.': { types: string; default: string } };
      bin: { z80lm: string };
      main: string;
      types: string;
    };
    expect(main).toBe(exports['.'].default);
    expect(types).toBe(exports['.'].types);
    for (const built of [main, bin.z80lm])
      expect(existsSync(`${ROOT}${built.replace(/^(\.\/)?dist/, 'src').replace(/\.js$/, '.ts')}`)).toBe(true);
  });

  it('does as a library what the API page shows', async () => {
    const z80lm = await import('../../src/index.js');
    const built = z80lm.assemble({ main: 'a.asm', ...z80lm.memoryReader({ 'a.asm': '\torg 100h\n\tjp 0\n' }) });
    if (!built.ok) throw new Error('does not assemble');
    const target = z80lm.emulatorTarget();
    for await (const step of target.load({ name: 'A.COM', bytes: built.bytes })) expect(step.phase).toBeDefined();
    await target.start('');
    await target.read(1000);
    expect(target.ended).toMatchObject({ why: 'ended', code: 0 });
  });
});

it('every type that an export mentions can be named: it is exported, too', () => {
  expect(unnamedTypes()).toEqual([]);
});

it('docs/api.md is what `npm run api` makes of the sources', () => {
  expect(read('docs/api.md')).toBe(apiPage());
});
