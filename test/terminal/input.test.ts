/** What the outer terminal sends: whole keys, answers and pastes, however a line cuts them. */
import { describe, expect, it } from 'vitest';
import fc from '../fast-check.js';
import { InputSequences, LONGEST_PASTE, type Incoming } from '../../src/terminal/input.js';

const keys = (text: string): Incoming => ({ type: 'keys', text });
const answer = (text: string): Incoming => ({ type: 'answer', text });
const paste = (text: string): Incoming => ({ type: 'paste', text });

/** Neighbours of one kind together. */
function joined(all: readonly Incoming[]): Incoming[] {
  const out: Incoming[] = [];
  for (const one of all) {
    const last = out.at(-1);
    if (last?.type === one.type && one.type !== 'answer') last.text += one.text;
    else out.push({ ...one });
  }
  return out;
}

const WHITE = '\x1b]11;rgb:ffff/ffff/ffff\x1b\\';

describe('what the outer terminal sends', () => {
  it.each([
    ['letters', 'DIR\r', [keys('DIR\r')]],
    ['an arrow', '\x1b[A', [keys('\x1b[A')]],
    ['Alt and a key, F1, Shift-F5', '\x1bx\x1bOP\x1b[15;2~', [keys('\x1bx\x1bOP\x1b[15;2~')]],
    ['a function key of the Linux console', '\x1b[[A', [keys('\x1b[[A')]],
    ['a mouse report', '\x1b[M !!', [keys('\x1b[M !!')]],
    ['an answer among keys', 'a\x1b[0nb', [keys('a'), answer('\x1b[0n'), keys('b')]],
    ['two answers', `${WHITE}\x1b[0n`, [answer(WHITE), answer('\x1b[0n')]],
    ['an answer that ends in BEL', '\x1b]11;rgb:0/0/0\x07', [answer('\x1b]11;rgb:0/0/0\x07')]],
    ['a paste', 'x\x1b[200~DIR\rSTAT\r\x1b[201~y', [keys('x'), paste('DIR\rSTAT\r'), keys('y')]],
    ['a paste with an answer in it', '\x1b[200~\x1b[0n\x1b[201~', [paste('\x1b[0n')]],
    ['ESC twice, then a letter', '\x1b\x1bq', [keys('\x1b\x1bq')]],
    ['what only begins like an answer', `\x1b]${'x'.repeat(70)}`, [keys(`\x1b]${'x'.repeat(70)}`)]],
  ])('%s', (_, text, wanted) => {
    expect(joined(new InputSequences().take(text))).toEqual(wanted);
    const cut = new InputSequences();
    const one = [...text].flatMap((character) => cut.take(character));
    expect(joined([...one, ...cut.flush()])).toEqual(wanted);
  });

  it('ESC alone is a key once nothing has followed', () => {
    const input = new InputSequences();
    expect(input.take('\x1b')).toEqual([]);
    expect(input.waits).toBe(true);
    expect(input.flush()).toEqual([keys('\x1b')]);
    expect(input.waits).toBe(false);
    expect(input.take('[A')).toEqual([keys('[A')]);
  });

  it('a paste whose end comes in parts is not ended by a moment of silence', () => {
    const input = new InputSequences();
    expect(input.take('\x1b[200~abc\x1b[20')).toEqual([]);
    expect([input.waits, input.flush()]).toEqual([false, []]);
    expect(input.take('1~q')).toEqual([paste('abc'), keys('q')]);
  });

  it('^C alone ends a paste whose end was lost', () => {
    const input = new InputSequences();
    expect(input.take('\x1b[200~abc\x03')).toEqual([]);
    expect(input.take('\x03')).toEqual([keys('\x03')]);
    expect(input.take('q')).toEqual([keys('q')]);
  });

  it('a paste without end is not heaped up', () => {
    const input = new InputSequences();
    input.take('\x1b[200~');
    for (let n = 0; n < 3; n++) expect(input.take('x'.repeat(LONGEST_PASTE))).toEqual([]);
    expect(input.take('\x1b[201~')).toEqual([paste('x'.repeat(LONGEST_PASTE + 1))]);
  });

  it('nothing is lost and nothing added, whatever comes', () => {
    const piece = fc.constantFrom('\x1b', '[', ']', '11;rgb:', '0n', 'A', '~', '\x07', '\\', 'M', 'O', '5', 'é', '😀');
    fc.assert(
      fc.property(fc.array(fc.array(piece, { maxLength: 8 }), { maxLength: 8 }), (chunks) => {
        const input = new InputSequences();
        const texts = chunks.map((chunk) => chunk.join(''));
        const out = [...texts.flatMap((text) => input.take(text)), ...input.flush()];
        expect(out.map(({ text }) => text).join('')).toBe(texts.join(''));
      }),
    );
  });
});
