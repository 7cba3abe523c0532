/**
 * Every option that writes, told to write over what the same command reads, or over another output of it: refused with
 * status 2 before any work, and every file is as it was.
 */
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { packagePath } from '../../src/package.js';
import { here } from './here.js';

let folder: string;
const contents = (): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
const run = (line: string) => here(line.split(' ').map((word) => word.replace(/^@/, `${folder}/`)));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-over-'));
  const put = (name: string, data: string | Uint8Array): void => writeFileSync(join(folder, name), data);
  put('s.asm', '        org 100h\n        include "part.inc"\n        incbin "data.bin"\n        ret\n');
  put('part.inc', 'X equ 1\n');
  put('data.bin', 'abc');
  put('a.sym', 'start equ 100h\n');
  put('pairs.txt', 'hello|HI\nhi|HI\nbye|BYE\nsee you|BYE\n');
  put('more.txt', 'yes|NO\n');
  for (const name of ['p.svg', 'p.ckpt', 'p-8.npz', 'p-frontier.svg']) put(name, 'hello|HI\nbye|BYE\n');
  for (const name of ['spec.txt', 'spec.json']) put(name, readFileSync(packagePath('datasets/small-talk.spec')));
  for (const name of ['model.com', 'model.lst', 'model.sym'])
    put(name, readFileSync(packagePath('datasets/small-talk.npz')));
  put('who.txt', 'a night watchman who likes trains');
  put('prompts.txt', 'hello\n');
  expect(await run('asm @s.asm -o @a.com')).toMatchObject({ status: 0 });
  symlinkSync(join(folder, 's.asm'), join(folder, 'link.asm'));
  linkSync(join(folder, 's.asm'), join(folder, 'hard.asm'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @ stands for the folder. */
const OVER_INPUT = [
  'asm @s.asm -o @s.asm',
  'asm @s.asm -o @./s.asm',
  'asm @s.asm -o @link.asm',
  'asm @link.asm -o @s.asm',
  'asm @s.asm -o @hard.asm',
  'asm @s.asm -o @part.inc',
  'asm @s.asm -o @data.bin',
  'asm @s.asm -o @b.com --listing @s.asm',
  'asm @s.asm -o @b.com --symbols @part.inc',
  'asm @s.asm -o @b.com --map @data.bin',
  'asm @s.asm -o @b.com --deps @s.asm',
  'disasm @a.com -o @a.com',
  'disasm @a.com --symbols @a.sym -o @a.sym',
  'build @model.com -o @model.com',
  'build @model.lst -o @model.mnd --listing',
  'build @model.sym -o @model.mnd --symbols',
  'data stats @pairs.txt --svg @pairs.txt',
  'data stats @more.txt @pairs.txt --svg @pairs.txt',
  'data balance @pairs.txt -o @pairs.txt',
  'data gen @spec.txt -o @spec',
  'data gen @spec.json -o @spec',
  'data gen --persona @who.txt -o @who --provider ollama --pairs 10 --yes',
  'train @pairs.txt -o @pairs.txt --epochs 100000',
  'train @pairs.txt --held-out @more.txt -o @more.txt --epochs 100000',
  'train @p.svg -o @p.npz --epochs 100000',
  'train @p.ckpt -o @p.npz --epochs 100000',
  'train @p-8.npz --sweep -o @p --shapes 8 --epochs 100000',
  'train @p-frontier.svg --sweep -o @p --shapes 8 --epochs 100000',
  'run @a.com --folded @a.com',
  'compare @a.com --prompts @prompts.txt --port @none --junit @prompts.txt',
  'compare @a.com --prompts @prompts.txt --port @none --html @a.com',
  'time @a.com --prompts @prompts.txt --port @none --out @prompts.txt',
  'time @a.com --prompts @prompts.txt --port @none --html @a.com',
  'time @a.com --prompts @prompts.txt --port @none --history @a.com',
];

const TWICE = [
  'asm @s.asm -o @b.com --listing @b.com',
  'asm @s.asm -o @b.com --symbols @b.out --map @b.out',
  'compare @a.com --prompts @prompts.txt --port @none --junit @r --html @r',
  'time @a.com --prompts @prompts.txt --port @none --out @r --html @r',
];

describe('an output over an input', () => {
  it.each(OVER_INPUT)('%s', async (line) => {
    const before = contents();
    const { status, stderr } = await run(line);
    expect(stderr).toMatch(
      /^error: .*: this file is read.*, and would be written over\nhint: name another file .+\n$/m,
    );
    expect(status).toBe(2);
    expect(contents()).toEqual(before);
  });
});

describe('one file for two outputs', () => {
  it.each(TWICE)('%s', async (line) => {
    const before = contents();
    const { status, stderr } = await run(line);
    expect(stderr).toMatch(/^error: .* are the same file\nhint: give each output a file of its own\n$/m);
    expect(status).toBe(2);
    expect(contents()).toEqual(before);
  });
});

it('a file may be cleaned in place, and the settings are no output', async () => {
  writeFileSync(join(folder, 'dirty.txt'), 'hello|HI\nhello|HI\n');
  expect(await run('data lint @dirty.txt --fix @dirty.txt')).toMatchObject({ status: 0 });
  expect(readFileSync(join(folder, 'dirty.txt'), 'utf8')).toBe('hello|HI\n');
  writeFileSync(join(folder, 'settings.json'), '{}\n');
  vi.stubEnv('Z80LM_CONFIG', join(folder, 'settings.json'));
  expect((await run('data stats @pairs.txt --svg @settings.json')).stderr).toContain('would be written over');
  vi.unstubAllEnvs();
});
