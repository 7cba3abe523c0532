/** What is published: the tarball's contents, the library entry, and docs/api.md in step with the sources. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { apiPage, unnamedTypes } from '../../scripts/api-page.js';
import { bundleOptions, PORTABLE } from '../../scripts/bundle.js';
import { ownText } from '../../scripts/own-text.js';
import { pageUrl, schemaUrl } from '../../src/seams/pages.js';
import { describeWithFiles } from '../outside.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => ownText(`${ROOT}${path}`);

interface Manifest {
  homepage: string;
  bugs: string;
  repository: { type: string; url: string };
  scripts: Record<string, string>;
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

let dry: Packed | undefined;

function pack(): Packed {
  [dry] = dry
    ? [dry]
    : (JSON.parse(
        execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
          cwd: ROOT,
          encoding: 'utf8',
          // There npm is a script, which only a shell runs.
          shell: process.platform === 'win32',
        }),
      ) as [Packed]);
  return dry;
}

// `npm ci` makes it.
describeWithFiles(['dist/cli.js'], "the package's contents", () => {
  it('has source maps of our own code, and of nothing else', () => {
    const maps = readdirSync(`${ROOT}dist`).filter((name) => name.endsWith('.js.map'));
    const sources = maps.flatMap((name) => (JSON.parse(read(`dist/${name}`)) as { sources: string[] }).sources);
    expect(sources).toContain('../src/cli.ts');
    expect(sources.filter((source) => !/^\.\.\/src\/.*\.ts$/.test(source))).toEqual([]);
  });

  it('holds what runs, and no tests, sources or benches', () => {
    const packed = pack();
    const paths = packed.files.map(({ path }) => path);
    for (const wanted of ['dist/THIRD-PARTY.txt', 'firmware/chat/chat.asm', 'LICENSE', ...builtFiles()])
      expect(paths).toContain(wanted);
    expect(paths.filter((path) => /^(test|bench|src|scripts|out|node_modules)\//.test(path))).toEqual([]);
    expect(paths.filter((path) => path.endsWith('.npz')).sort()).toEqual([
      'datasets/adventure-28k.npz',
      'datasets/adventure.npz',
      'datasets/cpm-commands-28k.npz',
      'datasets/cpm-commands.npz',
      'datasets/small-talk-28k.npz',
      'datasets/small-talk-37k.npz',
      'datasets/small-talk.npz',
      'datasets/twenty-questions-28k.npz',
      'datasets/twenty-questions-37k.npz',
      'datasets/twenty-questions.npz',
    ]);
    // 14.5 MB, and 14.8 with CR LF: a third of it bundles, a third their source maps. An install may have 25, native parts included.
    expect(packed.unpackedSize).toBeLessThan(15_000_000);
  });
});

describe('the package', () => {
  it('leads every export to a file that the build makes: each is an entry of the bundle', () => {
    const entries = (bundleOptions().entryPoints as { in: string; out: string }[]).map(({ out }) => out);
    for (const built of builtFiles()) expect(entries).toContain(/^dist\/(\w+)(\.d\.ts|\.js)$/.exec(built)![1]);
  });

  it('wants the native part that serialport wants', () => {
    const { dependencies } = JSON.parse(read('node_modules/serialport/package.json')) as Manifest;
    expect(manifest.optionalDependencies['@serialport/bindings-cpp']).toBe(dependencies['@serialport/bindings-cpp']);
  });

  it('has every page, picture and file that its own pages lead to', () => {
    const packed = new Set(pack().files.map(({ path }) => path));
    const pages = [...packed].filter((path) => path.endsWith('.md'));
    expect(pages.length).toBeGreaterThanOrEqual(20);
    for (const page of pages) {
      // What is between backquotes is no link.
      const text = read(page).replace(/`[^`\n]*`/g, '');
      const targets = [
        ...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g),
        ...text.matchAll(/\bsrc(?:set)?="(?!https?:)([^"#]+)"/g),
      ];
      for (const [, target] of targets) {
        const path = posix.join(posix.dirname(page), target!);
        expect(packed, `${page} → ${target}`).toContain(path);
      }
    }
  });

  it('has every page that the program names, and names each by its address', () => {
    const packed = pack().files.map(({ path }) => path);
    const sources = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
    const named = sources.flatMap((file) =>
      [...read(`src/${file}`).matchAll(/\b(pageUrl|schemaUrl)\('([\w-]+)'\)/g)]
        .filter(() => file.replaceAll('\\', '/') !== 'seams/pages.ts')
        .map(([, call, name]) => `docs/${name}.${call === 'pageUrl' ? 'md' : 'schema.json'}`),
    );
    expect(named.length).toBeGreaterThanOrEqual(6);
    for (const path of named) expect(packed).toContain(path);
    // Nobody who installed it stands in a folder with docs/ in it.
    for (const file of sources) expect(strings(read(`src/${file}`)), file).not.toMatch(/\bdocs\/[\w-]+\.(md|schema)/);
  });

  it('says where it lives: once in package.json, and there the same in all three fields', () => {
    const { homepage, bugs, repository } = manifest;
    const home = homepage.replace(/#readme$/, '');
    expect(home).toMatch(/^https:\/\/github\.com\/[\w-]+\/[\w-]+$/);
    expect(bugs).toBe(`${home}/issues`);
    expect(repository).toEqual({ type: 'git', url: `git+${home}.git` });
    expect(pageUrl('compare')).toBe(`${home}/blob/main/docs/compare.md`);
    expect(schemaUrl('config')).toBe(
      `${home.replace('github.com', 'raw.githubusercontent.com')}/main/docs/config.schema.json`,
    );
  });

  it('has every script that the workflows run', () => {
    const { scripts } = manifest;
    const files = [...readdirSync(`${ROOT}.github/workflows`).map((name) => `.github/workflows/${name}`), '.ci/run'];
    const run = files.flatMap((file) =>
      [...read(file).matchAll(/\bnpm (?:run (?:--\w+ )*([\w:]+)|(test|start))\b/g)].map(
        ([, named, short]) => named ?? short!,
      ),
    );
    expect(run).toEqual(expect.arrayContaining(['test', 'check', 'coverage']));
    for (const name of run) expect(Object.keys(scripts)).toContain(name);
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

/** A source without its comments. */
function strings(source: string): string {
  return source.replace(/^\s*(\/\*\*?|\*).*$/gm, '').replace(/\/\/ .*$/gm, '');
}

it.each(['index', ...PORTABLE])(
  'every type that an export of src/%s.ts mentions can be named: it is exported, too',
  (name) => {
    expect(unnamedTypes(name)).toEqual([]);
  },
);

it('docs/api.md is what `npm run api` makes of the sources', () => {
  expect(read('docs/api.md')).toBe(apiPage());
});
