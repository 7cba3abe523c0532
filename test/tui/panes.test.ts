/** What panes show when things go wrong, and the parts that need no terminal: canvas, chart, consoles. */
import { describe, expect, it } from 'vitest';
import { compareTranscripts } from '../../src/hil/compare.js';
import type { Transcript } from '../../src/hil/transcript.js';
import { press } from '../../src/tui/app.js';
import { Canvas, clip, createGrid, wrap, type Grid } from '../../src/terminal/canvas.js';
import { bar, chart, plot, twoBars } from '../../src/tui/chart.js';
import { ConsoleModel } from '../../src/terminal/model.js';
import { drawFrame } from '../../src/tui/frame.js';
import { duration } from '../../src/tui/panes/format.js';
import { helpLines } from '../../src/tui/overlays.js';
import { matching } from '../../src/tui/palette.js';
import type { Command, EngineEvent } from '../../src/tui/protocol.js';
import { apply, createState, PANES, type AppState } from '../../src/tui/state.js';
import { SETTINGS } from './settings.js';

const HANDS = { send() {}, quit() {}, repaint() {}, suspend() {}, debug() {} };
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const textOf = ({ rows }: Grid): string => rows.map((row) => row.map(({ char }) => char).join('').trimEnd()).join('\n'); // prettier-ignore
const newState = (): AppState => createState(SETTINGS, () => undefined);
const frame = (state: AppState, width = 80, height = 24, ascii = false): Grid =>
  drawFrame(state, { width, height, ascii }, 1000);

/** xterm parses in turns of its own, and says when it is done with what was written. */
class Shown {
  #writes = 0;
  #wake = (): void => {};
  readonly heard = (): void => {
    this.#writes++;
    this.#wake();
  };

