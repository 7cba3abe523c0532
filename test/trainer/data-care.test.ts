/** Looking after training data: lint, repair, statistics, balance. */
import { describe, expect, it } from 'vitest';
import { balance } from '../../src/trainer/data-balance.js';
import { lint, repair } from '../../src/trainer/data-lint.js';
import { answersPicture, statsOf } from '../../src/trainer/data-stats.js';
import { scanPairs, textLines } from '../../src/trainer/pairs.js';
import { describeShared, shared } from '../outside.js';

const utf8 = (text: string) => new TextEncoder().encode(text);
/** With a fallback, so that its lack is found by nobody but its own test. */
const scan = (text: string, file = 'd') => ({ unknown: 'HUH?', ...scanPairs(utf8(text), file) });
/** A file in which nothing is wrong, as the ground for what is. */
const good = [...Array(5).keys()].flatMap((i) => [`is it thing ${i}|YES`, `is it stuff ${i}|NO`]).join('\n');

describe('lint', () => {
  it('finds nothing in good data', () => {
    expect(lint([scan(good)])).toEqual({ pairs: 10, ceiling: 1, findings: [] });
  });

  it.each(['\ufeff', '# only words\n\n'])('reports a file without a pair, as the trainer would: %j', (text) => {
    expect(lint([scan(good), scan(text, 'e')]).findings).toMatchObject([
      { kind: 'no pairs', level: 'error', message: 'there is no pair in the file', places: [{ file: 'e', line: 1 }] },
    ]);
  });

  it.each([
    [`${'x'.repeat(130)}|YES`, 'cut off', 'has 130 bytes, and a line 127: the rest is not learnt'],
    [`${'ä'.repeat(64)}|YES`, 'cut off', 'has 128 bytes, and a line 127'],
    ['#1 fan|YES', 'maybe a pair', '"#1 fan|YES" is taken for a comment'],
    ['is it\x07 this|YES', 'dropped', 'has the control character 07h'],
    ['!?|YES', 'nothing left', '"!?" has no letter and no digit'],
    ['is it that|Yes', 'small letters', '"Yes" is learnt as YES, and so are 1 answer in all'],
  ])('tells what the trainer leaves out, cuts or changes: %j', (line, kind, message) => {
    const { findings } = lint([scan(`${good}\n${line}`)]);
    expect(findings).toMatchObject([
      {
        kind,
        level: 'warning',
        message: expect.stringContaining(message) as string,
        places: [{ file: 'd', line: 11 }],
      },
    ]);
  });

  it('says nothing of a line that is just full, and of a comment without a bar', () => {
    expect(lint([scan(`${good}\n# is it, or is it not\n${'y'.repeat(127)}|YES`)]).findings).toEqual([]);
  });

  it('tells of a set with one answer, or with one in capitals among many', () => {
    const one = good.replaceAll('NO', 'YES');
    expect(lint([scan(one)]).findings).toMatchObject([{ kind: 'one answer', message: 'every pair is answered YES' }]);
    const small = lint([scan(good.toLowerCase())]).findings;
    expect(small).toMatchObject([
      { kind: 'small letters', message: '"yes" is learnt as YES, and so are 10 answers in all' },
    ]);
    expect(small[0]!.places).toHaveLength(4);
  });

  it('reports lines that are no pairs, with their remedy', () => {
    expect(lint([scan(`${good}\nnope\nq|${'x'.repeat(121)}`)]).findings).toMatchObject([
      { kind: 'bad line', level: 'error', message: 'no "|" in "nope"', places: [{ file: 'd', line: 11 }] },
      { kind: 'bad line', places: [{ line: 12 }], cure: expect.stringMatching(/^shorten answers to 120 characters/) },
    ]);
  });

  it('misses the answer to questions about something else, once for all files', () => {
    const files = [scanPairs(utf8('# x\n\nis it|YES'), 'd'), scanPairs(utf8(good), 'e')];
    expect(lint(files).findings).toEqual([
      {
        kind: 'no fallback',
        level: 'warning',
        message: 'no line says what a model answers if it does not know',
        places: [{ file: 'd', line: 1 }],
        cure: 'add such a line before the first pair, with an answer of yours: unknown: HUH?',
      },
    ]);
    // Whether any pair has that answer is nobody's business: the trainer makes up questions for it.
    const third = scanPairs(utf8(`unknown: huh?\n${good.replaceAll('is', 'was')}`), 'f');
    expect(lint([files[1]!, third]).findings).toEqual([]);
  });

  it('reports files that do not agree on it', () => {
    const files = [`unknown: HUH?\n${good}`, `unknown: huh?\nis it d|YES`, `# x\nunknown: WHAT?\nis it f|YES`];
    expect(lint(files.map((text, i) => scanPairs(utf8(text), `f${i}`))).findings).toMatchObject([
      {
        kind: 'two fallbacks',
        level: 'error',
        message: 'unknown: HUH? and unknown: WHAT?',
        places: [
          { file: 'f0', line: 1 },
          { file: 'f2', line: 2 },
        ],
      },
    ]);
  });

  it('reports contradictions and duplicates across files, whatever the case', () => {
    const { ceiling, findings } = lint([scan(`${good}\nhi|YES\nHi|NO\nhi|NO`), scan('# x\nHI|NO', 'e')]);
    expect(ceiling).toBeCloseTo(13 / 14);
    expect(findings).toEqual([
      {
        kind: 'contradiction',
        level: 'error',
        message: '"hi" is NO (d:12, d:13, e:2) and YES (d:11)',
        places: [
          { file: 'd', line: 11 },
          { file: 'd', line: 12 },
          { file: 'd', line: 13 },
          { file: 'e', line: 2 },
        ],
        cure: 'keep one answer',
      },
      {
        kind: 'duplicate',
        level: 'warning',
        message: '"Hi" is NO 3 times',
        places: [
          { file: 'd', line: 12 },
          { file: 'd', line: 13 },
          { file: 'e', line: 2 },
        ],
        cure: 'keep one, unless it shall weigh more',
      },
    ]);
  });

  it('reports questions that the encoder cannot tell apart', () => {
    // The same pieces in another order.
    expect(lint([scan(`${good}\ndid dad|YES\ndad did|NO`)])).toMatchObject({
      ceiling: 11 / 12,
      findings: [
        {
          kind: 'lookalike',
          level: 'warning',
          message: 'the model sees no difference between "did dad" (YES) and "dad did" (NO)',
          places: [{ line: 11 }, { line: 12 }],
        },
      ],
    });
    expect(lint([scan(`${good}\ndid dad|YES\ndad did|YES`)]).findings).toEqual([]);
  });

  it('reports characters of answers outside ASCII; a question may have any', () => {
    const more = 'caf\u00e9|N\u00e9\nfish \u{1f41f}|NO \u{1f41f}\nna\u00efve|\u00efS\u00e9';
    const { findings } = lint([scan(`${good}\n${more}`)]);
    expect(findings.filter(({ kind }) => kind === 'non-ASCII')).toMatchObject([
      { kind: 'non-ASCII', message: '\u00e9 (U+00E9) becomes "e", 2 times', places: [{ line: 11 }] },
      { kind: 'non-ASCII', message: '\u{1f41f} (U+1F41F) is dropped, 1 time', places: [{ line: 12 }] },
      { kind: 'non-ASCII', message: '\u00ef (U+00EF) becomes "i", 1 time', places: [{ line: 13 }] },
    ]);
  });

  it('reports answers with too many and with too few pairs', () => {
    const many = [...Array(10).keys()].map((i) => `question ${i}|YES`).join('\n');
    expect(lint([scan(`${many}\nwhat else|HM`)]).findings).toMatchObject([
      { kind: 'imbalance', message: '90.9% of all pairs are answered YES', places: [{ line: 1 }] },
      { kind: 'imbalance', message: 'HM has 1 pair', places: [{ line: 11 }] },
    ]);
  });
});

