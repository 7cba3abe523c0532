import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/seams/errors.js';
import { expandSpec } from '../../src/trainer/data-expand.js';
import { renderSpec } from '../../src/trainer/data-files.js';
import { parseSpec } from '../../src/trainer/data-spec.js';
import { readPairs } from '../../src/trainer/pairs.js';

const parse = (...lines: string[]) => parseSpec(['name: T', 'take: 100', 'hold: 100', ...lines].join('\n'), 's');
const questions = (...lines: string[]) => {
  const { training, heldOut } = expandSpec(parse(...lines));
  // Without what careless typing does to them.
  const plain = (list: typeof training) =>
    list.map((pair) => `${pair.question.replace('?', '')}|${pair.answer}`).sort();
  return { training: plain(training), heldOut: plain(heldOut) };
};

function failure(...lines: string[]): InputError {
  try {
    expandSpec(parse(...lines));
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error('was expanded without complaint');
}

describe('a spec', () => {
  it('expands alternatives, options, lists, values and their bare form', () => {
    expect(
      questions(
        'list it',
        '  it | this',
        'kind what  # a comment',
        '  is {it} {x}?',
        '  [hm] {bare}?',
        '  ~ be {x}?',
        'facts what',
        '  YES: a fox; the (cat|dog)',
        'say HI YOU',
        '  hi [pal]',
      ),
    ).toEqual({
      training: [
        ...['cat|YES', 'dog|YES', 'fox|YES', 'hi pal|HI YOU', 'hi|HI YOU', 'hm cat|YES', 'hm dog|YES', 'hm fox|YES'],
        ...['is it a fox|YES', 'is it the cat|YES', 'is it the dog|YES'],
        ...['is this a fox|YES', 'is this the cat|YES', 'is this the dog|YES'],
      ],
      heldOut: ['be a fox|YES', 'be the cat|YES', 'be the dog|YES'],
    });
  });

  it('names what is answered to other questions, and so do its files', () => {
    const spec = parse('say HI', '  hi', '  ~ hey', 'unknown: huh?');
    expect(spec.unknown).toBe('HUH?');
    const files = renderSpec(spec, expandSpec(spec), 't.spec');
    for (const suffix of ['.txt', '.heldout.txt'])
      expect(readPairs(new TextEncoder().encode(files.get(suffix)), suffix)).toMatchObject({
        unknown: 'HUH?',
        pairs: [{ answer: 'HI' }],
      });
    expect(parse('say HI', '  hi')).not.toHaveProperty('unknown');
  });

  it('takes as many as it is told, and the same ones every time', () => {
    const lines = ['kind k', '  (a|b|c|d|e|f) {x}', '  {x} (a|b|c|d|e|f)', 'facts k take=5', '  YES: one; two'];
    expect(questions(...lines).training).toHaveLength(10);
    expect(questions(...lines)).toEqual(questions(...lines));
    expect(questions('seed: 2', ...lines)).not.toEqual(questions('seed: 3', ...lines));
  });

  it('leaves the other facts alone when one is added', () => {
    const lines = ['kind k', '  (a|b|c|d|e|f) {x}', '  {x} (a|b|c|d|e|f)', 'facts k take=5'];
    const before = questions(...lines, '  YES: one; two').training;
    const after = questions(...lines, '  YES: zero', '  YES: one; two').training;
    expect(after.filter((question) => !question.includes('zero'))).toEqual(before);
  });

  it('refuses one question with two answers, naming both lines', () => {
    expect(failure('kind k', '  is it {x}?', 'facts k', '  YES: big', '  NO: BIG')).toMatchObject({
      where: 's',
      message: '"is it BIG?" is YES by line 7, but NO by line 8',
    });
  });

  it('refuses a held-out phrasing that is used for training', () => {
    const message = '"is {x}" is held out by line 6, but used by line 5';
    expect(failure('kind k', '  (is|was) {x}?', '  ~ is {x}', 'facts k', '  YES: big')).toMatchObject({ message });
  });

  it.each([
    ['an unknown kind', ['facts q', '  YES: big'], 's:4', 'there is no kind "q" above'],
    ['an unknown list', ['say HI', '  hi {pal}'], 's:5', 'there is no list "pal"'],
    ['an open bracket', ['say HI', '  hi (you|me'], 's:5', '"(" is never closed in: hi (you|me'],
    [
      'a fact without an answer',
      ['kind k', '  {x}', 'facts k', '  big; small'],
      's:7',
      'a fact is ANSWER: value; value',
    ],
    ['an odd count', ['say HI take=lots', '  hi'], 's:4', '"take=lots" is neither take=N nor hold=N'],
    ['a line outside', ['  hi'], 's:4', 'this line belongs to no section'],
    ['two fallbacks', ['unknown: A', 'unknown: B'], 's:5', 'a second "unknown:", after line 4'],
    ['an empty fallback', ['unknown:'], 's:4', 'no answer in ASCII after "unknown:"'],
    ['another word', ['tell me'], 's:4', '"tell me" starts neither a section nor a setting'],
  ])('refuses %s', (_, lines, where, message) => {
    expect(failure(...lines)).toMatchObject({ where, message });
  });
});

describe('follow-ups and guesses of a spec', () => {
  const lines = [
    'name: T',
    'unknown: HUH?',
    'reply NO: Not that I know. / No.',
    'kind why',
    '  why?',
    '  how come?',
    '  ~ how so?',
    'say NO take=2 hold=1',
    '  are you alive?',
    '  are you a person?',
    '  ~ do you live?',
    'after NO take=2 hold=1',
    '  why: CELLS',
    'after CELLS take=1 hold=1',
    '  why: ENOUGH',
  ];

  it('begin with a pair that comes to the answer before them, in training and held out', () => {
    const { training, heldOut } = expandSpec(parse(...lines));
    const told = (pairs: typeof training): string[] =>
      pairs.map(({ before = [], question, answer }) => [...before, question, answer].join('|').replaceAll('?', ''));
    const opening = 'are you (?:alive|a person)\\|NO';
    const patterns = [
      opening,
      opening,
      `${opening}\\|(?:why|how come)\\|CELLS`,
      `${opening}\\|(?:why|how come)\\|CELLS`,
    ];
    const last = `${opening}\\|(?:why|how come)\\|CELLS\\|(?:why|how come)\\|ENOUGH`;
    expect(told(training)).toEqual([...patterns, last].map((text) => expect.stringMatching(new RegExp(`^${text}$`))));
    expect(told(training)).toHaveLength(5);
    expect(told(heldOut)).toEqual([
      'do you live|NO',
      'do you live|NO|how so|CELLS',
      'do you live|NO|how so|CELLS|how so|ENOUGH',
    ]);
  });

  it('need something to follow', () => {
    expect(failure(...lines.filter((line) => !line.includes('do you live')))).toMatchObject({
      where: expect.stringMatching(/:15$/),
      message: 'nothing that is held out is answered NO',
    });
    expect(failure(...lines, 'after NOBODY take=1', '  why: X')).toMatchObject({
      message: 'nothing is answered NOBODY',
    });
  });

  it('are made of all names of all secrets, with an article', () => {
    const game = ['name: G', 'kind guess', '  is it {x}?', 'guesses guess take=1 hold=0'];
    const secrets = ['game: 20', 'secret an Owl, bird', 'secret the moon: far', 'secret elephant', 'fact FAR: far'];
    const { training } = expandSpec(parse(...game, ...secrets));
    expect(training.map(({ question, answer }) => `${question.replace('?', '')}|${answer}`)).toEqual([
      'is it an owl|AN OWL',
      'is it a bird|AN OWL',
      'is it the moon|THE MOON',
      'is it an elephant|ELEPHANT',
    ]);
    expect(failure(...game)).toMatchObject({ message: 'there are no secrets to guess' });
  });
});
