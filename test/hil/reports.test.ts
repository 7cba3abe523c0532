/** What reports and recordings say, to the letter. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Difference, ExchangeComparison } from '../../src/hil/compare.js';
import { markedDifference } from '../../src/hil/describe.js';
import { goldenText, readGolden } from '../../src/hil/golden.js';
import { junitXml } from '../../src/hil/junit.js';
import { askAll } from '../../src/hil/turns.js';
import type { Transcript } from '../../src/hil/transcript.js';

const NAMES = { left: 'emulator', right: 'board' };
const exchange = (left: string, right: string, more: Partial<ExchangeComparison> = {}): ExchangeComparison => ({
  question: 'q',
  left: undefined,
  right: undefined,
  verdict: 'missing',
  texts: { left, right },
  difference: { offset: 1, left: 0x7f, right: 0x20 } satisfies Difference,
  ...more,
});

describe('a difference in words', () => {
  it('names every reason why there is no whole answer, and shows the texts where there are two', () => {
    const incidents: ExchangeComparison['incidents'] = [
      { side: 'left', kind: 'left', message: 'it ended' },
      { side: 'right', kind: 'silent', message: 'silence', hint: 'is it on?' },
    ];
    const headline = 'no whole answer: it ended; silence (is it on?)';
    expect(markedDifference(exchange('', 'ab', { incidents }), NAMES)).toEqual([headline]);
    expect(markedDifference(exchange('ab', '', { incidents }), NAMES)).toEqual([headline]);
    expect(markedDifference(exchange('ab', 'ac', { incidents }), NAMES)).toHaveLength(4);
    expect(markedDifference(exchange('', ''), NAMES)).toEqual(['no whole answer: it was not asked']);
  });

  it('names bytes beyond what is printed by their number alone', () => {
    const [, , , mark] = markedDifference(exchange('a\x7f', 'a '), NAMES);
    expect(mark).toBe(`${' '.repeat(12)}^ byte 1: 7Fh there, 20h here`);
    // A text that only differs is shown although one side is empty.
    expect(markedDifference(exchange('', 'ab', { verdict: 'differs' }), NAMES)).toHaveLength(4);
  });
});

describe('a JUnit report', () => {
  it('is whole, to its last line', () => {
    const exchanges = [exchange('ab', '', { verdict: 'missing' }), exchange('a', 'a', { verdict: 'same' })];
    const xml = junitXml([{ ...NAMES, equal: false, bytes: 0, exchanges, rules: [] }], 'X.COM');
    expect(xml.split('\n')).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites>',
      '  <testsuite name="emulator and board" tests="2" failures="0" errors="1">',
      '    <testcase classname="X.COM" name="q">',
      '      <error type="missing" message="no whole answer: it was not asked"></error>',
      '    </testcase>',
      '    <testcase classname="X.COM" name="q"/>',
      '  </testsuite>',
      '</testsuites>',
      '',
    ]);
  });
});

describe('a recording', () => {
  const program = { name: 'X.COM', bytes: Uint8Array.of(1, 2, 3) };
  const script = askAll(['q', 'r']);
  const said: Transcript = {
    target: 'emulator',
    opening: Uint8Array.of(0x3e),
    exchanges: [
      { question: 'q', raw: Uint8Array.of(0xff), answer: 'YES', characterMs: [1, 2] },
      { question: 'r', raw: Uint8Array.of(0x41), answer: '', characterMs: [], left: true },
    ],
  };

  it('has what is to be kept, and nothing of time', () => {
    expect(JSON.parse(goldenText(said, program, script))).toEqual({
      format: 'z80lm transcript 1',
      program: { name: 'X.COM', bytes: 3, sha256: createHash('sha256').update(program.bytes).digest('hex') },
      target: 'emulator',
      script: JSON.parse(JSON.stringify(script)) as unknown,
      opening: '>',
      exchanges: [
        { question: 'q', console: 'ÿ', answer: 'YES' },
        { question: 'r', console: 'A', answer: '', left: true },
      ],
    });
  });

  it('is read as what was said, without times', () => {
    const file = Buffer.from(goldenText(said, program, script));
    const { transcript } = readGolden(file, 'x.json', program, script);
    expect(transcript).toEqual({
      target: 'recorded emulator',
      opening: said.opening,
      exchanges: said.exchanges.map((one) => ({ ...one, characterMs: [] })),
    });
  });

  it.each([
    [goldenText(said, program, askAll(['else'])), /^it was recorded with other prompts$/],
    [goldenText(said, program, script).replace('"bytes": 3', '"bytes": "3"'), /^the file is no recording: program\.bytes: /],
    ['{', /^the recording is damaged: /],
  ])('that does not fit says what is wrong, where, and what to do: %#', (text, message) => {
    expect(() => readGolden(Buffer.from(text), 'x.json', program, script)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(message) as string,
        where: 'x.json',
        hint: 'record it anew with --record',
      }),
    );
  }); // prettier-ignore
});
