/** The terminal that a program on a board believes it has. */
import { describe, expect, it } from 'vitest';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { memoryBlocks } from '../../src/seams/block-store.js';
import { ANSWER_SETTINGS } from '../../src/terminal/answers.js';
import { TERMINALS, type Terminal } from '../../src/terminal/dialects.js';
import { isOneCell } from '../../src/terminal/letters.js';
import { ConsoleModel, type ConsoleOptions } from '../../src/terminal/model.js';
import fc from '../fast-check.js';

async function after(text: string, options: ConsoleOptions = {}): Promise<ConsoleModel> {
  const model = new ConsoleModel(() => {}, options);
  model.write(toBytes(text));
  await model.settled();
  return model;
}

/** The screen's lines down to the last one that is used. */
function screen(model: ConsoleModel): string[] {
  const lines = Array.from({ length: model.rows }, (_, y) => model.text(model.base + y));
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}

describe('the screen', () => {
  it.each([
    ['inserts and deletes lines', 'a\r\nb\r\nc\x1b[1;1H\x1b[L0\x1b[3;1H\x1b[M', ['0', 'a', 'c']],
    ['scrolls a region', '\x1b[2;3r\x1b[1;1Htop\x1b[4;1Hfoot\x1b[2;1Hone\r\ntwo\r\nthree', ['top', 'two', 'three', 'foot']],
    ['counts from the region in origin mode', '\x1b[5;9r\x1b[?6h\x1b[2;2Hx', ['', '', '', '', '', ' x']],
    ['wraps', `${'x'.repeat(79)}ab`, [`${'x'.repeat(79)}a`, 'b']],
    ['or does not', `\x1b[?7l${'x'.repeat(79)}ab`, [`${'x'.repeat(79)}b`]],
    ['draws lines', '\x1b(0lqqk\r\nx\x0f\x1b(Bq', ['┌──┐', '│q']],
    ['keeps the set with the cursor', '\x1b(0\x1b7\x1b(B\x1b8q\x1bcq', ['q']],
    ['shows letters in UTF-8, and a cell for each other byte', 'caf\xc3\xa9 \xe9\x9b2J \xc2\x9b2J.', ['café \ufffd\ufffd2J \ufffd\ufffd2J.']],
    ['is not cleared nor named by what a VT100 has not', 'a\x1b]0;x\x07\x1b[3J\x1b[?1049hb\x1b[?2lc\x1b[8;5;5td', ['abcd']],
    ['is emptied by a reset', 'a\x1b[7m\x1b[5;7r\x1bcb', ['b']],
  ])('%s', async (_, text, lines) => {
    expect(screen(await after(text))).toEqual(lines);
  }); // prettier-ignore

  it.each(['adm3a', 'kaypro'] as const)('of the %s', async (kind) => {
    const text = 'junk\x1ab\r\nc\r\nd and more\x1b="!\x18\x1b=  \x1bE0\x1b=" \x1bR\x1e\x0c!\x0b^';
    expect(screen(await after(text, { kind }))).toEqual(['0!^', 'b', 'd']);
  });

  it('of another size', async () => {
    const model = await after('\x1b[999;999HX', { columns: 132, rows: 30 });
    expect(model.text(29)).toBe(`${' '.repeat(131)}X`);
    expect(model.cursor).toEqual({ x: 131, y: 29 });
  });

  it('has renditions, and the 16 colours', async () => {
    const model = await after(
      '\x1b[1;4;31mA\x1b[0;2;7;44mB\x1b[0;95mC\x1b[38;5;196mD\x1b[48;2;10;10;10mE\x1b[0;58;5;3mF\x1b[mG',
    );
    expect(model.cells(0).slice(0, 7).map(({ style }) => style)).toEqual([
      { bold: true, underline: true, ink: 1 },
      { dim: true, inverse: true, paper: 4 },
      { ink: 13 },
      { ink: 9 },
      { ink: 9, paper: 0 },
      {},
      {},
    ]); // prettier-ignore
  });

  it('says whether the cursor is shown, and what cursor keys send', async () => {
    const model = await after('\x1b[?25;1l\x1b[?1h');
    expect([model.cursorShown, model.applicationCursor]).toEqual([false, true]);
    model.write(toBytes('\x1bc'));
    await model.settled();
    expect([model.cursorShown, model.applicationCursor]).toEqual([true, false]);
  });

  it('knows only characters that are one cell wide to it', async () => {
    const codes = Array.from({ length: 0x10000 }, (_, code) => code).filter(isOneCell);
    const text = codes.map((code) => String.fromCharCode(code)).join('');
    const model = await after(latin1(Buffer.from(text)), { rows: 60 });
    const shown = Array.from({ length: model.length }, (_, y) => model.text(y)).join('');
    expect(shown).toBe(text);
  });
});

