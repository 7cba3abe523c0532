/** Every pane and every overlay, full and empty, from 40x12 to 200x60: nothing is lost, cut without a mark, or open. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Canvas, type Grid } from '../../src/terminal/canvas.js';
import { drawFrame } from '../../src/tui/frame.js';
import { paneAt } from '../../src/tui/stage-bar.js';
import { apply, createState, PANES, type AppState, type Overlay, type PaneName } from '../../src/tui/state.js';
import { fullState } from './full-state.js';
import { SETTINGS } from './settings.js';

const SIZES = [
  [40, 12], [40, 24], [47, 13], [60, 12], [60, 20], [79, 24], [80, 12], [80, 19], [80, 24], [95, 27], [113, 40],
  [132, 43], [165, 30], [200, 12], [200, 60],
] as const; // prettier-ignore
const OVERLAYS: readonly Overlay[] = ['help', 'palette', 'log', 'search', 'runs', 'ask', 'source'];

const emptyState = (): AppState => createState(SETTINGS, () => undefined);
function failedState(): AppState {
  const state = emptyState();
  const hint = 'is it on, and is its line at 115200 baud without a second program that listens to it?';
  apply(state, { type: 'stage', stage: 'flash', title: '' }, 0);
  apply(state, { type: 'load', side: 'board', progress: { phase: 'send', step: 'sending', doneBytes: 900, totalBytes: 36_000, retries: 9 } }, 0); // prettier-ignore
  apply(state, { type: 'failed', stage: 'flash', message: 'no prompt came', where: '/dev/ttyUSB0', hint, stopped: false }, 0); // prettier-ignore
  return state;
}
let full: AppState;
beforeAll(async () => {
  full = await fullState();
});
afterEach(() => vi.restoreAllMocks());

type Drawn = Grid & { lines: string[] };
function draw(state: AppState, width: number, height: number, ascii = false): Drawn {
  const grid = drawFrame(state, { width, height, ascii }, 1_000);
  return { ...grid, lines: grid.rows.map((row) => row.map(({ char }) => char).join('').trimEnd()) }; // prettier-ignore
}
/** Each at each size; what is thrown or found says where. */
function atAllSizes(state: AppState, look: (drawn: Drawn, width: number, height: number) => void): void {
  for (const [width, height] of SIZES)
    for (const pane of PANES) {
      state.pane = pane;
      try {
        look(draw(state, width, height), width, height);
      } catch (error) {
        throw new Error(
          `${pane} at ${width}x${height}: ${String(error)}\n${draw(state, width, height).lines.join('\n')}`,
        );
      }
    }
}
/** As one line, frames left out: words that were wrapped stand beside each other. */
const words = ({ lines }: Drawn): string =>
  lines
    .join(' ')
    .replaceAll(/[─│┌┐└┘├┤┬┴┼]/g, ' ')
    .replaceAll(/ +/g, ' ');

/** What one has come for, in however small a window. */
const IMPORTANT: Readonly<Record<PaneName, readonly string[]>> = {
  data: ['pairs.txt', '13,416 pairs', '1,266 pairs held out', '120 different answers', 'HUH? 454'],
  train: ['100%', 'epoch 8 of 8', 'loss 0.132', 'integer 97.8%', 'float 98.9%', 'right 97.0%, held out 48.5%', 'NO'],
  build: ['TPA from 0100h', 'the .COM 18,036', 'of 40,960 allowed', 'layer 1 9,608'],
  emulate: ['waits for a key', '39.4 ms', 'is it a lighthouse?'],
  ports: ['chosen: virtual board', 'the line is open: /dev/ttyUSB0', 'FTDI FT232R'],
  flash: ['CHAT.COM, 18,036 bytes, to /dev/ttyUSB0', 'VERIFIED: 18,036 bytes', 'ACK', '1 block repeated'],
  consoles: ['EQUAL: 162 bytes', 'board /dev/ttyUSB0', '> is it a lighthouse?', 'YES. YOU WIN'],
  time: ['predicted 39.56 ms', 'measured 40.35 ms', '(+2.0 %)', '7.228 MHz', 'outside', 'out of date'],
};
const TO_DO: Readonly<Record<PaneName, string>> = {
  data: 'Enter runs the whole way', train: 'Enter runs from here', build: 'Enter runs from here',
  emulate: 'i starts the program', ports: 'the line is closed', flash: 'Enter runs from here',
  consoles: 'Enter asks both', time: 'Enter runs what is missing',
}; // prettier-ignore