  async after(writes: number): Promise<void> {
    while (this.#writes < writes) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

function after(...events: EngineEvent[]): AppState {
  return applyAll(newState(), events);
}
function applyAll(state: AppState, events: readonly EngineEvent[]): AppState {
  for (const event of events) apply(state, event, 500);
  return state;
}
const FAILED = { type: 'failed', where: '', hint: '', stopped: false } as const;

describe('panes', () => {
  it('of a build that fails show the assembler’s words, and the source at the place', () => {
    const message = 'the firmware does not assemble:\nchat/walk.asm:12:5: error E201: undefined symbol: nowhere';
    const state = after({ type: 'stage', stage: 'build', title: 'build' }, { ...FAILED, stage: 'build', message });
    state.pane = 'build';
    expect(textOf(frame(state))).toContain('chat/walk.asm:12:5: error E201: undefined symbol: nowhere');
    expect(state.stages.build.mark).toBe('failed');
    const sent: Command[] = [];
    press(
      state,
      { name: 'o', sequence: 'o' },
      { send: (command) => sent.push(command), quit() {}, repaint() {}, suspend() {}, debug() {} },
    );
    expect(sent).toEqual([{ type: 'source', path: 'chat/walk.asm', line: 12 }]);
    apply(state, { type: 'source', path: 'chat/walk.asm', from: 10, line: 12, lines: ['a', 'b', '\tld a,nowhere'] }, 0);
    expect(textOf(frame(state))).toContain('>   12          ld a,nowhere');
  });

  it.each([0, 614])('of a build list all that the program is made of, with %i bytes of tree', (tree) => {
    const layer = (weights: number, addresses: number) => ({ weights, addresses, biases: 96 });
    const layers = [layer(9000, 512), layer(1500, 192)];
    const choices = layers.map(({ weights, addresses, biases }, index) => ({
      ...{ layer: index + 1, lists: 500, packed: 12, rows: 96, pairs: 3 },
      bytes: weights + addresses + biases,
    }));
    const [code, unused, buffers] = [4321, 77, 1234];
    const program = code + 9608 + 1788 + tree + unused;
    const sizes = { code, layers, tree, unused, program, buffers, free: 40_000 };
    const state = after({ type: 'built', sizes, choices, origin: 0x100 });
    state.pane = 'build';
    const text = textOf(frame(state));
    const bytesOf = (part: RegExp): number => Number(part.exec(text)?.[1]?.replace(',', '') ?? 0);
    const parts = [
      /code and texts +([\d,]+)/,
      /layer 1 +([\d,]+)/,
      /layer 2 +([\d,]+)/,
      /tree +([\d,]+)/,
      /page ends +([\d,]+)/,
    ];
    expect(parts.map(bytesOf)).toEqual([code, 9608, 1788, tree, unused]);
    expect(bytesOf(/the \.COM +([\d,]+)/)).toBe(program);
    expect(/tree/.test(text)).toBe(tree > 0);
    const end = (0x100 + program + buffers + 40_000).toString(16).toUpperCase();
    expect(text).toContain(`TPA from 0100h to ${end}h`);
  });

  it('of a transfer that fails say so, and what to do', () => {
    const progress = { phase: 'send', step: 'sending (the board is busy)', doneBytes: 2048, totalBytes: 4000, retries: 3 } as const; // prettier-ignore
    const state = after(
      { type: 'stage', stage: 'flash', title: '' },
      { type: 'board', path: '/dev/ttyUSB0' },
      { type: 'load', side: 'board', progress },
      { type: 'wire', received: 9, sent: 2100, controls: ['C', 'ACK', 'NAK'] },
    );
    state.pane = 'flash';
    let text = textOf(frame(state));
    expect(text).toContain('the board is writing to its disk');
    expect(text).toContain('4,096 bytes/s, 477 ms left, 3 blocks repeated');
    expect(text).toContain('last from the board: C ACK NAK');
    expect(text).toMatch(/^ ██░░$/m);
    apply(state, { type: 'stage', stage: 'flash', title: '' }, 0);
    apply(state, { ...FAILED, stage: 'flash', message: 'no prompt', where: '/dev/ttyUSB0', hint: 'is it on?' }, 0);
    text = textOf(frame(state));
    expect(text).toContain('FAILED: /dev/ttyUSB0: no prompt\n is it on?');
    expect(text).toMatch(/FAILED {3}/);
  });

  it('of consoles mark what differs as it arrives, and only that', async () => {
    const shown = new Shown();
    const state = applyAll(createState(SETTINGS, shown.heard), [
      { type: 'fresh-console', side: 'emulator', asked: true },
      { type: 'console', side: 'emulator', bytes: bytes('> hello\r\nHI THERE\r\n> ') },
      { type: 'fresh-console', side: 'board', asked: true },
      { type: 'console', side: 'board', bytes: bytes('> hello\r\nHO TH') },
    ]);
    state.pane = 'consoles';
    await shown.after(2);
    const marked = (): string => frame(state).rows.flatMap((row) => row.filter(({ style }) => style.colour === 'bad' && style.inverse)).map(({ char }) => char).join(''); // prettier-ignore
    // One character on either side; what has not come yet is no difference.
    expect(marked()).toBe('IO');
    expect(textOf(frame(state))).toContain('1 character shown differs');
    apply(state, { type: 'fresh-console', side: 'emulator', asked: false }, 0);
    expect(marked()).toBe('');
  });

  it('of a comparison that fails show both sides and the byte', () => {
    const transcript = (target: string, said: string): Transcript => ({
      target,
      opening: bytes('> '),
      exchanges: [{ question: 'hi', raw: bytes(`hi\r\n${said}\r\n> `), answer: said, characterMs: [] }],
    });
    const comparison = compareTranscripts(transcript('emulator', 'YES'), transcript('board', 'NO!'));
    const state = after({ type: 'compared', comparison });
    state.pane = 'consoles';
    const text = textOf(frame(state));
    expect(text).toContain('DIFFERENT: emulator and board did not say the same');
    expect(text).toContain("59h 'Y' there, 4Eh 'N' here");
  });

  it('of a stage that runs are not marked by what fails beside it', () => {
    const state = after({ type: 'stage', stage: 'train', title: 'learn' }, { ...FAILED, stage: undefined, message: 'no port' }); // prettier-ignore
    expect(state.stages.train.mark).toBe('running');
    expect(state.message).toEqual({ text: 'no port', bad: true });
  });

  it('of ports keep the chosen row when the list changes under it', () => {
    const port = (path: string) => ({ path, words: '', usb: '', stableName: '', holders: [], trap: '' });
    const state = after({ type: 'ports', ports: [port('/dev/ttyUSB0'), port('/dev/ttyUSB1')] });
    state.pane = 'ports';
    const sent: Command[] = [];
    const keyboard = {
      send: (command: Command) => sent.push(command),
      quit() {},
      repaint() {},
      suspend() {},
      debug() {},
    };
    press(state, { name: 'down', sequence: '' }, keyboard);
    apply(state, { type: 'ports', ports: [port('/dev/ttyACM0'), port('/dev/ttyUSB0'), port('/dev/ttyUSB1')] }, 0);
    press(state, { name: 'enter', sequence: '\r' }, keyboard);
    expect(sent).toMatchObject([{ type: 'set', settings: { port: '/dev/ttyUSB1' } }]);
  });

  it('of time tell the clock with its doubt where there is little to tell it by', () => {
    const one = { question: 'a', character: 'A', tStates: 15_000, predictedMs: 2.03, measuredMs: 2.2 };
    const quick = { ...one, character: 'B', tStates: 450, predictedMs: 0.06, measuredMs: 0 };
    const timing = {
      clockHz: 7_372_800,
      tStatesPerCharacter: 10_000,
      predictedMs: 1.4,
      measuredMs: 1.5,
      clock: undefined,
    };
    const words = (characters: (typeof one)[]): string => {
      const state = after({ type: 'timed', timing: { ...timing, characters } });
      state.pane = 'time';
      return textOf(frame(state));
    };
    expect(words([one, quick, one, quick, one])).toContain('about 6.8 MHz, in doubt: 3 characters of 2.2 ms each;');
    expect(words([one, quick])).toContain('too few answers to tell the clock by; z80lm time measures with a metronome');
  });

  it('give a program the keys of the terminal that it believes to have, and no text that is none', () => {
    const state = after({ type: 'line', path: '/dev/ttyUSB0' });
    state.typing = 'board';
    const sent: Command[] = [];
    const keyboard = {
      send: (command: Command) => sent.push(command),
      quit() {},
      repaint() {},
      suspend() {},
      debug() {},
    };
    const texts = (...keys: [name: string, sequence: string][]): string[] => {
      sent.length = 0;
      for (const [name, sequence] of keys) press(state, { name, sequence }, keyboard);
      return sent.map((command) => (command.type === 'keys' ? command.text : command.type));
    };
    expect(texts(['enter', '\r'], ['up', '\x1bOA'], ['backspace', '\x7f'], ['€', '€'], ['C-c', '\x03'])).toEqual(['\r', '\x1b[A', '\b', '€', '\x03']); // prettier-ignore
    state.terminal = 'adm3a';
    expect(texts(['up', '\x1bOA'], ['f1', '\x1bOP'])).toEqual(['\x0b']);
    expect(state.message?.text).toBe('the adm3a has no f1 key');
    expect(texts(['paste', 'DIR\rSTAT\r'], ['paste', '\x1b]52;c;x'])).toEqual(['DIR\rSTAT\r']);
    expect(state.message?.text).toContain('not pasted: it has control characters');
    expect(sent).toEqual([{ type: 'keys', side: 'board', text: 'DIR\rSTAT\r', as: 'paste' }]);
    expect(texts(['C-]', '\x1d'])).toEqual(['drop-typed']);
  });

  it('are what the settings say, and so is the terminal', () => {
    const set = { terminal: 'adm3a', enter: 'crlf', backspace: 'del', arrows: 'wordstar', charset: 'ascii' } as const;
    const state = createState({ ...SETTINGS, ...set }, () => undefined);
    state.typing = 'board';
    const sent: Command[] = [];
    const keyboard = {
      send: (command: Command) => sent.push(command),
      quit() {},
      repaint() {},
      suspend() {},
      debug() {},
    };
    for (const [name, sequence] of [['enter', '\r'], ['backspace', '\x7f'], ['up', '\x1b[A'], ['€', '€']] as const) press(state, { name, sequence }, keyboard); // prettier-ignore
    expect(sent.map((command) => command.type === 'keys' && command.text)).toEqual(['\r\n', '\x7f', '\x05']);
    expect(state.message?.text).toContain('U+20AC is not ASCII');
    expect([state.terminal, state.consoles.board.kind, state.consoles.emulator.kind]).toEqual([
      'adm3a',
      'adm3a',
      'adm3a',
    ]);
  });

  it('fit every size, in ASCII, too, with nothing known yet', () => {
    for (const pane of PANES)
      for (const [width, height] of [
        [60, 20],
        [80, 24],
        [131, 43],
        [250, 70],
      ] as const) {
        // prettier-ignore
        const state = newState();
        state.pane = pane;
        for (const overlay of [undefined, 'help', 'palette', 'log', 'search', 'runs', 'ask'] as const) {
          state.overlay = overlay;
          const grid = frame(state, width, height, true);
          expect(grid.rows.map((row) => row.length)).toEqual(Array<number>(height).fill(width));
          expect(textOf(grid)).toMatch(/^[\n -~]*$/);
        }
      }
  });
});

describe('the canvas', () => {
  it('lets nothing pass that a terminal obeys or that is not one cell wide', () => {
    const grid = createGrid(20, 1, false);
    new Canvas(grid).put(0, 0, 'a\x1b[2J\x9b\x07\u200b漢\u{1f600}\u202eb─█⣿');
    expect(textOf(grid)).toBe('a?[2J?????' + '?b─█⣿');
  });

  it('clips, to the left and right of a part as well', () => {
    const grid = createGrid(6, 2, false);
    new Canvas(grid).part(2, 0, 3, 1).put(-1, 0, 'abcdef');
    expect(textOf(grid)).toBe('  bcd\n');
    expect(clip('abcdef', 4)).toBe('abc~');
    expect(wrap('one two  three', 7)).toEqual(['one two', '', 'three'].filter(Boolean));
  });

  it('draws bars to half a cell, and curves in dots', () => {
    expect(bar(4, 0.5)).toBe('━━  ');
    expect(bar(4, 0.625)).toBe('━━╸ ');
    // What both have, what only the first has, what only the second has.
    expect([twoBars(4, 2, 3, 4), twoBars(4, 3, 2, 4)]).toEqual(['━━─', '━━╍']);
    const grid = createGrid(2, 1, false);
    plot(new Canvas(grid), [{ name: '', points: [{ x: 0, y: 0 }, { x: 0.99, y: 1 }], style: {}, letter: 'x' }], [0, 1]); // prettier-ignore
    expect(textOf(grid)).toBe('⡠⠊');
  });
});

describe('a chart', () => {
  it('has axes and a legend, and no curve on either', () => {
    const grid = createGrid(40, 12, true);
    const points = Array.from({ length: 50 }, (_, i) => ({ x: i / 50, y: i % 2 }));
    const series = (name: string, letter: string) => ({ name, letter, points, style: {} });
    chart(new Canvas(grid), [series('loss', '.'), series('integer', 'i')], {
      left: ['100%', '50%', '0%'],
      right: ['4.50', '2.25', '0.00'],
      below: ['epoch 0', '8'],
    });
    const rows = textOf(grid).split('\n');
    expect(rows[0]).toBe('... loss   iii integer');
    expect(rows.slice(1, 10).map((row) => [row.slice(0, 5), row.slice(35)])).toEqual([
      ['100%+', '+4.50'], ['    |', '|'], ['    |', '|'], ['    |', '|'], [' 50%+', '+2.25'], ['    |', '|'],
      ['    |', '|'], ['    |', '|'], ['  0%+', '+0.00'],
    ]); // prettier-ignore
    expect(rows.slice(10)).toEqual([`    +${'-'.repeat(30)}+`, `     epoch 0${' '.repeat(22)}8`]);
    expect(rows.slice(1, 10).every((row) => /^.{5}[i ]{30}/.test(row))).toBe(true);
  });
});

describe('a frame', () => {
  it('joins those that it touches, and a line across it joins its sides', () => {
    const grid = createGrid(9, 5, false);
    const canvas = new Canvas(grid);
    canvas.part(0, 0, 5, 5).box('');
    canvas.part(4, 0, 5, 5).box('');
    canvas.part(4, 0, 5, 5).divide(2, '');
    expect(textOf(grid)).toBe('┌───┬───┐\n│   │   │\n│   ├───┤\n│   │   │\n└───┴───┘');
  });
});

describe('durations', () => {
  it.each([
    [477, '477 ms'], [3_400, '3.4 s'], [99_900, '99.9 s'], [99_990, '1:40 min'], [125_000, '2:05 min'],
    [3_599_000, '59:59 min'], [3_900_000, '1 h 05 min'], [35_999_000, '9 h 59 min'], [41_901_000, '11 h'],
    [400_000_000, '4 days'],
  ])('of %i ms read %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  }); // prettier-ignore
});

describe('messages', () => {
  it('read downwards, and are opened at their end', () => {
    const state = newState();
    state.log = Array.from({ length: 100 }, (_, i) => `10:00:00 message ${i}`);
    press(state, { name: ':', sequence: ':' }, HANDS);
    for (const key of 'messages') press(state, { name: key, sequence: key }, HANDS);
    press(state, { name: 'enter', sequence: '\r' }, HANDS);
    const shown = (): string[] => textOf(frame(state)).match(/message \d+/g) ?? [];
    expect([shown()[0], shown().at(-1)]).toEqual(['message 82', 'message 99']);
    press(state, { name: 'up', sequence: '' }, HANDS);
    expect([shown()[0], shown().at(-1)]).toEqual(['message 81', 'message 98']);
    press(state, { name: 'down', sequence: '' }, HANDS);
    expect(shown().at(-1)).toBe('message 99');
  });
});

describe('a console', () => {
  it('shows VT100 and ADM-3A screens', async () => {
    const shown = new Shown();
    const console = new ConsoleModel(shown.heard);
    console.write(bytes('junk\x1b[2J\x1b[3;5Hhere\x1b[7mX'));
    await shown.after(1);
    expect(console.text(2)).toBe('    hereX');
    expect(console.cells(2)[8]!.style.inverse).toBe(true);
    console.reset();
    console.kind = 'adm3a';
    console.write(bytes('junk\x1a\x1b="$there'));
    await shown.after(2);
    expect([console.text(0), console.text(2)]).toEqual(['', '    there']);
  });

  it('keeps what scrolled away, to be searched', async () => {
    const shown = new Shown();
    const console = new ConsoleModel(shown.heard);
    console.write(bytes(Array.from({ length: 100 }, (_, i) => `line ${i}\r\n`).join('')));
    await shown.after(1);
    expect(console.search('LINE 7', 99, 'back')?.line).toBe(79);
    expect(console.search('line 7', 69, 'back')?.line).toBe(7);
    expect(console.search('line 7', 6, 'back')).toBeUndefined();
  });
});

describe('help and palette', () => {
  it('are made from the same tables that keys and commands are looked up in', () => {
    expect(helpLines()).toContain('q                leave: the line is closed; asks while something runs');
    expect(matching('ep').map(({ name }) => name)).toContain('epochs');
    expect(matching('epochs 3').map(({ name }) => name)).toEqual(['epochs']);
    expect(matching('').length).toBeGreaterThan(20);
  });
});
