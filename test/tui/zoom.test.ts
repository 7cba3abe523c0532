/** The board's screen whole: alone on 80x24, and beside the rest where there is room; equal lines at equal heights. */
import { afterEach, describe, expect, it } from 'vitest';
import { press } from '../../src/tui/app.js';
import { drawFrame } from '../../src/tui/frame.js';
import { apply, createState, type AppState } from '../../src/tui/state.js';
import { KEYS, Tui, smallData } from './harness.js';
import { SETTINGS } from './settings.js';

const HANDS = { send: () => true, quit() {}, repaint() {}, suspend() {}, debug() {} } as unknown as Parameters<
  typeof press
>[2];
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** A program that has drawn on all of its screen: each line says which, from its first column to its last. */
const LINES = Array.from({ length: 24 }, (_, y) => `<${String(y).padStart(2, '0')}${'-'.repeat(76)}>`);
const FULL_SCREEN = `\x1b[2J${LINES.map((line, y) => `\x1b[${y + 1};1H${line}`).join('')}\x1b[5;10H`;

async function showing(board: string, emulator = '', aligned = false): Promise<AppState> {
  const state = createState(SETTINGS, () => undefined);
  apply(state, { type: 'fresh-console', side: 'emulator', asked: aligned }, 0);
  apply(state, { type: 'fresh-console', side: 'board', asked: aligned }, 0);
  apply(state, { type: 'console', side: 'board', bytes: bytes(board) }, 0);
  apply(state, { type: 'console', side: 'emulator', bytes: bytes(emulator) }, 0);
  await Promise.all(Object.values(state.consoles).map((console) => console.settled()));
  state.pane = 'consoles';
  return state;
}
function lines(state: AppState, width: number, height: number): string[] {
  const { rows } = drawFrame(state, { width, height, ascii: false }, 0);
  return rows.map((row) => row.map(({ char }) => char).join('').trimEnd()); // prettier-ignore
}
const z = (state: AppState): void => press(state, { name: 'z', sequence: 'z' }, HANDS);

describe('z', () => {
  it('shows the 80x24 of the board on 80x24, and nothing else, and then the pane again', async () => {
    const state = await showing(FULL_SCREEN);
    z(state);
    expect(lines(state, 80, 24)).toEqual(LINES);
    state.typing = 'board';
    expect(lines(state, 80, 24)).toEqual(LINES);
    state.typing = undefined;
    z(state);
    expect(lines(state, 80, 24)[0]).toContain('1 Data');
  });

  it('lends the last line to the keys while the board has nothing there, but not while one types', async () => {
    const state = await showing(FULL_SCREEN + '\x1b[24;1H\x1b[K');
    z(state);
    expect(lines(state, 80, 24)).toEqual([...LINES.slice(0, 23), expect.stringMatching(/^ z zoom {3}i board .*q quit$/)]); // prettier-ignore
    state.typing = 'board';
    expect(lines(state, 80, 24)).toEqual([...LINES.slice(0, 23), '']);
  });

  it('has the keys below where there is a line for them, and a frame where there is room', async () => {
    const state = await showing(FULL_SCREEN);
    z(state);
    expect(lines(state, 80, 25)).toEqual([...LINES, expect.stringMatching(/q quit$/)]);
    expect(lines(state, 84, 28).slice(1, 25)).toEqual(LINES.map((line) => ` │${line}│`));
  });

  it('says on the last line that the line was lost, whatever the board has there', async () => {
    const state = await showing(FULL_SCREEN);
    state.line = '/dev/ttyUSB0';
    z(state);
    apply(state, { type: 'line', path: undefined, lost: 'it is gone' }, 0);
    expect(lines(state, 80, 24)).toEqual([...LINES.slice(0, 23), ' the line to the board was lost: it is gone']);
  });

  it('shows the emulator in its pane, and in Compare the side that was typed to last', async () => {
    const state = await showing(FULL_SCREEN, 'emulated');
    z(state);
    state.pane = 'emulate';
    expect(lines(state, 80, 24)[0]).toBe('emulated');
    state.pane = 'consoles';
    press(state, { name: 'e', sequence: 'e' }, HANDS);
    expect(lines(state, 80, 24)[0]).toBe('emulated');
  });

  it('of another pane leaves the bar away', async () => {
    const state = await showing('');
    state.pane = 'data';
    z(state);
    expect(lines(state, 80, 24)[0]).toBe(' training pairs  pairs.txt');
  });
});

describe('beside the rest', () => {
  const wholeOf = (state: AppState, width: number, height: number): number =>
    LINES.filter((line) => lines(state, width, height).some((one) => one.includes(line))).length;

  it('the one that is typed to is whole at 132 columns, both are at 165', async () => {
    const state = await showing(FULL_SCREEN, FULL_SCREEN);
    expect(wholeOf(state, 132, 43)).toBe(24);
    const both = LINES.map((line) => `${line}│${line}`);
    expect(lines(state, 165, 43).filter((line) => both.some((one) => line.includes(one)))).toHaveLength(24);
    state.pane = 'emulate';
    expect(wholeOf(state, 132, 43)).toBe(24);
    expect(wholeOf(state, 200, 60)).toBe(24);
  });

  it('what scrolled away is above the board’s screen in a large window', async () => {
    const state = await showing(Array.from({ length: 60 }, (_, i) => `line ${i}`).join('\r\n'));
    const seen = lines(state, 200, 60).flatMap((line) => /│(line \d+) /.exec(line)?.[1] ?? []);
    expect([seen.length, seen[0], seen.at(-1)]).toEqual([51, 'line 9', 'line 59']);
  });
});

describe('equal lines', () => {
  const row = (drawn: string[], wanted: RegExp): number => drawn.findIndex((line) => wanted.test(line));

  it('stand at equal heights where one console began further down', async () => {
    const state = await showing('A>GUESS\r\nloading\r\n\r\n> is it red\r\nNO\r\n> ', '> is it red\r\nNO\r\n> ');
    state.aligned = { emulator: 0, board: 3 };
    const drawn = lines(state, 120, 40);
    expect(row(drawn, /│> is it red +│> is it red +│/)).toBe(8);
    expect(row(drawn, /│NO +│NO +│/)).toBe(9);
    expect(row(drawn, /│ +│A>GUESS +│/)).toBe(5);
  });

  it('stand at equal heights while the board has yet to answer what the emulator has', async () => {
    const said = Array.from({ length: 60 }, (_, i) => `answer ${i}\r\n`);
    const state = await showing(said.slice(0, 30).join(''), said.join(''), true);
    apply(state, { type: 'stage', stage: 'compare', title: '' }, 0);
    state.aligned = { emulator: 0, board: 0 };
    const drawn = lines(state, 80, 24);
    expect(row(drawn, /│answer 29 +│answer 29 +│/)).toBeGreaterThan(0);
    expect(drawn.join('\n')).toContain('the board is asked: 0 of 0 answered, no difference so far');
  });
});

describe('in a terminal', () => {
  let tui: Tui | undefined;
  afterEach(async () => {
    await tui?.close();
    tui = undefined;
  });

  it('the emulator’s screen fills 80x24, keys go to it, and z leads back', async () => {
    const args = ['tui', '--epochs', '1', '--hidden', '8', '--workers', '1', '--data', smallData()];
    tui = new Tui({ args });
    await tui.sees('1 Data');
    tui.type('3r');
    await tui.sees('Enter: yes');
    tui.type(KEYS.enter);
    await tui.sees(/done +done +done/);
    tui.type('4zi');
    await tui.sees(
      (lines) => lines.some((line) => /^\d*>$/.test(line)) && lines.every((line) => !/Data|│|─/.test(line)),
    );
    tui.type('hello\r');
    await tui.sees(/> hello\n\S/);
    tui.type(`${KEYS.leaveTyping}z`);
    await tui.sees('4 Emulate', /│ ?> hello/);
  });
});