describe('repair', () => {
  it('drops bad lines, duplicates and outvoted answers, and keeps all else', () => {
    const text = '# my data\nis it|no\nnope\n\nIs it|YES\nis it|yes\n  caf\u00e9 | \u00f6k\nso|A\nso|B';
    const { lines, dropped } = repair(scan(text), textLines(utf8(text), 'd'));
    expect(lines).toEqual(['# my data', '', 'Is it|YES', 'caf\u00e9|OK', 'so|A']);
    expect(dropped).toBe(4);
    const headed = '# my data\nUnknown :  caf\u00e9? \nunknown: NO\nis it|no\nunknown: late';
    expect(repair(scan(headed), textLines(utf8(headed), 'd')).lines).toEqual([
      '# my data',
      'unknown: CAFE?',
      'is it|NO',
    ]);
    const again = lint([scan(lines.join('\n'))]).findings.map(({ kind }) => kind);
    expect(new Set(again)).toEqual(new Set(['imbalance']));
  });
});

describe('stats', () => {
  it('counts', () => {
    expect(statsOf(scan('is it|YES\nIS IT|NO\nand so on|NO').pairs)).toEqual({
      pairs: 3,
      followUps: 0,
      questions: 2,
      answers: [
        { answer: 'NO', pairs: 2 },
        { answer: 'YES', pairs: 1 },
      ],
      questionLength: { mean: 19 / 3, longest: 9 },
      answerLength: { mean: 7 / 3, longest: 3 },
      charset: 'ENOSY',
      examples: 10,
    });
  });

  it('draws a bar an answer, and escapes what SVG must not contain', () => {
    const svg = answersPicture(statsOf(scan('a|<OK>\nb|<OK>\nc|NO & NO').pairs), 'x<y');
    expect(svg.match(/<rect x=/g)).toHaveLength(2);
    expect(svg).toContain('&lt;OK&gt;</text>');
    expect(svg).toContain('NO &amp; NO</text>');
    expect(svg).toContain('>2 (66.7%)</text>');
    expect(svg).toContain('x&lt;y: 3 pairs, 2 answers');
  });
});

