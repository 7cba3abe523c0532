/**
 * The package as another project has it: made as a publisher makes it (compiled afresh, `npm pack`), unpacked into that
 * project's node_modules beside what it depends on, compiled against its types, run.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startVirtualBoard } from '../../src/host/virtual-board.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** There npm is a script, which only a shell runs. */
const IS_WINDOWS = process.platform === 'win32';
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
/** Only bounds a hang, which nothing else would here: nobody else has a turn while a program runs. */
const HANG_MS = 600_000;
/** Beside those of dist/, what package.json says that a package holds. */
const FILES = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'firmware', 'datasets', 'docs'];
/** What the web's platform has of what Node has: all that a portable entry may count on. */
const WEB = {
  TextEncoder,
  TextDecoder,
  AbortController,
  AbortSignal,
  performance,
  setTimeout,
  clearTimeout,
};

let project: string;

/** Runs to its end, with nothing of this process' npm in its environment. */
function run(program: string, args: string[], cwd: string): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)));
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: HANG_MS,
    shell: program === 'npm' && IS_WINDOWS,
  });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}
const node = (...args: string[]): string => run(process.execPath, args, project);
/** As strict as it goes; AbortSignal comes from TypeScript's own DOM library, or from Node's types. */
const OPTIONS = { strict: true, exactOptionalPropertyTypes: true, module: 'nodenext', target: 'es2022' };

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'z80lm-consumer-'));
  const stage = join(project, 'stage');
  for (const name of FILES) cpSync(join(ROOT, name), join(stage, name), { recursive: true });
  run(process.execPath, ['--import', 'tsx', 'scripts/build.ts', join(stage, 'dist')], ROOT);
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', project], stage);

  const modules = join(project, 'node_modules');
  mkdirSync(modules);
  run('tar', ['-xzf', readdirSync(project).find((name) => name.endsWith('.tgz'))!, '-C', 'node_modules'], project);
  cpSync(join(modules, 'package'), join(modules, 'z80lm'), { recursive: true });
  rmSync(join(modules, 'package'), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, object>;
  for (const name of Object.keys({ ...manifest['dependencies'], ...manifest['optionalDependencies'] })) {
    if (!existsSync(join(ROOT, 'node_modules', name))) continue;
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name), 'junction');
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }');
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...OPTIONS, types: [] }, files: ['use.ts', 'portable.ts'] }),
  );
  for (const name of ['use.ts', 'portable.ts']) cpSync(join(ROOT, 'test/front/consumer', name), join(project, name));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

it('a strict TypeScript program compiles without the types of Node or of any dependency, and runs', () => {
  const listed = node(TSC, '--listFiles').trim().split(/\r?\n/);
  const foreign = listed.filter(
    (file) => !/[\\/](typescript[\\/]lib|z80lm[\\/]dist)[\\/]|[\\/](use|portable)\.ts$/.test(file),
  );
  expect(foreign).toEqual([]);
  const main = `console.log(JSON.stringify(await (await import('./use.js')).use('.')))`;
  expect(JSON.parse(node('--input-type=module', '-e', main))).toEqual({
    said: 'A'.repeat(50),
    printed: 'A',
    stop: 'ended',
    answers: ['A'.repeat(50)],
    equal: true,
    size: [expect.any(Number), true],
  });
});

it('a page bundles the portable entries for a browser, where they do the same without anything of Node', async () => {
  const { outputFiles } = await build({
    absWorkingDir: project,
    entryPoints: ['portable.ts'],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'page',
    write: false,
  });
  const web = createContext({ ...WEB });
  runInContext(outputFiles[0]!.text, web);
  expect(await runInContext('page.use()', web)).toEqual({
    printed: 'A',
    stop: 'ended',
    a: 42,
    said: 50,
    arrived: true,
    classes: 'function',
  });
});

it('what failed in it shows where in the sources that was', () => {
  const code = `import { decodeModel } from 'z80lm'; decodeModel(new Uint8Array(4), 'x.npz');`;
  const { stderr } = spawnSync(process.execPath, ['--enable-source-maps', '--input-type=module', '-e', code], {
    cwd: project,
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/src[\\/]model[\\/]npz\.ts:\d+/);
});

it('a JavaScript program has the subpaths, and no others', () => {
  const resolve = (name: string): string =>
    node('--input-type=module', '-e', `console.log(import.meta.resolve(${JSON.stringify(name)}))`).trim();
  const url = (path: string): string => pathToFileURL(join(project, 'node_modules/z80lm', path)).href;
  expect(resolve('z80lm').endsWith('/z80lm/dist/index.js')).toBe(true);
  expect(new URL(resolve('z80lm/config.schema.json')).pathname).toBe(new URL(url('docs/config.schema.json')).pathname);
  expect(resolve('z80lm/script.schema.json').endsWith('/docs/script.schema.json')).toBe(true);
  for (const name of ['asm', 'emu', 'model', 'transfer'])
    expect(resolve(`z80lm/${name}`).endsWith(`/z80lm/dist/${name}.js`)).toBe(true);
  expect(resolve('z80lm/package.json').endsWith('/z80lm/package.json')).toBe(true);
  expect(() => resolve('z80lm/dist/emu/cpu.js')).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

it('its command works from there', () => {
  const cli = join(project, 'node_modules/z80lm/dist/cli.js');
  expect(node(cli, 'new', 'my')).toContain('my');
  node(cli, 'asm', 'my/hello.asm', '-o', 'HELLO.COM');
  expect(node(cli, 'run', 'HELLO.COM')).toContain('HELLO FROM A Z80');
});

it('goes the whole way from there: each library in the bundle, thread and process does its work', async () => {
  const cli = join(project, 'node_modules/z80lm/dist/cli.js');
  const said = node(cli, 'demo', '--json', '--epochs', '1', '--hidden', '96,64', '--out', 'way');
  const events = said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.at(-1)).toMatchObject({ type: 'summary', summary: { equal: true } });
  // What the demo has no use for: charts, and a zip.
  const prompts = join(ROOT, 'datasets/twenty-questions.prompts');
  const board = await startVirtualBoard({ tcpPort: 0 });
  try {
    node(cli, 'compare', 'way/GUESS.COM', '--prompts', prompts, '--port', board.path, '--html', 'report.html');
  } finally {
    await board.close();
  }
  expect(readFileSync(join(project, 'report.html'), 'utf8')).toContain('<svg');
  expect(node(cli, 'report', '--out', 'way', '-o', 'report.zip')).toContain('versions.txt');
});
