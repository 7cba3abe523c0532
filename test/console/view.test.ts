/** The picture of a session as a function of state and size. */
import { describe, expect, it } from 'vitest';
import { lookBackFrom, lookBackKey } from '../../src/console/look-back.js';
import { MENU } from '../../src/console/menu.js';
import { preferencesFrom } from '../../src/console/preferences.js';
import { drawSession, type Shown } from '../../src/console/view.js';
import { toBytes } from '../../src/seams/bytes.js';
import { Canvas, createGrid, type Grid } from '../../src/terminal/canvas.js';
import { ConsoleModel } from '../../src/terminal/model.js';

async function modelWith(text: string): Promise<ConsoleModel> {
  const model = new ConsoleModel(() => {});
  model.write(toBytes(text));
  await model.settled();
  return model;
}

/** 24 lines, each with its number at both ends; the cursor is in the last. */
const FULL = Array.from({ length: 24 }, (_, y) => `${`${y + 1}`.padEnd(78, '.')}${y + 1}`).join('\r\n');
const numbered = (count: number): string => Array.from({ length: count }, (_, y) => `line ${y + 1}`).join('\r\n');

function drawn(width: number, height: number, model: ConsoleModel, more: Partial<Shown> = {}): Grid {
  const grid = createGrid(width, height, true);
  const shown: Shown = {
    model,
    port: '/dev/ttyUSB0 115200',
    lost: false,
    preferences: preferencesFrom({}),
    toType: 0,
    stoppable: false,
    remark: '',
    progress: '',
    menu: false,
    ...more,
  };
  drawSession(new Canvas(grid), shown);
  return grid;
}
const lines = (grid: Grid): string[] =>
  grid.rows.map((cells) =>
    cells
      .map(({ char }) => char)
      .join('')
      .trimEnd(),
  );
const inverse = (grid: Grid): string =>
  grid.rows
    .flat()
    .filter(({ style }) => style.inverse)
    .map(({ char }) => char)
    .join('');

describe('on 80 x 24', () => {
  it("all of the board's screen is there", async () => {
    const model = await modelWith(FULL);
    expect(lines(drawn(80, 24, model))).toEqual(FULL.split('\r\n'));
  });

  it('what is said lies over the last line, or over the first where the cursor is in the last', async () => {
    const model = await modelWith(FULL);
    const below = lines(drawn(80, 24, model, { remark: 'times: on' }));
    expect(below[0]).toMatch(/^ times: on +vt100 {2}Ctrl-\] leaves, Ctrl-\\ shows a menu$/);
    expect(below.slice(1)).toEqual(FULL.split('\r\n').slice(1));
    model.write(toBytes('\x1b[5;1H'));
    await model.settled();
    const above = lines(drawn(80, 24, model, { remark: 'times: on' }));
    expect(above[23]).toMatch(/^ times: on /);
    expect(above.slice(0, 23)).toEqual(FULL.split('\r\n').slice(0, 23));
  });

  it('a lost port and a paste are told as long as they last', async () => {
    const model = await modelWith('A>');
    expect(lines(drawn(80, 24, model, { lost: true })).at(-1)).toMatch(/^ LOST /);
    const typing = lines(drawn(80, 24, model, { toType: 2790, stoppable: true })).at(-1);
    expect(typing).toMatch(/^ 2,790 characters to type; a key stops it /);
    expect(lines(drawn(80, 24, model)).at(-1)).toBe('');
  });

  it('the menu has every entry', async () => {
    const text = lines(drawn(80, 24, await modelWith('A>'), { menu: true })).join('\n');
    for (const words of ['s send a file', 'h view: screen', 'r Enter sends: cr', 'q leave', 'Ctrl-] itself'])
      expect(text).toContain(words);
  });
});

describe('the menu where there is little room', () => {
  const menu = async (width: number, height: number): Promise<string> =>
    lines(drawn(width, height, await modelWith('A>'), { menu: true })).join('\n');

  it('has every entry on 40 x 12, in two columns of shorter words', async () => {
    const text = await menu(40, 12);
    for (const { key, choice } of MENU) if (choice.type !== 'key') expect(text).toMatch(new RegExp(`[| ]${key} \\w`));
    for (const words of ['q leave', 'ascii', 'Ctrl-] itself', 'd terminal: vt100']) expect(text).toContain(words);
  });

  it('says on 40 x 6 how to leave, and how many keys there are besides', async () => {
    const text = await menu(40, 6);
    expect(text).toContain('q leave');
    expect(text).toContain(`${MENU.length - 7} more keys`);
  });
});

