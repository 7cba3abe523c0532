/**
 * Each command whose output cannot be put where it was told: an error in words with status 2 and what can be done, no
 * stack trace, and what is there stays as it was. That rights keep others than root out is test/host/node-files.test.ts.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cli } from '../e2e/cli.js';
import { here } from './here.js';

let cwd: string;
/** @ stands for the folder. */
const run = (line: string) => here(line.split(' ').map((word) => word.replace(/^@/, `${cwd}/`)));

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'z80lm outputs '));
  vi.stubEnv('XDG_CONFIG_HOME', cwd);
  writeFileSync(join(cwd, 'pairs.txt'), 'hello|HI\nhi|HI\nbye|BYE\nsee you|BYE\n');
  writeFileSync(join(cwd, 'prompts.txt'), 'hello\n');
  writeFileSync(join(cwd, 'a.asm'), '        org 100h\n        ret\n');
  writeFileSync(join(cwd, 'kept'), 'precious', { mode: 0o444 });
  mkdirSync(join(cwd, 'folder/inside'), { recursive: true });
  expect((await run('asm @a.asm -o @A.COM')).status).toBe(0);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(cwd, { recursive: true });
});

/** OUT stands for the place. What takes long says so before it begins, or this would take minutes. */
const COMMANDS = [
  'asm @a.asm -o OUT',
  'asm @a.asm -o @B.COM --listing OUT',
  'disasm @A.COM -o OUT',
  'build adventure -o OUT',
  'train @pairs.txt -o OUT --epochs 100000',
  'data lint @pairs.txt --fix OUT',
  'data balance @pairs.txt -o OUT',
  'data stats @pairs.txt --svg OUT',
  'run @A.COM --folded OUT',
  'compare @A.COM --prompts @prompts.txt --port @no-port --junit OUT',
  'time @A.COM --prompts @prompts.txt --port @no-port --out OUT',
  'report -o OUT',
];

describe.each(COMMANDS)('%s', (command) => {
  it.each([
    ['kept', 'kept: the file is read-only'],
    ['folder', 'folder: this is a folder, not a file'],
    ['kept/deeper/out', 'kept/deeper/out: part of the path is a file, not a folder'],
  ])('OUT is %s', async (out, words) => {
    const { status, stderr } = await run(command.replace('OUT', `@${out}`));
    expect(stderr).toContain(`error: ${cwd}/${words}`);
    expect(stderr).toMatch(/^hint: ./m);
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(2);
    expect(readFileSync(join(cwd, 'kept'), 'utf8')).toBe('precious');
    expect(readdirSync(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

it('new kept', async () => {
  const { status, stderr } = await cli(['new', 'kept'], { cwd });
  expect(stderr).toMatch(/^error: kept.*: part of the path is a file, not a folder$/m);
  expect(status).toBe(2);
});

describe('a folder that is a file', () => {
  it.each([
    'demo --out @kept',
    'compare @A.COM --prompts @prompts.txt --record --golden @kept',
    'data gen small-talk --provider spec -o @kept/x',
  ])('%s', async (command) => {
    const { status, stderr } = await run(command);
    expect(stderr).toMatch(/^error: /m);
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(2);
  });
});
