/** TALK.COM and minds as a user makes and runs them: `z80lm build`, `z80lm run`, `z80lm flash`. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boardName } from '../../src/commands/flash.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { answer } from '../../src/model/inference.js';
import { toBytes } from '../../src/model/encoder.js';
import { decodeModel, encodeModel } from '../../src/model/npz.js';
import { randomClosed } from '../build/random-closed.js';
import { cli, type CliRun } from './cli.js';

let cwd: string;
const run = (...words: string[]): Promise<CliRun> => cli(words, { cwd, env: { XDG_CONFIG_HOME: cwd } });
const file = (name: string): Uint8Array => readFileSync(join(cwd, name));

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'z80lm-talk-'));
  for (const seed of [1, 2]) {
    const network = randomClosed(seed, {
      buckets: 256, hidden: [20], answers: 9, steps: 'answers', density: [0.2, 0.4], biasReach: 40,
    }); // prettier-ignore
    writeFileSync(join(cwd, `m${seed}.npz`), encodeModel(network));
  }
});
afterAll(() => rmSync(cwd, { recursive: true }));

const says = (model: string, question: string): string =>
  answer(decodeModel(nodeFiles.read(join(cwd, model)), model), toBytes(question));

describe('z80lm build', () => {
  it('--shell makes TALK.COM, without a model', async () => {
    const { status, stdout } = await run('build', '--shell', '-o', 'TALK.COM', '--symbols');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^the shell +[\d,]+ bytes; with what it keeps, 3,072 in memory\n\nwrote TALK\.COM\nwrote TALK\.sym\n$/);
    expect(readFileSync(join(cwd, 'TALK.sym'), 'latin1')).toContain('take_name');
  }); // prettier-ignore

  it('-o X.MND makes a mind: its sizes, and its speed in TALK', async () => {
    const mind = await run('build', 'm1.npz', '-o', 'ONE.MND', '--json');
    const com = await run('build', 'm1.npz', '-o', 'ONE.COM', '--json');
    expect([mind.status, com.status]).toEqual([0, 0]);
    const [made, alone] = [mind, com].map(({ stdout }) => JSON.parse(stdout) as Report) as [Report, Report];
    expect(made.files).toEqual(['ONE.MND']);
    expect(made.sizes.file).toBe(file('ONE.MND').length);
    expect(made.sizes.program).toBeLessThan(made.sizes.file!);
    expect(alone.sizes).not.toHaveProperty('file');
    expect(made.measured.characters).toBe(alone.measured.characters);
    expect(made.measured.meanTStates / alone.measured.meanTStates).toBeCloseTo(1, 2);

    const { status, stdout } = await run('build', 'm2.npz', '-o', 'two.mnd', '--name', 'THE SECOND');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^its file +[\d,]+ {2}with its header, in whole records$/m);
    expect(stdout).toMatch(/\d+ T-states a character/);
  });

  it.each<[string, string, string]>([
    ['build --shell m1.npz -o T.COM', '--shell takes no model', 'z80lm build m1.npz -o NAME.MND'],
    ['build --shell -o T.MND', 'the shell is a program, not a mind', 'z80lm build --shell -o TALK.COM'],
    ['build --shell -o T.COM --name X', '--shell has none', 'omit them'],
    ['build --shell -o T.COM --max-size 9', '--shell has none', 'omit them'],
    ['build -o T.COM', 'no model given', 'z80lm build M.npz -o X.COM'],
    ['build m1.npz -o t.txt', '"t.txt" is neither a program nor a mind', '-o GUESS.MND'],
    ['build --shell -o t.txt', '"t.txt" is neither a program nor a mind', '-o GUESS.COM'],
    ['run ONE.MND', 'ONE.MND: this is a mind, which TALK.COM loads', 'z80lm run TALK.COM ONE'],
    ['flash ONE.MND --run --port nowhere', 'ONE.MND is no program', 'flash TALK.COM with --run'],
    ['flash ONE.COM --as ONE.TXT --run --port nowhere', 'ONE.TXT is no program', 'name a .COM with --as'],
    ['flash ONE.COM --as ninechars.com --port nowhere', 'is no name for a CP/M file', '--as CHAT.COM'],
    ['flash m1.npz --port nowhere', 'is no name for a CP/M program', '--as CHAT.COM'],
  ])('%s is refused with what to do', async (line, words, hint) => {
    const { status, stderr } = await run(...line.split(' '));
    expect(status).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/^hint: /m);
    expect(stderr).toContain(hint);
    expect(['T.COM', 'T.MND', 't.txt'].some((name) => existsSync(join(cwd, name)))).toBe(false);
  });
});

describe('z80lm run TALK.COM', () => {
  it('finds the minds in its folder, and goes from one to the other', async () => {
    const typed = ['/list', '/load one', 'hello', '/load TWO', 'hello', '/bye'].flatMap((line) => ['--type', line]);
    const { status, stdout, stderr } = await run('run', 'TALK.COM', ...typed);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout.match(/^ {2}ONE {8}TWO {6}\r$/gm)).toHaveLength(2);
    expect(stdout).toContain(`\r\n> hello\r\n${says('m1.npz', 'hello')}\r\n> /load TWO\r\n\r\nTHE SECOND\r\n`);
    expect(stdout).toContain(`\r\n> hello\r\n${says('m2.npz', 'hello')}\r\n> /bye\r\nGood-bye.`);
  });

  it('NAME QUESTION answers and leaves, as the .COM does', async () => {
    const [talk, com] = [
      await run('run', 'TALK.COM', 'one', 'how are you'),
      await run('run', 'ONE.COM', 'how are you'),
    ];
    expect(talk.stdout).toBe(com.stdout);
    expect(talk.stdout).toContain(says('m1.npz', 'how are you'));
  });
});

describe('a name on a board', () => {
  it('is that of a program, unless it may be that of a mind', () => {
    expect(boardName('guess.com')).toBe('GUESS.COM');
    expect(boardName('b:x.hex')).toBe('B:X.HEX');
    for (const wrong of ['GUESS.MND', 'GUESS', 'GUESS.TXT', 'Q:X.COM', '.COM', 'NINECHARS.COM'])
      expect(() => boardName(wrong), wrong).toThrow('is no name for a CP/M program');
    expect(boardName('guess.mnd', ['COM', 'MND'])).toBe('GUESS.MND');
  });
});

interface Report {
  files: string[];
  sizes: { program: number; file?: number };
  measured: { characters: number; meanTStates: number };
}
