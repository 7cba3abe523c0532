import { describe, expect, it } from 'vitest';
import { ownText } from '../../scripts/own-text.js';
import { readScript, scriptSchema } from '../../src/hil/script.js';
import { PROMPT, turnsOf, type Script } from '../../src/hil/turns.js';
import { InputError } from '../../src/seams/errors.js';

const read = (text: string): Script => readScript(Buffer.from(text), 'x.txt');
const refusal = (text: string | Uint8Array): InputError => {
  try {
    readScript(typeof text === 'string' ? Buffer.from(text) : text, 'x.txt');
  } catch (error) {
    return error as InputError;
  }
  throw new Error('was read');
};

describe('a script', () => {
  it('is questions, a line each, without comments and empty lines', () => {
    const script = read('# hello\nis it big\r\n\n  why  \n');
    expect(script).toEqual({ prompt: PROMPT, timeoutMs: 15_000, steps: [{ ask: 'is it big' }, { ask: 'why' }] });
  });

  it('has directives', () => {
    const { steps, prompt } = read(
      '> prompt "A>"\n> timeout 500ms\ntalk\n> expect "once\\r\\n"\n> send ^C ESC "x\\x1a"\n> ask "# why"\n> timeout 2\n',
    );
    expect(prompt).toBe('A>');
    expect(steps).toEqual([
      { timeoutMs: 500 },
      { ask: 'talk' },
      { expect: 'once\r\n' },
      { send: '\x03\x1bx\x1a' },
      { ask: '# why' },
      { timeoutMs: 2000 },
    ]);
  });

  it('may be in any script: questions are text, the rest is bytes', () => {
    const { steps, prompt } = read('> prompt "né> "\nwie heißt du\ncafe\u0301 €\n> expect "é\\xe9"\n> send "ő" €\n');
    expect(prompt).toBe('n\xc3\xa9> ');
    expect(steps).toEqual([
      { ask: 'wie heißt du' },
      { ask: 'caf\u00e9 €' },
      { expect: '\xc3\xa9\xe9' },
      { send: '\xc5\x91\xe2\x82\xac' },
    ]);
  });

  it('is the same as JSON', () => {
    const json = '{"prompt": "A>", "steps": [{"timeoutMs": 500}, {"ask": "talk"}, {"expect": "once"}]}';
    expect(read(json)).toEqual(read('> prompt A>\n> timeout 500ms\ntalk\n> expect once\n'));
  });

  it.each([
    ['a\n> expct x\n', 'x.txt:2:1', 'there is no directive "expct"', 'there are ask, expect, send, timeout, prompt'],
    ['a\n> expect\n', 'x.txt:2', 'something is missing here', '> expect YES'],
    ['a\n> timeout soon\n', 'x.txt:2:11', '"soon" is no time', '30s'],
    ['> send ^C HELP\n', 'x.txt:1:8', '"^C HELP" names no keys', 'ESC'],
    ['> expect "abc\n', 'x.txt:1:10', 'does not end', '\\"'],
    ['wie\x03 du\n', 'x.txt:1:4', '"\\u0003" cannot be typed', '> send ^C'],
    ['why\n> prompt x\n', 'x.txt:2:10', 'after something was typed', 'top'],
    ['# nothing\n', 'x.txt', 'nothing to ask', 'one question a line'],
    ['{"steps": [{"ask": "a", "tell": 1}]}', 'x.txt', 'steps.0', 'script.schema.json'],
    ['{"steps": ', 'x.txt', 'the script is not valid JSON: a value is expected', '> ask'],
  ])('says where %j is wrong', (text, where, message, hint) => {
    const error = refusal(text);
    expect(error).toBeInstanceOf(InputError);
    expect(error.where).toContain(where);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it('must be UTF-8', () => {
    expect(refusal(Uint8Array.of(0x61, 0xff, 0x0a)).message).toBe('the script is not UTF-8 text');
  });

  it('has a JSON schema that is up to date (npm run schema)', () => {
    const file = ownText(new URL('../../docs/script.schema.json', import.meta.url));
    expect(file).toBe(scriptSchema());
  });
});

describe('turns', () => {
  const waits = (text: string): string[][] => turnsOf(read(text)).turns.map((t) => t.waits.map((w) => w.text));

  it('wait for the prompt where nothing else is awaited, and before each question', () => {
    expect(waits('a\n> expect x\nb\n> expect y\n')).toEqual([['x', PROMPT], ['y']]);
    expect(waits('a\n> expect x\n> send ^C\nb\n')).toEqual([['x'], [PROMPT], [PROMPT]]);
    expect(waits('a\n> send !\n')).toEqual([[PROMPT], [PROMPT]]);
  });

  it('begin with what the program shows first', () => {
    expect(turnsOf(read('> expect Hello\na\n')).opening.map((w) => w.text)).toEqual(['Hello', PROMPT]);
    expect(turnsOf(read('> timeout 1s\na\n')).opening).toEqual([{ text: PROMPT, isPrompt: true, timeoutMs: 1000 }]);
  });

  it('type UTF-8, and no more than a line takes', () => {
    const { turns } = turnsOf(read(`őrült €\n${'ő'.repeat(64)}\n> send é\n`));
    expect(turns.map(({ question }) => question)).toEqual(['őrült €', 'ő'.repeat(64), 'é']);
    expect(turns.map(({ keys }) => Buffer.from(keys).toString())).toEqual([
      'őrült €\r',
      `${'ő'.repeat(63)}\ufffd\r`,
      'é',
    ]);
    expect(turns[1]!.keys).toHaveLength(128);
  });

  it('show keys so that people can read them', () => {
    const { turns } = turnsOf(read('> send ^C ESC a CR\n'));
    expect(turns[0]).toMatchObject({ question: '^C<ESC>a<CR>', keys: Uint8Array.of(3, 0x1b, 0x61, 0x0d) });
  });
});
