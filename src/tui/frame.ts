/** The whole screen as a function of the state and the size: bar on top, a pane, messages and keys at the bottom. */
import {
  BAD,
  BOLD,
  BUSY,
  Canvas,
  createGrid,
  GOOD,
  INVERSE,
  PLAIN,
  clip,
  type Grid,
  type Style,
} from '../terminal/canvas.js';
import {
  askOverlay,
  helpOverlay,
  logOverlay,
  runsOverlay,
  paletteOverlay,
  searchOverlay,
  sourceOverlay,
} from './overlays.js';
import { EVERYWHERE, IN_PANE, type Binding } from './keys.js';
import { buildPane } from './panes/build.js';
import { consolesPane } from './panes/consoles.js';
import { dataPane } from './panes/data.js';
import { emulatePane } from './panes/emulate.js';
import { flashPane } from './panes/flash.js';
import { duration } from './panes/format.js';
import { portsPane } from './panes/ports.js';
import { timePane } from './panes/time.js';
import { trainPane } from './panes/train.js';
import { remarkOn } from './remarks.js';
import { PANES, STAGE_OF, TITLES, type AppState, type PaneName } from './state.js';
import { type StageView } from './stage-marks.js';

const LEAST_WIDTH = 60;
const LEAST_HEIGHT = 20;

type Pane = (canvas: Canvas, state: AppState, now: number) => void;
const DRAW: Readonly<Record<PaneName, Pane>> = {
  data: dataPane,
  train: trainPane,
  build: buildPane,
  emulate: emulatePane,
  ports: portsPane,
  flash: flashPane,
  consoles: consolesPane,
  time: timePane,
};

export interface Size {
  width: number;
  height: number;
  ascii: boolean;
}

export function drawFrame(state: AppState, { width, height, ascii }: Size, now: number): Grid {
  const grid = createGrid(width, height, ascii);
  const screen = new Canvas(grid);
  if (width < LEAST_WIDTH || height < LEAST_HEIGHT) {
    screen.lines(0, 0, [
      `This window is ${width}x${height}.`,
      `z80lm needs ${LEAST_WIDTH}x${LEAST_HEIGHT}.`,
      'Make it larger,',
      'or press q to leave.',
    ]);
    return grid;
  }
  bar(screen, state, now);
  DRAW[state.pane](screen.part(1, 4, width - 2, height - 6), state, now);
  const { message } = state;
  if (message) screen.put(1, height - 2, clip(message.text, width - 2), message.bad ? BAD : PLAIN);
  screen.put(0, height - 1, ` ${hints(state, width - 2)}`.padEnd(width), INVERSE);
  overlay(screen.part(2, 3, width - 4, height - 5), state);
  return grid;
}

/** Each pane's name, and below it how its stage stands. */
function bar(screen: Canvas, state: AppState, now: number): void {
  const cell = Math.floor(screen.width / PANES.length);
  PANES.forEach((pane, i) => {
    const chosen = pane === state.pane;
    const stage = STAGE_OF[pane];
    const name = `${i + 1} ${TITLES[pane]}`;
    screen.put(i * cell, 0, ` ${name}`.padEnd(cell - 1), chosen ? { bold: true, inverse: true } : BOLD);
    if (stage) {
      const [words, style] = standing(state.stages[stage], now);
      screen.put(i * cell + 1, 1, clip(words[0]!, cell - 1), style);
      screen.put(i * cell + 1, 2, clip(words[1] ?? '', cell - 1), PLAIN);
    } else {
      const { port } = state.settings;
      screen.put(i * cell + 1, 1, clip(port.replace(/^\/dev\//, '').replace(' board', ''), cell - 1));
      const closed = state.lost === undefined ? 'closed' : 'LOST';
      screen.put(i * cell + 1, 2, state.line === undefined ? closed : 'open', state.lost === undefined ? PLAIN : BAD);
    }
  });
  screen.put(0, 3, '─'.repeat(screen.width));
  const remark = remarkOn(state);
  if (remark) screen.put(2, 3, ` ${clip(remark.words, screen.width - 6)} `, remark.bad ? BAD : BOLD);
}

function standing({ mark, elapsedMs, startedMs }: StageView, now: number): [string[], Style] {
  const took = elapsedMs === undefined ? '' : duration(elapsedMs);
  switch (mark) {
    case 'running':
    case 'stopping':
      return [[mark, duration(now - startedMs)], BUSY];
    case 'fresh':
      return [['fresh', took], GOOD];
    case 'stale':
      return [['changed', took], PLAIN];
    case 'failed':
      return [['FAILED', ''], BAD];
    case 'stopped':
      return [['stopped', ''], PLAIN];
    case 'unknown':
      return [['unknown', ''], PLAIN];
    case 'never':
      return [['-', ''], PLAIN];
  }
}

/** As many as there is room for; help and leaving always. */
function hints({ pane, typing, busy }: AppState, width: number): string {
  if (typing) return 'keys go to the program    Ctrl-] ends it';
  const own = IN_PANE[pane] ?? [];
  const taken = new Set(own.flatMap(({ keys }) => keys));
  const all = [...own, ...EVERYWHERE.filter(({ keys }) => !keys.some((key) => taken.has(key)))];
  const wanted = all.filter(
    ({ short, action }) =>
      short !== undefined && (action !== 'stop' || busy) && (action !== 'rerun' || STAGE_OF[pane] !== undefined),
  );
  const isLast = ({ action }: Binding): boolean => action === 'help' || action === 'quit';
  const last = wanted.filter(isLast).map(({ short }) => short);
  const words: (string | undefined)[] = [];
  for (const binding of wanted.filter((one) => !isLast(one)))
    if ([...words, binding.short, ...last].join('   ').length <= width) words.push(binding.short);
  return [...words, ...last].join('   ');
}

function overlay(canvas: Canvas, state: AppState): void {
  if (state.overlay === undefined) return;
  const draw = {
    help: helpOverlay,
    palette: paletteOverlay,
    log: logOverlay,
    source: sourceOverlay,
    search: searchOverlay,
    runs: runsOverlay,
    ask: askOverlay,
  };
  draw[state.overlay](canvas, state);
}
