import { describe, expect, it } from 'vitest';
import { compareTranscripts, type Comparison } from '../../src/hil/compare.js';
import { checkAnswers } from '../../src/hil/data-check.js';
import { markedDifference } from '../../src/hil/describe.js';
import { goldenText, readGolden } from '../../src/hil/golden.js';
import { junitXml } from '../../src/hil/junit.js';
import { lineFaults } from '../../src/hil/line-faults.js';
import { askAll } from '../../src/hil/turns.js';
import type { Exchange, Transcript } from '../../src/hil/transcript.js';
import { InputError } from '../../src/seams/errors.js';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

function transcript(
  target: string,
  opening: string,
  ...said: [question: string, console: string, left?: boolean][]
): Transcript {
  return {
    target,
    opening: bytes(opening),
    exchanges: said.map(([question, raw, left]): Exchange => ({
      question,
      raw: bytes(raw),
      answer: /\n([^\r\n]*)/.exec(raw)?.[1] ?? '',
      characterMs: [],
      ...(left && { left }),
    })),
  };
}

/** The same question to both. */
function compare(left: string, right: string, question = 'is it big', normalise = true): Comparison {
  return compareTranscripts(
    transcript('emulator', '> ', [question, left]),
    transcript('board', '> ', [question, right]),
    {
      normalise,
    },
  );
}

const RIGHT = 'is it big\r\nYES\r\n> ';

describe('the rules', () => {
  it.each<[string, string, string[]]>([
    ['as it is', RIGHT, []],
    ['CR CR LF', 'is it big\r\r\nYES\r\r\n> ', ['line-ends']],
    ['LF alone', 'is it big\nYES\n> ', ['line-ends']],
    ['CR alone', 'is it big\rYES\r> ', ['line-ends']],
    ['padding', 'is it big\r\n\0\0YES\r\n\0\0> ', ['nul']],
    ['flow control by characters', 'is it big\r\nY\x13\x11ES\r\n> ', ['xon-xoff']],
    ['an echo in capitals', 'IS IT BIG\r\nYES\r\n> ', ['echo']],
    ['no echo', 'YES\r\n> ', ['echo']],
    ['two at once', 'IS IT BIG\nYES\n> ', ['line-ends', 'echo']],
  ])('make %s equal, and are named', (_, right, names) => {
    const comparison = compare(RIGHT, right);
    expect(comparison.exchanges[1]!.verdict).toBe('same');
    expect(comparison.rules.map(({ name }) => name)).toEqual(names);
    expect(compare(RIGHT, right, undefined, false).equal).toBe(names.length === 0);
  });

  it('count on each side', () => {
    expect(compare(RIGHT, 'is it big\nYES\n> ').rules).toEqual([
      { name: 'line-ends', says: 'CR, LF, CR LF and CR CR LF count as one line end', left: 0, right: 1 },
    ]);
  });

  it('know the echo of a question beyond ASCII', () => {
    const echo = Buffer.from('őrült vagy €').toString('latin1');
    const { exchanges, rules } = compareTranscripts(
      transcript('emulator', '> ', ['őrült vagy €', `${echo}\r\nYES\r\n> `]),
      transcript('board', '> ', ['őrült vagy €', 'YES\r\n> ']),
      { normalise: true },
    );
    expect(exchanges[1]!.verdict).toBe('same');
    expect(rules.map(({ name }) => name)).toEqual(['echo']);
  });

  it('do not make an answer equal', () => {
    expect(compare(RIGHT, 'IS IT BIG\nNO\n> ').exchanges[1]!.verdict).toBe('differs');
    expect(compare(RIGHT, 'is it big\r\nYES \r\n> ').exchanges[1]!.verdict).not.toBe('same');
    expect(compare(RIGHT, 'is it big\r\n\r\nYES\r\n> ').exchanges[1]!.verdict).not.toBe('same');
  });

  it("leave CP/M's prompt out where the program has ended, and only there", () => {
    const left = transcript('emulator', '> ', ['!', '!\r\n', true]);
    const board = transcript('board', '> ', ['!', '!\r\n\r\nA>', true]);
    const comparison = compareTranscripts(left, board, { normalise: true });
    expect(comparison.equal).toBe(true);
    expect(comparison.rules.map(({ name }) => name)).toEqual(['host-prompt']);
    expect(compare('x\r\nA', 'x\r\nA\r\nA>', 'x').equal).toBe(false);
  });
});