describe('what the terminal says by itself', () => {
  async function answers(text: string, kind: Terminal = 'vt100', now = (): number => 0): Promise<string[]> {
    const said: string[] = [];
    await after(text, { kind, now, onAnswer: (bytes) => said.push(latin1(bytes)) });
    return said;
  }

  it('is its state, its cursor, its kind', async () => {
    expect(await answers('\x1b[5n\x1b[4;7H\x1b[6n\x1b[c\x1bZ')).toEqual(['\x1b[0n', '\x1b[4;7R', '\x1b[?1;2c', '\x1b[?1;2c']);
    expect(await answers('\x1bZ\x1b[6n', 'vt52')).toEqual(['\x1b/Z']);
  }); // prettier-ignore

  it('and nothing else', async () => {
    const queries = [
      '\x1b[>c', '\x1b[=c', '\x1b[>q', '\x1b[?6n', '\x1b[?26n', '\x1b[18t', '\x1b[21t', '\x1b[?1$p', '\x1b[4$p', '\x1b[x', '\x1b[?u',
      '\x1bP$qm\x1b\\', '\x1bP+q544e\x1b\\', '\x1b]10;?\x07', '\x1b]4;1;?\x1b\\', '\x1b]52;c;?\x07', '\x1b]11;?\x9c', '\x05',
      '\x9b6n', '\xc2\x9b6n', '\x1b[1c', '\x1b[7n', '\x1b_Gi=1,a=q\x1b\\', '\x1b[?996n',
    ]; // prettier-ignore
    expect(await answers(queries.join('\x18'))).toEqual([]);
    expect(await answers('\x1b[6n\x1b[c\x1bZ', 'adm3a')).toEqual([]);
  });

  it('is little, however often it is asked', async () => {
    expect(await answers('\x1b[6n'.repeat(10_000))).toHaveLength(ANSWER_SETTINGS.burst);
    let ms = 0;
    // Every question comes a millisecond later.
    expect(await answers('\x1b[c'.repeat(3_000), 'vt100', () => ms++)).toHaveLength(
      ANSWER_SETTINGS.burst + 3 * ANSWER_SETTINGS.perSecond - 1,
    );
  });

  it('is of these forms whatever comes, and nothing breaks', async () => {
    const part = fc.oneof(
      fc.constantFrom('\x1b', '\x1b[', '\x1b[?', '\x1b]', '\x1bP', '\x1b(', '\x1b[9999', '6n', 'c', '5n', ';', 'h', 'r', 'L', '\x0e', '\xe2\x94'),
      fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    ); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 80 }), fc.constantFrom(...TERMINALS), async (parts, kind) => {
        const said: string[] = [];
        const model = await after(parts.join(''), { kind, onAnswer: (bytes) => said.push(latin1(bytes)) });
        for (const answer of said) expect(answer).toMatch(/^\x1b(\[0n|\[\d+;\d+R|\[\?1;2c|\/Z)$/);
        const cells = Array.from({ length: model.length }, (_, y) => model.cells(y)).flat();
        expect(cells.filter(({ char }) => !isOneCell(char.codePointAt(0)!))).toEqual([]);
        model.close();
      }),
      { numRuns: 60 },
    );
  });
});

