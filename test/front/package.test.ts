/** What is published: the tarball's contents, the library entry, and docs/api.md in step with the sources. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { apiPage, unnamedTypes } from '../../scripts/api-page.js';
import { pageUrl, schemaUrl } from '../../src/seams/pages.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

interface Packed {
  files: { path: string; size: number }[];
  unpackedSize: number;
}

interface PackageJson {
  name: string;
  homepage: string;
  bugs: string;
  repository: { type: string; url: string };
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

describe('the package', () => {
  it.runIf(existsSync(`${ROOT}dist/cli.js`))('holds what runs, and no tests, maps, sources or benches', () => {
    const packed = pack();
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
    const { homepage, bugs, repository } = JSON.parse(read('package.json')) as PackageJson;
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
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const files = [...readdirSync(`${ROOT}.github/workflows`).map((name) => `.github/workflows/${name}`), '.ci/run'];
    const run = files.flatMap((file) =>
      [...read(file).matchAll(/\bnpm (?:run (?:--\w+ )*([\w:]+)|(test|start))\b/g)].map(
        ([, named, short]) => named ?? short!,
      ),
    );
    expect(run).toEqual(expect.arrayContaining(['test', 'check', 'coverage']));
    for (const name of run) expect(Object.keys(scripts)).toContain(name);
  });

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

/** A source without its comments. */
function strings(source: string): string {
  return source.replace(/^\s*(\/\*\*?|\*).*$/gm, '').replace(/\/\/ .*$/gm, '');
}

it('every type that an export mentions can be named: it is exported, too', () => {
  expect(unnamedTypes()).toEqual([]);
});

it('docs/api.md is what `npm run api` makes of the sources', () => {
  expect(read('docs/api.md')).toBe(apiPage());
});