describe('line faults', () => {
  it.each([
    ['is it bg\r\nYES\r\n> ', '1 character lost between "is it b" and "g\\r\\nYES\\r\\n": flow control?'],
    ['is it big\r\nYEES\r\n> ', '1 character arrived twice between'],
    ['is it big\r\nYGS\r\n> ', '1 character with one bit wrong between "t big\\r\\nY" and "S\\r\\n> ": baud rate'],
    ['is i\r\nYES\r\n> ', '5 characters lost between "is i" and "\\r\\nYES\\r\\n>": flow control?'],
    ['is it big\r\nYS\r\n>  ', '1 character lost, 1 character arrived twice between'],
  ])('explain %j', (right, says) => {
    const { verdict, line } = compare(RIGHT, right).exchanges[1]!;
    expect(verdict).toBe('line');
    expect(line!.says).toContain(says);
  });

  it('are counted exactly in a long text', () => {
    const text = Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\r\n');
    const damaged = text.slice(0, 100) + text.slice(112, 200) + text[199]! + text.slice(200);
    expect(lineFaults(text, damaged)).toMatchObject({ lost: 12, doubled: 1, flipped: 0 });
  });

  it('do not explain another answer, nor a text that is mostly gone', () => {
    expect(compare(RIGHT, 'is it big\r\nNO\r\n> ').exchanges[1]!.verdict).toBe('differs');
    expect(compare(RIGHT, 'is it big\r\nYES!\r\n> ').exchanges[1]!.verdict).toBe('differs');
    expect(lineFaults(RIGHT, 'YES')).toBeUndefined();
  });

  it('explain another answer to a question that came back damaged', () => {
    const exchange = compare(RIGHT, 'is it bg\r\nNO\r\n> ').exchanges[1]!;
    expect(exchange).toMatchObject({ verdict: 'line', echoDamaged: true });
    expect(markedDifference(exchange, { left: 'emulator', right: 'board' })[0]).toBe(
      'a fault of the line: the question came back damaged, so board was perhaps asked something else',
    );
  });
});

describe('reports', () => {
  it('mark the first differing byte', () => {
    const comparison = compare(RIGHT, 'is it big\r\nNO\r\n> ');
    expect(markedDifference(comparison.exchanges[1]!, comparison)).toEqual([
      'differs',
      'emulator  "is it big\\r\\nYES\\r\\n> "',
      'board     "is it big\\r\\nNO\\r\\n> "',
      "                        ^ byte 11: 59h 'Y' there, 4Eh 'N' here",
    ]);
  });

  it('mark it in a long text, too', () => {
    const text = 'abcdefghij'.repeat(20);
    const comparison = compare(`${text}!`, `${text}`, 'zz');
    const [, left, , mark] = markedDifference(comparison.exchanges[1]!, comparison);
    expect(left!.indexOf('!')).toBe(mark!.indexOf('^'));
    expect(mark).toContain("byte 200: 21h '!' there, nothing here");
  });

  it('are JUnit XML with each prompt a case', () => {
    const left = transcript('emulator', '> ', ['a <b>', 'a <b>\r\nYES\r\n> '], ['c', 'c\r\nNO\r\n> ']);
    const right = transcript('board', '> ', ['a <b>', 'a <b>\r\n\x01&\r\n> ']);
    const xml = junitXml([compareTranscripts(left, right)], 'GUESS.COM');
    expect(xml).toContain('<testsuite name="emulator and board" tests="3" failures="1" errors="1">');
    expect(xml).toContain('<testcase classname="GUESS.COM" name="opening"/>');
    expect(xml).toContain('name="a &lt;b&gt;">\n      <failure type="differs" message="differs">');
    expect(xml).toContain('\\x01&amp;');
    expect(xml).toContain('<error type="missing" message="no whole answer: it was not asked">');
    expect(xml).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

describe('a recording', () => {
  const program = { name: 'X.COM', bytes: Uint8Array.of(1, 2, 3) };
  const script = askAll(['is it big']);
  const said = transcript('emulator', 'HI\r\n> ', ['is it big', RIGHT]);

  it('is read back as it was said, and always the same file', () => {
    const text = goldenText(said, program, script);
    expect(goldenText(said, program, script)).toBe(text);
    const golden = readGolden(bytes(text), 'x.json', program, script);
    expect(golden.sameProgram).toBe(true);
    expect(compareTranscripts(golden.transcript, said)).toMatchObject({ equal: true, bytes: 6 + RIGHT.length });
  });

  it('knows another build of the program', () => {
    const text = goldenText(said, program, script);
    expect(readGolden(bytes(text), 'x.json', { ...program, bytes: Uint8Array.of(1) }, script).sameProgram).toBe(false);
  });

  it.each([
    [goldenText(said, program, askAll(['else'])), 'it was recorded with other prompts'],
    ['{"format": "x"}', 'the file is no recording: format'],
    ['{"format"', 'the recording is damaged'],
  ])('is refused where it does not fit: %#', (text, message) => {
    expect(() => readGolden(bytes(text), 'x.json', program, script)).toThrow(InputError);
    expect(() => readGolden(bytes(text), 'x.json', program, script)).toThrow(message);
  });
});

describe('data questions', () => {
  it('count right answers and find where the sides part', () => {
    const questions = [
      { question: 'a', answers: ['YES', 'NO'] },
      { question: 'b', answers: ['NO'] },
      { question: 'c', answers: ['IDK'] },
    ];
    const report = checkAnswers(questions, [
      { name: 'reference', answers: ['NO', 'NO', 'YES'] },
      { name: 'board', answers: ['NO', 'YES', undefined] },
    ]);
    expect(report).toEqual({
      questions: 3,
      right: { reference: 2, board: 1 },
      missing: { board: 1 },
      partings: [
        { question: 'b', expected: ['NO'], answers: { reference: 'NO', board: 'YES' } },
        { question: 'c', expected: ['IDK'], answers: { reference: 'YES', board: undefined } },
      ],
    });
  });
});