describe('lines that have left the screen', () => {
  const LINES = 20_000;
  const listing = Array.from(
    { length: LINES },
    (_, i) => `line ${i}${i % 1000 === 7 ? ' \x1b[7mMarked\x1b[0m here' : ''}\r\n`,
  ).join('');

  it('keep their numbers, texts and renditions', async () => {
    const model = await after(listing);
    expect([model.first, model.base, model.length, model.dropped]).toEqual([0, LINES - 23, LINES + 1, false]);
    expect([0, 255, 256, 12_345, LINES - 1].map((line) => model.text(line))).toEqual([
      'line 0', 'line 255', 'line 256', 'line 12345', `line ${LINES - 1}`,
    ]); // prettier-ignore
    const cells = model.cells(3007);
    expect(cells).toHaveLength(80);
    expect(cells.filter(({ style }) => style.inverse).map(({ char }) => char).join('')).toBe('Marked');
    expect(model.cells(LINES + 1)).toEqual([]);
    model.reset();
    expect([model.length, model.text(0), model.received]).toEqual([24, '', 0]);
  }); // prettier-ignore

  it('are found both ways, with their columns', async () => {
    const model = await after(`${listing}mark a mark`);
    expect(model.search('MARK', LINES, 'back')).toEqual({ line: LINES, columns: [0, 7], length: 4 });
    expect([model.columnsOf('MARK', LINES), model.columnsOf('mark', 3), model.columnsOf('', 3)]).toEqual([
      [0, 7],
      [],
      [],
    ]);
    expect(model.search('marked', LINES, 'back')).toEqual({ line: 19_007, columns: [11], length: 6 });
    expect(model.search('marked', 19_007, 'back')?.line).toBe(19_007);
    expect(model.search('marked', 19_006, 'back')?.line).toBe(18_007);
    expect(model.search('marked', 6, 'back')).toBeUndefined();
    expect(model.search('marked', 0, 'on')?.line).toBe(7);
    expect(model.search('marked', 8, 'on')?.line).toBe(1_007);
    expect(model.search('marked', 19_008, 'on')).toBeUndefined();
    expect(model.search('mark', 19_008, 'on')?.line).toBe(LINES);
    expect(model.search('line 255', 300, 'back')?.line).toBe(255);
    expect(model.search('', 300, 'back')).toBeUndefined();
    expect(model.search('nowhere', LINES, 'back')).toBeUndefined();
  });

  it('are given up, the oldest first, where there is room for no more', async () => {
    const model = await after(listing, { blocks: memoryBlocks(20_000) });
    expect(model.dropped).toBe(true);
    expect(model.first).toBeGreaterThan(15_000);
    expect([model.text(model.first - 1), model.text(model.first)]).toEqual(['', `line ${model.first}`]);
    expect(model.search('line 0', LINES, 'back')).toBeUndefined();
    expect(model.search(`line ${model.first}`, 0, 'on')?.line).toBe(model.first);
  });

  it('have their times', async () => {
    const model = new ConsoleModel(() => {});
    model.stamping = true;
    for (let i = 0; i < 3_000; i++) model.write(toBytes(`line ${i}\r\n`), i * 1000);
    model.write(toBytes('A'), 4_000_000);
    model.write(toBytes('>'), 5_000_000);
    await model.settled();
    expect([0, 1, 2_500, 3_000, 3_001].map((line) => model.stamp(line))).toEqual([
      '00:00:00.000', '00:00:01.000', '00:41:40.000', '01:06:40.000', undefined,
    ]);
    model.write(toBytes('A\r\n\r\nB'), 6_000_000);
    await model.settled();
    expect(model.began(3_002)).toBe(6_000_000);
  }); // prettier-ignore

  it('come of scrolling alone', async () => {
    const model = await after(`\x1b[1;23r${'x\r\n'.repeat(30)}\x1b[24;1Hfoot`);
    expect(model.text(model.base + 23)).toBe('foot');
    expect(model.base).toBe(8);
  });
});