it('what is said and the hint are not the same words twice', async () => {
  const remark = 'console; Ctrl-] leaves, Ctrl-\\ shows a menu';
  const text = lines(drawn(120, 25, await modelWith('A>'), { remark })).at(-1)!;
  expect(text.split('Ctrl-] leaves')).toHaveLength(2);
});

describe('on other sizes', () => {
  it('rows beyond the 24 show what scrolled away, above a status line', async () => {
    const model = await modelWith(numbered(40));
    const shown = lines(drawn(80, 30, model, { log: 'x.log' }));
    expect([shown[0], shown[28]]).toEqual(['line 12', 'line 40']);
    expect(shown[29]).toMatch(/^ \/dev\/ttyUSB0 115200 +vt100 {2}log x\.log {2}Ctrl-\] leaves/);
    expect(lines(drawn(80, 60, model)).slice(0, 41)).toEqual([...numbered(40).split('\r\n'), '']);
  });

  it('columns beyond twice the 80 show what is above it beside it', async () => {
    const shown = lines(drawn(170, 25, await modelWith(numbered(60))));
    expect(shown[0]).toMatch(/^line 13 +\| line 37$/);
    expect(shown[23]).toMatch(/^line 36 +\| line 60$/);
  });

  it('fewer rows and columns follow the cursor', async () => {
    const model = await modelWith(numbered(24));
    expect(lines(drawn(40, 12, model))).toEqual(numbered(24).split('\r\n').slice(12));
    model.write(toBytes(`\x1b[1;1H${'x'.repeat(60)}`));
    await model.settled();
    const shown = lines(drawn(40, 12, model));
    expect(shown[0]).toBe('x'.repeat(39));
  });

  it.each([
    [1, 1],
    [200, 60],
    [20, 3],
  ])('%i x %i can be drawn with everything open', async (width, height) => {
    const back = { ...lookBackFrom(0), wanted: 'line', writing: { direction: 'backwards' as const, text: 'x' } };
    drawn(width, height, await modelWith(numbered(30)), { menu: true, back, remark: 'x'.repeat(300) });
  });

  it('the cursor is where keys go', async () => {
    expect(inverse(drawn(80, 24, await modelWith('A>B\b')))).toBe('B');
  });
});

describe('looking back', () => {
  const press = (back: ReturnType<typeof lookBackFrom>, model: ConsoleModel, ...names: string[]): boolean =>
    names.map((name) => lookBackKey(back, { name, sequence: name }, 10, model)).at(-1)!;

  it('goes by line, half page, page, to the ends, and leaves', async () => {
    const model = await modelWith(numbered(100));
    const back = lookBackFrom(90);
    const top = (...names: string[]): number => (press(back, model, ...names), back.top);
    expect([top('k'), top('b'), top('u'), top('j'), top(' '), top('d')]).toEqual([89, 79, 74, 75, 85, 90]);
    expect(top('j')).toBe(90);
    expect(back.said).toBe('this is the last line');
    expect(top('g')).toBe(0);
    expect(top('pageup')).toBe(0);
    expect(back.said).toBe('this is the first line');
    expect(top('G')).toBe(90);
    expect([press(back, model, 'x'), press(back, model, 'q')]).toEqual([false, true]);
  });

  it('searches both ways, marks the hits, and says when it goes on from the other end', async () => {
    const model = await modelWith(numbered(100));
    const back = lookBackFrom(50);
    press(back, model, '?', ...'LINE 2'.toLowerCase(), 'enter');
    expect(back.hit).toBe(28);
    press(back, model, 'n', 'n');
    expect(back.hit).toBe(26);
    press(back, model, 'N');
    expect(back.hit).toBe(27);
    expect(lines(drawn(80, 11, model, { back }))[0]).toBe('line 28');
    expect(inverse(drawn(80, 11, model, { back })).startsWith('line 2line 2')).toBe(true);
    press(back, model, '/', ...'line 99', 'enter');
    expect(back.hit).toBe(98);
    press(back, model, 'n');
    expect([back.hit, back.said]).toEqual([98, 'search went on from the first line']);
    press(back, model, '?', ...'line 99', 'enter', 'n');
    expect([back.hit, back.said]).toEqual([98, 'search went on from the end']);
    press(back, model, '/', ...'none', 'enter');
    expect([back.hit, back.said]).toEqual([undefined, 'none: not found']);
    Object.assign(back, { top: 50 });
    press(back, model, '?', ...'line 7', 'enter');
    expect([back.hit, back.said]).toEqual([6, '']);
    press(back, model, '/', 'a', 'escape', '/', 'b', 'c', 'backspace');
    expect(back.writing).toEqual({ direction: 'forwards', text: 'b' });
  });
});
