/** Lint and repair of sets with replies, dialogues and games. */
import { describe, expect, it } from 'vitest';
import { lint, repair } from '../../src/trainer/data-lint.js';
import { statsOf } from '../../src/trainer/data-stats.js';
import { scanPairs, textLines } from '../../src/trainer/pairs.js';

const utf8 = (text: string) => new TextEncoder().encode(text);
const scan = (lines: readonly string[], file = 'd') => scanPairs(utf8(lines.join('\n')), file);
const many = (question: string, answer: string, count = 5) =>
  Array.from({ length: count }, (_, i) => `${question} ${'abcdefgh'[i]}|${answer}`);
const found = (lines: readonly string[]) =>
  lint([scan(lines)]).findings.map(({ kind, level, message, places }) => [
    kind,
    level,
    message,
    places.map(({ line }) => line).join(),
  ]);

const HEAD = [
  'unknown: HUH?',
  'game: 20',
  'secret a dog, puppy: animal',
  'secret a bat: animal, wings',
  'fact ALIVE: animal',
  'fact FLIES: wings',
];
const PAIRS = [
  ...many('is it alive', 'ALIVE'),
  ...many('can it fly', 'FLIES'),
  ...many('is it a dog', 'A DOG', 2),
  ...many('is it a bat', 'A BAT', 2),
];

describe('lint of a game', () => {
  it('finds nothing in a good one: two pairs for a guess are enough', () => {
    expect(found([...HEAD, ...PAIRS])).toEqual([]);
  });

  it('tells what is wrong with its lines', () => {
    const head = [
      'unknown: HUH?',
      'secret a dog: animal, pet',
      'secret a cat: animal, pet',
      'secret a rock:',
      'secret a dog: animal',
      'fact ALIVE: animal, -pet',
      'fact FLIES: wings',
    ];
    expect(found([...head, 'x|Y'])).toEqual(
      expect.arrayContaining([
        ['no game', 'error', 'there are secrets or facts, but no line says that this is a game', '2'],
        ['facts contradict', 'error', 'ALIVE of a dog is YES by animal, but NO by pet', '6'],
        ['twice', 'error', 'A DOG stands in line 2 already', '5'],
        ['nothing named', 'warning', 'FLIES names wings, which is neither a secret nor a trait of one', '7'],
        ['no facts', 'warning', 'nothing is true of a rock', '4'],
        ['no difference', 'warning', 'no fact tells a cat from a dog', '3'],
        ['not asked for', 'warning', 'nobody asks for ALIVE', '6'],
      ]),
    );
    const one = found([
      'unknown: HUH?',
      'game: 5',
      'secret a dog: animal',
      'fact ALIVE: animal',
      ...many('is it', 'ALIVE'),
    ]);
    expect(one).toContainEqual(['few secrets', 'error', 'the game has one secret, so there is nothing to guess', '2']);
  });

  it('names what nobody asks for, and answers that mean nothing', () => {
    const lines = [...HEAD, ...PAIRS.filter((pair) => !/A BAT|FLIES/.test(pair)), ...many('it has wings', 'FLYS')];
    expect(found(lines)).toEqual([
      ['not asked for', 'warning', 'nobody asks for FLIES', '6'],
      ['not asked for', 'warning', 'nobody asks for A BAT', '4'],
      ['not of the game', 'warning', 'FLYS is no fact, secret or action of the game', '14,15,16,17,18'],
    ]);
    // A reply, an action, the fallback and the repetition are.
    const plain = [
      ...[...HEAD, 'reply BYE: Bye.', 'reply ALIVE: It is alive.', 'repeat: WHAT', ...PAIRS, ...many('bye', 'BYE')],
      ...[...many('a hint', 'HINT'), ...many('xyzzy', 'HUH?'), ...many('say it again', 'WHAT')],
    ];
    expect(found(plain)).toEqual([]);
  });

  it('misses sentences for hints', () => {
    expect(found([...HEAD, ...PAIRS, ...many('a hint', 'HINT')])).toEqual([
      ['no hints', 'warning', 'pairs ask for a HINT, but no fact has a sentence for it', '21'],
    ]);
  });

  it('takes one game in two files for one, and tells where they differ', () => {
    expect(
      lint([scan([...HEAD, ...PAIRS]), scan([...HEAD, ...PAIRS.map((pair) => `so ${pair}`)], 'e')]).findings,
    ).toEqual([]);
    const other = [...HEAD.map((line) => line.replace('20', '12')), 'reply YES: Yes.'];
    const third = [...HEAD, 'reply YES: Aye.', ...PAIRS.map((pair) => `or ${pair}`)];
    const files = [scan([...HEAD, ...PAIRS]), scan([...other, 'is it so|ALIVE'], 'e'), scan(third, 'f')];
    expect(lint(files).findings).toMatchObject([
      {
        kind: 'two heads',
        level: 'error',
        message: 'the game differs from that of another file',
        places: [{ file: 'e', line: 2 }],
      },
      { kind: 'two heads', message: 'reply YES differs from that of another file', places: [{ file: 'f', line: 7 }] },
    ]);
  });
});

