/** `z80lm data` as a user meets it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownText } from '../../scripts/own-text.js';
import { cli } from './cli.js';

const SHIPPED = new URL('../../datasets/', import.meta.url);
let folder: string;
const path = (name: string) => join(folder, name);
const file = (name: string, text: string): string => {
  writeFileSync(path(name), text);
  return path(name);
};

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'z80lm-data-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('z80lm data', () => {
  it('lint answers no to a contradiction, and writes a clean copy on request', async () => {
    const bad = file('bad.txt', 'hi|YES\nhi|NO\nhi|NO\nnope\n');
    const found = await cli(['data', 'lint', bad]);
    expect(found.status).toBe(1);
    expect(found.stdout).toContain(`${bad}:1,2,3: "hi" is NO (lines 2, 3) and YES (line 1)`);
    expect(found.stdout).toContain(`${bad}:4: no "|" in "nope"`);
    expect(found.stdout).toContain('no model can get more than 66.7% of the answers right');
    const fixed = await cli(['data', 'lint', bad, '--fix', path('fixed.txt'), '--json']);
    expect(fixed.status).toBe(0);
    expect(JSON.parse(fixed.stdout)).toMatchObject({ pairs: 3, fixed: { dropped: 3 } });
    expect(readFileSync(path('fixed.txt'), 'utf8')).toBe('hi|NO\n');
  });

  it('lint says that a fallback is missing, which is no fault', async () => {
    const set = file('none.txt', [1, 2, 3, 4, 5].map((i) => `hi ${i}|YES\nho ${i}|NO\n`).join(''));
    const { status, stdout } = await cli(['data', 'lint', set]);
    expect(status).toBe(0);
    expect(stdout).toContain('no fallback (warning): no answer to questions about something else: 1');
    expect(stdout).toContain('  cure: add such a line before the first pair, with an answer of yours: unknown: HUH?');
  });

  it('lint finds nothing in the shipped sets', async () => {
    const sets = ['small-talk.txt', 'small-talk.heldout.txt'].map((name) => fileURLToPath(new URL(name, SHIPPED)));
    expect(await cli(['data', 'lint', ...sets])).toEqual({
      status: 0,
      stdout: '14635 pairs: nothing found\n',
      stderr: '',
    });
  });

  it('stats prints a table and draws a picture', async () => {
    const run = await cli(['data', 'stats', file('s.txt', 'a|YES\nb|NO\nc|NO\n'), '--svg', path('s.svg')]);
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^pairs {7}3$/m);
    expect(run.stdout).toMatch(/^NO {11}2 {2}66\.7% #{40}$/m);
    expect(readFileSync(path('s.svg'), 'utf8')).toMatch(/^<svg /);
  });

  it('balance writes as many pairs of each answer', async () => {
    const run = await cli([
      'data',
      'balance',
      file('b.txt', 'unknown: huh?\na|YES\nb|NO\nc|NO\n'),
      '-o',
      path('o.txt'),
      '--to',
      'most',
    ]);
    expect(run.status).toBe(0);
    expect(readFileSync(path('o.txt'), 'utf8')).toBe('unknown: HUH?\na|YES\na|YES\nb|NO\nc|NO\n');
  });

  it('balance and --fix keep heads and dialogues, and stats count them', async () => {
    const head = 'unknown: HUH?\nreply NO: No. / Nope.\ngame: 20\nsecret a dog: pet\nsecret a rock:\nfact PET: pet\n';
    const game = file(
      'g.txt',
      `${head}is it a pet|PET\nare you|NO\nare you|NO|why|NO CELLS\nare you|NO|Why?|NO CELLS\n`,
    );
    await cli(['data', 'balance', game, '-o', path('even.txt'), '--to', '1']);
    const even = readFileSync(path('even.txt'), 'utf8');
    expect(even).toMatch(
      /^unknown: [^]*fact PET: pet\nis it a pet\|PET\nare you\|NO\nare you\|NO\|[Ww]hy\??\|NO CELLS\n$/,
    );
    expect(even.startsWith(head)).toBe(true);
    await cli(['data', 'lint', game, '--fix', path('fixed-game.txt')]);
    expect(readFileSync(path('fixed-game.txt'), 'utf8')).toBe(
      `${head}is it a pet|PET\nare you|NO\nare you|NO|why|NO CELLS\n`,
    );
    const { stdout } = await cli(['data', 'stats', game]);
    expect(stdout).toMatch(/^pairs {7}4, 2 of them follow-ups in dialogues$/m);
  });

  it('gen expands a shipped spec to the shipped pairs', async () => {
    const run = await cli(['data', 'gen', 'small-talk', '--provider', 'spec', '-o', path('talk')]);
    expect(run.status).toBe(0);
    for (const suffix of ['.txt', '.heldout.txt', '.prompts', '.json'])
      expect(readFileSync(path(`talk${suffix}`), 'utf8')).toBe(ownText(new URL(`small-talk${suffix}`, SHIPPED)));
  });

  it.each([
    [['data', 'gen', 'small-talk', '--provider', 'oracle'], /Allowed choices are spec/],
    [['data', 'gen', 'no-such-set'], /no-such-set: there is no such file/],
    [['data', 'balance', 'x.txt'], /required option '-o, --output <file>'/],
    [['data', 'lint', 'x.txt', 'y.txt', '--fix', 'z.txt'], /--fix cleans one file, and 2 are given/],
  ])('%j is wrong use, said in words', async (args, words) => {
    const run = await cli(args);
    expect(run.status).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(words);
  });
});
