/** What is published: the tarball's contents, the library entry, and docs/api.md in step with the sources. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { apiPage, unnamedTypes } from '../../scripts/api-page.js';
import { bundleOptions, PORTABLE } from '../../scripts/bundle.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

interface Manifest {
  main: string;
  types: string;
  bin: { z80lm: string };
  exports: Record<string, string | { types: string; default: string }>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

const manifest = JSON.parse(read('package.json')) as Manifest;

/** All that package.json leads a program to. */
const builtFiles = (): string[] =>
  [
    manifest.main,
    manifest.types,
    manifest.bin.z80lm,
    ...Object.values(manifest.exports).flatMap((target) => (typeof target === 'string' ? [] : Object.values(target))),
  ].map((path) => path.replace(/^\.\//, ''));

interface Packed {
  files: { path: string; size: number }[];
  unpackedSize: number;
}

describe('the package', () => {
  it.runIf(existsSync(`${ROOT}dist/cli.js`))('holds what runs, and no tests, sources or benches', () => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        cwd: ROOT,
        encoding: 'utf8',
        // There npm is a script, which only a shell runs.
        shell: process.platform === 'win32',
      }),
    ) as [Packed];
    const paths = packed.files.map(({ path }) => path);
    for (const wanted of ['dist/THIRD-PARTY.txt', 'firmware/chat/chat.asm', 'LICENSE', ...builtFiles()])
      expect(paths).toContain(wanted);
    expect(paths.filter((path) => /^(test|bench|src|scripts|out|node_modules)\//.test(path))).toEqual([]);
    expect(paths.filter((path) => path.endsWith('.npz')).sort()).toEqual([
      'datasets/adventure.npz',
      'datasets/cpm-commands.npz',
    ]);
    // Half of it is bundles, a quarter their source maps.
    expect(packed.unpackedSize).toBeLessThan(9_000_000);
  });

  it('leads every export to a file that the build makes: each is an entry of the bundle', () => {
    const entries = (bundleOptions().entryPoints as { in: string; out: string }[]).map(({ out }) => out);
    for (const built of builtFiles()) expect(entries).toContain(/^dist\/(\w+)(\.d\.ts|\.js)$/.exec(built)![1]);
  });

  it('wants the native part that serialport wants', () => {
    const { dependencies } = JSON.parse(read('node_modules/serialport/package.json')) as Manifest;
    expect(manifest.optionalDependencies['@serialport/bindings-cpp']).toBe(dependencies['@serialport/bindings-cpp']);
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

it.each(['index', ...PORTABLE])(
  'every type that an export of src/%s.ts mentions can be named: it is exported, too',
  (name) => {
    expect(unnamedTypes(name)).toEqual([]);
  },
);

it('docs/api.md is what `npm run api` makes of the sources', () => {
  expect(read('docs/api.md')).toBe(apiPage());
});
