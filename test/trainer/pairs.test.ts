import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/seams/errors.js';
import { fallbackOf } from '../../src/trainer/fallback.js';
import { pairText, readPairs, readPrompts, scanPairs } from '../../src/trainer/pairs.js';
import { describeShared, describeWith, shared } from '../outside.js';

const utf8 = (text: string) => new TextEncoder().encode(text);
const DIALOGUE = 'write question|answer, or a dialogue as question|answer|question|answer';
const read = (text: string) => readPairs(utf8(text), 'd.txt');

function failure(bytes: Uint8Array | string, file = 'd.txt'): InputError {
  try {
    readPairs(typeof bytes === 'string' ? utf8(bytes) : bytes, file);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error('was read without complaint');
}

describe('pairs', () => {
  it('trims both sides, upper-cases the answer, keeps line numbers, skips comments and blank lines', () => {
    expect(read('# a comment | with a bar\n\n  is it Big ?  |  yes \n  # more\n\t\nhi|Hello There')).toEqual({
      file: 'd.txt',
      pairs: [
        { question: 'is it Big ?', answer: 'YES', line: 3 },
        { question: 'hi', answer: 'HELLO THERE', line: 6 },
      ],
      folds: [],
      head: { replies: [] },
    });
  });

  it.each([
    ['LF', 'a|B\nc|D\n'],
    ['CR LF', 'a|B\r\nc|D\r\n'],
    ['CR', 'a|B\rc|D\r'],
    ['a UTF-8 mark', '\uFEFFa|B\nc|D'],
    ['CP/M end-of-file padding', 'a|B\nc|D\n\x1a\x1a\x1a'],
  ])('reads lines that end in %s', (_, text) => {
    expect(read(text).pairs).toEqual([
      { question: 'a', answer: 'B', line: 1 },
      { question: 'c', answer: 'D', line: 2 },
    ]);
  });

  it('folds answers to ASCII: what has a form in it takes it, the rest is dropped, and each is told', () => {
    const { pairs, folds } = read('va|“ça va”…\nfish|très bien 🐟 d’é\nß|naïve – ß');
    expect(pairs.map((p) => [p.question, p.answer])).toEqual([
      ['va', '"CA VA"...'],
      ['fish', "TRES BIEN  D'E"],
      ['ß', 'NAIVE - SS'],
    ]);
    expect(folds).toEqual([
      { from: '“', to: '"', count: 1, line: 1 },
      { from: 'ç', to: 'c', count: 1, line: 1 },
      { from: '”', to: '"', count: 1, line: 1 },
      { from: '…', to: '...', count: 1, line: 1 },
      { from: 'è', to: 'e', count: 1, line: 2 },
      { from: '🐟', to: '', count: 1, line: 2 },
      { from: '’', to: "'", count: 1, line: 2 },
      { from: 'é', to: 'e', count: 1, line: 2 },
      { from: 'ï', to: 'i', count: 1, line: 3 },
      { from: '–', to: '-', count: 1, line: 3 },
      { from: 'ß', to: 'ss', count: 1, line: 3 },
    ]);
  });

  it('counts a letter with a separate accent as one change', () => {
    expect(read('a|cafe\u0301').folds).toEqual([{ from: 'é', to: 'e', count: 1, line: 1 }]);
  });

  it('leaves questions as they are written, in any script, accents joined to their letters', () => {
    const { pairs, folds } = read(' Őrült “vagy”… |YES\n大きい 🐟|NO\ncafe\u0301|OK\n???|HM');
    expect(pairs.map((p) => p.question)).toEqual(['Őrült “vagy”…', '大きい 🐟', 'caf\u00e9', '???']);
    expect(folds).toEqual([]);
  });

  it('takes a tab for a blank, without a word', () => {
    expect(read('is\tit|YES')).toMatchObject({ pairs: [{ question: 'is it' }], folds: [] });
  });

  it.each([
    ['is it big', 'd.txt:2:1', 'no "|" in "is it big"', 'put "|" between question and answer, or "#" before a comment'],
    ['  |YES', 'd.txt:2:1', 'no question before the "|"', 'write the question, or delete the line'],
    ['is it|  ', 'd.txt:2:7', 'no answer after the "|"', 'write the answer, or delete the line'],
    ['a|B|C', 'd.txt:2:5', 'a question without an answer at the end of "a|B|C"', DIALOGUE],
    ['|B|c|D', 'd.txt:2:1', 'the dialogue begins with an answer: "|B|c|D"', DIALOGUE],
    ['a|B||D', 'd.txt:2:5', 'no question before the "|"', 'write the question, or delete the line'],
    ['a|B|c|', 'd.txt:2:7', 'no answer after the "|"', 'write the answer, or delete the line'],
    ['\x01 \x7f|YES', 'd.txt:2:1', 'nothing of the question "\x01 \x7f" can be typed', 'write the question in letters'],
    [
      'is it big|大きい',
      'd.txt:2:11',
      'nothing of the answer "大きい" can be written in ASCII',
      'write the answer in ASCII',
    ],
    [
      `is it|${'x'.repeat(121)}`,
      'd.txt:2:7',
      `the answer has 121 characters: "${'X'.repeat(37)}..."`,
      'shorten answers to 120 characters',
    ],
  ])('refuses %s', (line, where, message, hint) => {
    expect(failure(`a|B\n${line}\nc|D`)).toMatchObject({ where, message, hint });
  });

  it('takes an answer of exactly 120 characters', () => {
    expect(read(`q|${'x'.repeat(120)}`).pairs[0]!.answer).toHaveLength(120);
  });

  it('reports all bad lines: ten of them, then a count, each remedy once', () => {
    const error = failure(`a|B\n${'nope\n'.repeat(12)}|YES`);
    expect(error.where).toBe('d.txt:2:1');
    expect(error.message.split('\n')).toEqual([
      '13 lines are not pairs',
      ...Array.from({ length: 10 }, (_, i) => `  d.txt:${i + 2}:1: no "|" in "nope"`),
      '  ... and 3 more',
    ]);
    expect(error.hint).toBe(
      'put "|" between question and answer, or "#" before a comment; write the question, or delete the line',
    );
  });

  it('scans good and bad lines side by side', () => {
    const scan = scanPairs(utf8('a|B\nnope\nc|D'), 'd.txt');
    expect(scan.pairs.map((p) => p.line)).toEqual([1, 3]);
    expect(scan.badLines.map((b) => b.line)).toEqual([2]);
  });

  it('takes what is answered to other questions from a line before the first pair', () => {
    const { unknown, pairs, folds } = read('# mine\n\n  Unknown:  très odd?  \na|B\nunknown: c|D');
    expect(unknown).toBe('TRES ODD?');
    expect(folds).toEqual([{ from: 'è', to: 'e', count: 1, line: 3 }]);
    // Where it cannot be meant so, it is a question.
    expect(pairs.map(({ question }) => question)).toEqual(['a', 'unknown: c']);
    expect(read(`unknown: ${'x'.repeat(120)}\na|B`).unknown).toHaveLength(120);
    expect(read('a|B')).not.toHaveProperty('unknown');
    expect(read('unknown|B')).not.toHaveProperty('unknown');
  });

  it.each([
    ['unknown:  ', 1, 11, 'no answer in ASCII after "unknown:"'],
    ['unknown: 大きい', 1, 10, 'no answer in ASCII after "unknown:"'],
    [`unknown: ${'x'.repeat(121)}`, 1, 10, 'the answer after "unknown:" has 121 characters'],
    ['unknown: what|NO', 1, 14, 'a "|" after "unknown:"'],
    ['unknown: A\n unknown: A', 2, 1, 'a second "unknown:", after line 1'],
    ['a|B\nunknown: A', 2, 1, '"unknown:" after a pair'],
  ])('refuses %j', (text, line, column, message) => {
    expect(failure(`${text}\nc|D`)).toMatchObject({ where: `d.txt:${line}:${column}`, message });
    expect(scanPairs(utf8(`${text}\nc|D`), 'd.txt').badLines).toHaveLength(1);
  });

  it.each([
    ['', 'the file is empty'],
    ['\n  \n# only talk\n', 'there is not one pair in the file'],
  ])('refuses a file without a pair: %j', (text, message) => {
    expect(failure(text)).toMatchObject({ where: 'd.txt', message });
  });
});

describe('the fallback of several files', () => {
  const file = (name: string, unknown?: string) => ({ file: name, ...(unknown !== undefined && { unknown }) });

  it('is the one that any of them names', () => {
    expect(fallbackOf([])).toBeUndefined();
    expect(fallbackOf([file('a'), file('b')])).toBeUndefined();
    expect(fallbackOf([file('a'), file('b', 'IDK'), file('c', 'IDK')])).toBe('IDK');
  });

  it('is not two', () => {
    const both = () => fallbackOf([file('a'), file('b', 'IDK'), file('c', 'HUH?')]);
    expect(both).toThrow(InputError);
    expect(both).toThrow('unknown: HUH?, but b has unknown: IDK');
  });
});

describe('prompts', () => {
  it('are one a line, as written, without comments, blank lines and what cannot be typed', () => {
    const file = utf8('# five\n\n is it big? \r\ncafe\u0301|x\n\x02\n\u5927\n');
    expect(readPrompts(file, 'p')).toEqual(['is it big?', 'caf\u00e9|x', '\u5927']);
  });

  it('are missed in a file without any', () => {
    expect(() => readPrompts(utf8('# none\n'), 'p')).toThrow('there is not one prompt in the file');
  });
});

describe('encodings', () => {
  const text = 'un|deux\ncafé|OUI\n';
  const utf16le = Uint8Array.from(Buffer.from(text, 'utf16le'));
  const swapped = (bytes: Uint8Array) => Uint8Array.from(bytes, (_, i) => bytes[i ^ 1]!);
  const utf32le = Uint8Array.from(
    [0xfeff, ...Array.from(text, (c) => c.codePointAt(0)!)].flatMap((c) => [c & 0xff, c >> 8, 0, 0]),
  );

  const FILES: [encoding: string, bytes: Uint8Array, where: string][] = [
    ['UTF-16', Uint8Array.of(0xff, 0xfe, ...utf16le), 'd.txt'],
    ['UTF-16', Uint8Array.of(0xfe, 0xff, ...swapped(utf16le)), 'd.txt'],
    ['UTF-16LE', utf16le, 'd.txt'],
    ['UTF-16BE', swapped(utf16le), 'd.txt'],
    ['UTF-32', utf32le, 'd.txt'],
    ['LATIN1', Uint8Array.from(Buffer.from(text, 'latin1')), 'd.txt:2:4'],
    ['WINDOWS-1252', Uint8Array.from(Buffer.from('un|deux\nit\x92s|OUI\n', 'latin1')), 'd.txt:2:3'],
  ];

  it.each(FILES)('names %s and the command that cures it', (encoding, bytes, where) => {
    const error = failure(bytes);
    expect(error).toMatchObject({
      where,
      message: `the file is not UTF-8 but looks like ${encoding}`,
      hint: `iconv -f ${encoding} -t UTF-8 d.txt > d.txt.utf8`,
    });
  });

  describeWith(['iconv'], 'the command that cures a file that is not UTF-8', () => {
    it.each(FILES)('cures %s', (encoding, bytes) => {
      const cured = execFileSync('iconv', ['-f', encoding, '-t', 'UTF-8'], { input: bytes });
      expect(readPairs(cured, 'd.txt').pairs.map((p) => p.answer)).toEqual(['DEUX', 'OUI']);
    });
  });

  it('quotes a file name for the shell', () => {
    expect(failure(Uint8Array.of(0xff, 0xfe, 65, 0), "my 'own'.txt").hint).toBe(
      "iconv -f UTF-16 -t UTF-8 'my '\\''own'\\''.txt' > 'my '\\''own'\\''.txt.utf8'",
    );
  });

  it('makes no guess where the bytes fit nothing it knows', () => {
    expect(failure(Uint8Array.from(Buffer.from('a|B\n\xc3\xa9\x81|C', 'latin1')))).toMatchObject({
      where: 'd.txt:2:3',
      message: 'byte 81h is not UTF-8',
    });
  });

  it('refuses a file with a NUL byte', () => {
    expect(failure('a|B\nc\0|D')).toMatchObject({
      where: 'd.txt:2:2',
      message: 'there is a NUL byte in the file, so it is no text',
    });
  });
});

describeShared(
  'reading text of the original project',
  ['data/upstream-guess.txt.gz', 'data/upstream-tinychat.txt.gz'],
  () => {
    it.each([
      ['data/upstream-guess.txt.gz', 28_718, ['YES', 'NO', 'MAYBE', 'WIN']],
      ['data/upstream-tinychat.txt.gz', 3_002, ['R U?', 'GO BED', 'YUP']],
    ])('%s reads whole', (name, count, answers) => {
      const { pairs, folds } = readPairs(shared(name), name);
      expect(pairs).toHaveLength(count);
      expect(folds).toEqual([]);
      const distinct = new Set(pairs.map((p) => p.answer));
      for (const answer of answers) expect(distinct).toContain(answer);
      for (const { answer } of pairs) expect(answer).toBe(answer.toUpperCase());
    });
  },
);

describe('dialogues', () => {
  it('are a pair per turn, each but the first after the answer before it', () => {
    expect(read('are you alive|no|why|no cells|really|yes').pairs).toEqual([
      { question: 'are you alive', answer: 'NO', line: 1 },
      { question: 'why', answer: 'NO CELLS', line: 1, after: 'NO', before: ['are you alive', 'NO'] },
      {
        question: 'really',
        answer: 'YES',
        line: 1,
        after: 'NO CELLS',
        before: ['are you alive', 'NO', 'why', 'NO CELLS'],
      },
    ]);
  });

  it('teach an opening once, whether it stands alone as well or begins several', () => {
    const { pairs } = read(
      'alive?|NO|why|CELLS\nare you|YES\nalive|NO|how so|CELLS\nAre you|YES|why|X\nis it|NO|why|X',
    );
    expect(pairs.map(({ question, answer, after = '' }) => [after, question, answer].join('|'))).toEqual([
      '|alive?|NO',
      'NO|why|CELLS',
      '|are you|YES',
      'NO|how so|CELLS',
      'YES|why|X',
      '|is it|NO',
      'NO|why|X',
    ]);
  });

  it('stay as they are where pairs are written again', () => {
    expect(read('a|B|c|D').pairs.map(pairText)).toEqual(['a|B', 'a|B|c|D']);
  });

  it('cannot go on after what is not remembered', () => {
    for (const head of ['unknown: HUH?', 'repeat: HUH?'])
      expect(failure(`${head}\na|HUH?|why|X`)).toMatchObject({
        where: 'd.txt:2:8',
        message: 'something follows HUH?, which is not remembered',
      });
  });
});