describe('lint of replies', () => {
  it('tells which are never said', () => {
    const lines = ['unknown: HUH?', 'reply HI: Hello.', 'reply HO: Ho.', 'reply HUH?: Pardon?', 'repeat: AGAIN'];
    expect(found([...lines, ...many('hi', 'HI'), ...many('go', 'GO')])).toEqual([
      ['never said', 'error', 'no pair has the answer AGAIN, which is to repeat what was said', '5'],
      ['never said', 'warning', 'no pair has the answer HO, so its reply is never said', '3'],
    ]);
  });
});

describe('lint of dialogues', () => {
  const ground = ['unknown: HUH?', ...many('hello', 'HI'), ...many('bye', 'CIAO')];

  it('takes a question after another answer for another question', () => {
    const talk = ['why|WHAT', ...many('what', 'WHAT'), 'hello a|HI|why|POLITE', 'bye a|CIAO|why|LATE'];
    expect(found([...ground, ...talk, 'hello b|HI|but why|POLITE', 'bye b|CIAO|but why|LATE'])).toEqual([]);
  });

  it('finds contradictions, lookalikes and duplicates of one context', () => {
    const talk = ['hello a|HI|why|POLITE', 'hello b|HI|Why?|RUDE', 'hello c|HI|why|POLITE'];
    const looks = ['bye a|CIAO|did dad|POLITE', 'bye b|CIAO|dad did|RUDE', 'hello d|HI|dad did|POLITE'];
    expect(lint([scan([...ground, ...talk, ...looks])])).toMatchObject({ pairs: 16, ceiling: 14 / 16 });
    expect(found([...ground, ...talk, ...looks])).toEqual([
      ['contradiction', 'error', '"why" after HI is POLITE (lines 12, 14) and RUDE (line 13)', '12,13,14'],
      [
        'lookalike',
        'warning',
        'the model sees no difference between "did dad" after CIAO (POLITE) and "dad did" after CIAO (RUDE)',
        '15,16',
      ],
      ['duplicate', 'warning', '"why" after HI is POLITE 2 times', '12,14'],
    ]);
  });

  it('repairs them line by line, up to the last turn that stays', () => {
    const lines = [
      ...['# mine', 'unknown: HUH?', 'reply HI:   Hello.', 'hello|HI', 'hello|HI|why|POLITE', 'hello|HI|why|RUDE'],
      ...['Hi|HI|why|polite', 'hey|HI|Why|RUDE|really|YES', 'hello|HI|why|POLITE|really|NO'],
    ];
    expect(repair(scan(lines), textLines(utf8(lines.join('\n')), 'd'))).toEqual({
      lines: [
        ...['# mine', 'unknown: HUH?', 'reply HI:   Hello.', 'hello|HI', 'hello|HI|why|POLITE'],
        // Its opening is no pair elsewhere.
        ...['Hi|HI', 'hey|HI|Why|RUDE|really|YES', 'hello|HI|why|POLITE|really|NO'],
      ],
      dropped: 1,
    });
  });

  it('counts them in the statistics', () => {
    expect(statsOf(scan(['hello|HI', 'hello|HI|why|POLITE', 'bye|CIAO|why|LATE']).pairs)).toMatchObject({
      pairs: 4,
      followUps: 2,
      questions: 3,
    });
  });
});
