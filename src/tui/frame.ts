/** The whole screen as a function of the state and the size: bar on top, a pane, messages and keys at the bottom. */
import { BAD, Canvas, PLAIN, clip, createGrid, wrap, type Grid } from '../terminal/canvas.js';
import {
  askOverlay,
  helpOverlay,
  logOverlay,
  runsOverlay,
  paletteOverlay,
  searchOverlay,
  sourceOverlay,
} from './overlays.js';
import { hintLine } from './hints.js';
import { buildPane } from './panes/build.js';
import { consolesPane } from './panes/consoles.js';
import { dataPane } from './panes/data.js';
import { emulatePane } from './panes/emulate.js';
import { flashPane } from './panes/flash.js';
import { portsPane } from './panes/ports.js';
import { timePane } from './panes/time.js';
import { trainPane } from './panes/train.js';
import { barRows, stageBar } from './stage-bar.js';
import type { AppState, PaneName } from './state.js';
import { zoomedConsole } from './zoom.js';

const LEAST_WIDTH = 40;
const LEAST_HEIGHT = 12;
/** A message is wrapped to so many lines at most, and to this part of the height; : messages has the rest of it. */
const MESSAGE_LINES = 3;
const MESSAGE_SHARE = 1 / 8;

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
  if (state.zoomed && zoomedConsole(screen, state)) {
    overlay(screen.part(1, 1, width - 2, height - 2), state);
    return grid;
  }
  const top = state.zoomed ? 0 : barRows(screen);
  if (!state.zoomed) stageBar(screen, state, now);
  const { message } = state;
  const lines = messageLines(message?.text ?? '', width - 2, height);
  const bottom = height - 1 - lines.length;
  DRAW[state.pane](screen.part(1, top, width - 2, bottom - top), state, now);
  screen.lines(1, bottom, lines, message?.bad === true ? BAD : PLAIN);
  hintLine(screen.part(0, height - 1), state);
  overlay(screen.part(1, Math.min(top, 3), width - 2, height - Math.min(top, 3) - 1), state);
  return grid;
}

function messageLines(text: string, width: number, height: number): string[] {
  const lines = wrap(text.split('\n', 1)[0]!, width);
  const room = Math.max(1, Math.min(MESSAGE_LINES, Math.floor(height * MESSAGE_SHARE)));
  return lines.length <= room ? lines : [...lines.slice(0, room - 1), clip(lines.slice(room - 1).join(' '), width)];
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
