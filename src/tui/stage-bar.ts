/** The bar on top: every stage of the way with how it stands, and the one that is shown. */
import {
  ACCENT,
  BAD,
  BOLD,
  CHOSEN,
  GOOD,
  PLAIN,
  QUIET,
  WARN,
  clip,
  type Canvas,
  type Style,
} from '../terminal/canvas.js';
import { duration } from './panes/format.js';
import { remarkOn, type Remark } from './remarks.js';
import { PANES, STAGE_OF, TITLES, type AppState, type PaneName } from './state.js';
import { type StageMark, type StageView } from './stage-marks.js';

/** With fewer columns, or rows, a sign stands for how a stage stands. */
const WHOLE_WIDTH = 80;
const WHOLE_HEIGHT = 20;

/** A blank, and the longest word for how a stage stands. */
const LEAST_CELL = ' stopping'.length;

interface Standing {
  word: string;
  /** In a narrow window. */
  sign: string;
  style: Style;
}

export const STANDINGS: Readonly<Record<StageMark, Standing>> = {
  running: { word: 'running', sign: '>', style: ACCENT },
  stopping: { word: 'stopping', sign: '>', style: ACCENT },
  fresh: { word: 'done', sign: '+', style: GOOD },
  stale: { word: 'changed', sign: '*', style: WARN },
  failed: { word: 'FAILED', sign: '!', style: BAD },
  stopped: { word: 'stopped', sign: 'x', style: WARN },
  unknown: { word: 'unknown', sign: '?', style: PLAIN },
  never: { word: '-', sign: '-', style: QUIET },
};

type Window = Pick<Canvas, 'width' | 'height'>;

const isWhole = ({ width, height }: Window): boolean => width >= WHOLE_WIDTH && height >= WHOLE_HEIGHT;

/** How many rows it takes, the rule below it included. */
export const barRows = (window: Window): number => (isWhole(window) ? 4 : 2);

/** Where each pane's cell begins, and one more: where the last one ends. */
function edges(window: Window, chosen: PaneName): number[] {
  const widths = PANES.map((pane) =>
    isWhole(window) ? Math.max(LEAST_CELL, wholeName(pane).length) : narrowName(pane, chosen).length + 2,
  );
  const spare = isWhole(window) ? window.width - widths.reduce((sum, width) => sum + width, 0) : 0;
  let end = 0;
  return [0, ...widths.map((width, i) => (end += width) + Math.floor((spare * (i + 1)) / PANES.length))];
}

const wholeName = (pane: PaneName): string => ` ${PANES.indexOf(pane) + 1} ${TITLES[pane]} `;

const narrowName = (pane: PaneName, chosen: PaneName): string =>
  `${PANES.indexOf(pane) + 1}${pane === chosen ? ` ${TITLES[pane]}` : ''}`;

/** @returns the pane whose cell is there */
export function paneAt(x: number, y: number, window: Window, chosen: PaneName): PaneName | undefined {
  if (y >= barRows(window) - 1) return undefined;
  const ends = edges(window, chosen);
  return PANES.find((_, i) => x >= ends[i]! && x < ends[i + 1]!);
}

export function stageBar(screen: Canvas, state: AppState, now: number): void {
  if (isWhole(screen)) wholeBar(screen, state, now);
  else narrowBar(screen, state, now);
}

/** Each pane's name, and below it how its stage stands, and since when or for how long. */
function wholeBar(screen: Canvas, state: AppState, now: number): void {
  const ends = edges(screen, state.pane);
  PANES.forEach((pane, i) => {
    const cell = screen.part(ends[i]!, 0, ends[i + 1]! - ends[i]!, 3);
    // The first column stays free, so that no word touches that of the cell before.
    const room = cell.width - 1;
    cell.put(0, 0, wholeName(pane), pane === state.pane ? { ...CHOSEN, bold: true } : BOLD);
    const stage = STAGE_OF[pane];
    const [[first, style], [second, below]] = stage ? stageWords(state.stages[stage], now) : lineWords(state);
    cell.put(1, 1, clip(first, room), style);
    cell.put(1, 2, clip(second, room), below);
  });
  rule(screen, 3, remarkOn(state));
}

/** A number and a sign for each, and on the rule below how the one that is shown stands. */
function narrowBar(screen: Canvas, state: AppState, now: number): void {
  const ends = edges(screen, state.pane);
  PANES.forEach((pane, i) => {
    const stage = STAGE_OF[pane];
    const { sign, style } = stage ? STANDINGS[state.stages[stage].mark] : lineSign(state);
    const x = screen.put(ends[i]!, 0, narrowName(pane, state.pane), pane === state.pane ? CHOSEN : BOLD);
    screen.put(x, 0, sign, style);
  });
  const stage = STAGE_OF[state.pane];
  const [[first], [second]] = stage ? stageWords(state.stages[stage], now) : lineWords(state);
  const standing = first === STANDINGS.never.word ? '' : `${first} ${second}`.trimEnd();
  rule(screen, 1, remarkOn(state) ?? { words: standing, bad: false });
}

function rule(screen: Canvas, y: number, remark: Remark | undefined): void {
  screen.put(0, y, '─'.repeat(screen.width), QUIET);
  if (!remark || remark.words === '') return;
  screen.put(2, y, ` ${clip(remark.words, screen.width - 6)} `, remark.bad ? BAD : BOLD);
}

/** 2:05, 1 h 05: a cell is narrow, and minutes are understood. */
const short = (ms: number): string => duration(ms).replace(/ min$/, '');

type Words = readonly [text: string, style: Style];

function stageWords({ mark, elapsedMs, startedMs }: StageView, now: number): [Words, Words] {
  const { word, style } = STANDINGS[mark];
  if (mark === 'running' || mark === 'stopping') return [[word, style], [short(now - startedMs), PLAIN]]; // prettier-ignore
  const took = (mark === 'fresh' || mark === 'stale') && elapsedMs !== undefined ? short(elapsedMs) : '';
  return [[word, style], [took, QUIET]]; // prettier-ignore
}

/** The port, and whether the line to it is open. */
function lineWords({ settings, line, lost }: AppState): [Words, Words] {
  const port = settings.port.replace(/^\/dev\//, '').replace(' board', '');
  if (line !== undefined) return [[port, PLAIN], ['open', GOOD]]; // prettier-ignore
  return [[port, PLAIN], lost === undefined ? ['closed', QUIET] : ['LOST', BAD]]; // prettier-ignore
}

function lineSign({ line, lost }: AppState): Pick<Standing, 'sign' | 'style'> {
  if (lost !== undefined) return STANDINGS.failed;
  return line === undefined ? STANDINGS.never : STANDINGS.fresh;
}