describe('a full pane', () => {
  it('shows what one has come for, whatever the size', () => {
    atAllSizes(full, (drawn) => {
      const text = words(drawn);
      expect(IMPORTANT[full.pane].filter((one) => !text.includes(one))).toEqual([]);
      expect(text).toMatch(/the whole way is done.*\? help +q quit/);
    });
  });

  it('has borders that meet', () => {
    atAllSizes(full, (drawn) => expect(openEnds(drawn)).toEqual([]));
  });
});

describe('an empty pane', () => {
  it('says what to do, whatever the size, and has borders that meet', () => {
    const state = emptyState();
    atAllSizes(state, (drawn) => {
      expect(words(drawn)).toContain(TO_DO[state.pane]);
      expect(openEnds(drawn)).toEqual([]);
    });
  });
});

it('a transfer that failed says why, and what to do, whatever the size', () => {
  const state = failedState();
  for (const [width, height] of SIZES) {
    state.pane = 'flash';
    const text = words(draw(state, width, height));
    expect(text).toContain('FAILED: /dev/ttyUSB0: no prompt came');
    expect(text).toContain('is it on, and is its line');
  }
});

it('nothing is cut without a mark', () => {
  const lost: string[] = [];
  const put = Canvas.prototype.put;
  vi.spyOn(Canvas.prototype, 'put').mockImplementation(function (this: Canvas, x, y, text, style) {
    // A console's cells come one by one: what a small window does not show of it, scrolling and zoom do.
    const beyond = text.length > 1 ? text.slice(Math.max(0, this.width - x)).trim() : '';
    if (beyond !== '' && y >= 0 && y < this.height) lost.push(`${text} (at ${x} of ${this.width})`);
    return put.call(this, x, y, text, style);
  });
  for (const state of [full, emptyState(), failedState()]) atAllSizes(state, () => expect(lost.splice(0)).toEqual([]));
  for (const overlay of OVERLAYS)
    for (const [width, height] of SIZES) {
      const state = { ...full, overlay, source: SOURCE, question: QUESTION } as AppState;
      draw(state, width, height);
      expect([overlay, width, height, lost.splice(0)]).toEqual([overlay, width, height, []]);
    }
});

describe('the bar', () => {
  const crowded = (): AppState => {
    const state = emptyState();
    for (const stage of Object.values(state.stages)) Object.assign(stage, { mark: 'stopping', startedMs: -5_999_000 });
    return state;
  };

  it('has words of which none touches the next', () => {
    for (const width of [80, 81, 95, 132, 200]) {
      const [names, marks, times] = draw(crowded(), width, 24).lines.map((line) => line.trim());
      expect(names!.split(/ +/).join(' ')).toBe('1 Data 2 Train 3 Build 4 Emulate 5 Ports 6 Flash 7 Compare 8 Time');
      expect(marks!.split(/ +/)).toEqual([...Array<string>(4).fill('stopping'), 'virtual', ...Array<string>(3).fill('stopping')]); // prettier-ignore
      expect(times!.split(/ {2,}/)).toEqual([...Array<string>(4).fill('1 h 40'), 'closed', ...Array<string>(3).fill('1 h 40')]); // prettier-ignore
    }
  });

  it('has a number and a sign for each in a small window, and the name of the chosen one', () => {
    for (const [width, height] of [
      [40, 12],
      [79, 24],
      [200, 19],
    ] as const) {
      // prettier-ignore
      const [bar, rule] = draw({ ...crowded(), pane: 'emulate' }, width, height).lines;
      expect(bar).toBe('1> 2> 3> 4 Emulate> 5- 6> 7> 8>');
      expect(rule).toBe(`── is being stopped ${'─'.repeat(width - 20)}`);
    }
  });

  it('is clicked where it is drawn', () => {
    const at = (x: number, y: number, width: number, height: number): PaneName | undefined => paneAt(x, y, { width, height }, 'emulate'); // prettier-ignore
    for (const [width, height] of [
      [40, 12],
      [80, 24],
      [133, 43],
    ] as const) {
      // prettier-ignore
      const bar = draw({ ...emptyState(), pane: 'emulate' }, width, height).lines[0]!;
      const found = PANES.map((_, i) => at(bar.indexOf(String(i + 1)), 0, width, height));
      expect(found).toEqual(PANES);
    }
    expect(at(3, 1, 40, 12)).toBeUndefined();
    expect(at(3, 2, 80, 24)).toBe('data');
  });
});