describe('balance', () => {
  const { pairs } = scan('a|X\nb|X\nc|X\nd|X\ne|Y\nf|Z\ng|Z');
  const count = (list: { answer: string }[], answer: string) => list.filter((pair) => pair.answer === answer).length;

  it.each([
    ['least', 1, 4, 0],
    ['mean', 2, 2, 1],
    ['most', 4, 0, 5],
    [3, 3, 1, 3],
  ] as const)('brings every answer to %s', (wanted, target, dropped, added) => {
    const result = balance(pairs, wanted, 1);
    expect(result).toMatchObject({ target, dropped, added });
    for (const answer of ['X', 'Y', 'Z']) expect(count(result.pairs, answer)).toBe(target);
  });

  it('keeps the order, repeats evenly, and depends on the seed alone', () => {
    const lines = (seed: number) => balance(pairs, 5, seed).pairs.map((pair) => pair.line);
    expect(lines(1)).toEqual([...lines(1)].sort((a, b) => a - b));
    expect(lines(1)).toEqual(lines(1));
    expect(new Set([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => lines(seed).join())).size).toBeGreaterThan(1);
    for (const line of [1, 2, 3, 4]) expect(lines(1).filter((l) => l === line).length).toBeGreaterThanOrEqual(1);
  });
});

describeShared(
  'lint of text of the original project',
  ['data/upstream-guess.txt.gz', 'data/upstream-tinychat.txt.gz'],
  () => {
    const report = (name: string) => lint([scanPairs(shared(name), name)]);
    const of = (kind: string, { findings }: ReturnType<typeof lint>) => findings.filter((f) => f.kind === kind).length;

    it('has its known ceiling: 97.3 % of guess can be right, capitals and signs left out', () => {
      const guess = report('data/upstream-guess.txt.gz');
      expect(guess.ceiling).toBeCloseTo(0.97308, 5);
      expect(of('contradiction', guess)).toBe(517);
    });

    it('has a ceiling of 86.7 % in tinychat, and no lookalikes', () => {
      const tinychat = report('data/upstream-tinychat.txt.gz');
      expect(tinychat.ceiling).toBeCloseTo(0.86676, 5);
      expect(of('contradiction', tinychat)).toBe(357);
      expect(of('lookalike', tinychat)).toBe(0);
    });
  },
);