it('hints that do not fit leave a mark, and help and leaving always fit', () => {
  const state = { ...emptyState(), pane: 'consoles' as const };
  expect(draw(state, 40, 12).lines.at(-1)).toBe(' i board  B both  ...  ? help  q quit');
  expect(draw(state, 200, 60).lines.at(-1)).toBe(
    ' i board   e emulator   B both   / search   t times   Enter run   r again   z zoom   : commands   ? help   q quit',
  );
});

it('overlays have whole frames, and in ASCII nothing but ASCII', () => {
  for (const overlay of OVERLAYS)
    for (const [width, height] of SIZES) {
      const state = { ...full, overlay, source: SOURCE, question: QUESTION } as AppState;
      const text = draw(state, width, height).lines.slice(1).join('\n');
      expect([
        overlay,
        ...(/┌─ (?:help|command|messages|search|runs|before that|walk\.asm)/.exec(text) ?? []),
      ]).toHaveLength(2);
      expect(draw(state, width, height, true).lines.join('')).toMatch(/^[ -~]*$/);
    }
});

const SOURCE = { type: 'source', path: 'walk.asm', from: 1, line: 2, lines: Array<string>(40).fill(`\tld a,(ix+1)${' ; why'.repeat(20)}`) }; // prettier-ignore
const QUESTION = { type: 'ask', command: { type: 'run', to: 'flash' }, model: 'The model that is there is run-001.', stages: [{ stage: 'train', why: 'changed: epochs 30, now 1', expectedMs: 41_900_000 }] }; // prettier-ignore

it('a question says how long in hours where it is hours', () => {
  expect(words(draw({ ...emptyState(), overlay: 'ask', question: QUESTION } as unknown as AppState, 80, 24))).toContain('about 11 h.'); // prettier-ignore
});

/** The arms of each line: left, right, up, down. */
const ARMS: Readonly<Record<string, string>> = {
  '─': 'lr', '│': 'ud', '┌': 'rd', '┐': 'ld', '└': 'ru', '┘': 'lu', '├': 'rud', '┤': 'lud', '┬': 'lrd', '┴': 'lru', '┼': 'lrud',
}; // prettier-ignore

/** Vertical lines that end in nothing, and corners that lead nowhere. Across, a title or a label may go on from a line. */
function openEnds({ rows }: Grid): string[] {
  const at = (x: number, y: number): string => rows[y]?.[x]?.char ?? ' ';
  const found: string[] = [];
  rows.forEach((row, y) =>
    row.forEach(({ char }, x) => {
      const arms = ARMS[char] ?? '';
      const isUnmet =
        (arms.includes('u') && !ARMS[at(x, y - 1)]?.includes('d')) ||
        (arms.includes('d') && !ARMS[at(x, y + 1)]?.includes('u')) ||
        (char !== '─' && arms.includes('r') && !ARMS[at(x + 1, y)]?.includes('l') && !/\S/.test(at(x + 1, y))) ||
        (char !== '─' && arms.includes('l') && !ARMS[at(x - 1, y)]?.includes('r') && !/\S/.test(at(x - 1, y)));
      if (isUnmet) found.push(`${char} at ${x},${y}`);
    }),
  );
  return found;
}
