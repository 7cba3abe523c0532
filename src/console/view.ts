/**
 * The picture of a session: the board's screen whole where it fits, and what the terminal has room for beyond it. A function
 * of the state and of the size.
 *
 *     25 rows and more    a status line below; above the board's screen what scrolled away last
 *     24 rows             the board has them all: the status line lies over one only while it has something to say, over
 *                         the last, or over the first where the cursor is in the last. (To scroll the board's last line
 *                         below a status line instead would hide what WordStar and Turbo Pascal keep there.)
 *     fewer               the part of the screen where the cursor is
 *     163 columns         beside the board's screen those lines that are above it
 */
import { BAD, BOLD, clip, INVERSE, PLAIN, type Canvas, type Style } from '../terminal/canvas.js';
import { drawLines, timesWidth } from '../terminal/draw.js';
import type { ConsoleModel } from '../terminal/model.js';
import type { LookBack } from './look-back.js';
import { entryWords, MENU } from './menu.js';
import type { Preferences } from './preferences.js';

export interface Shown {
  model: ConsoleModel;
  /** The port, with what else is known of the line: `/dev/ttyUSB0 115200`. */
  port: string;
  /** The port went away, and is waited for. */
  lost: boolean;
  preferences: Preferences;
  /** Characters still to be typed; of a paste or a file, which a key stops. */
  toType: number;
  stoppable: boolean;
  /** The log's name. */
  log?: string | undefined;
  /** What was said last, as long as it is news. */
  remark: string;
  /** How far a transfer is. */
  progress: string;
  menu: boolean;
  /** A question, and what was answered so far. */
  asking?: { question: string; answer: string } | undefined;
  back?: LookBack | undefined;
}

const HINT = 'Ctrl-] leaves, Ctrl-\\ shows a menu';
const BACK_HINT = '/ ? search, n N next, Space b page, q back';
const HIT: Style = { inverse: true };
const THE_HIT: Style = { inverse: true, bold: true };

/** What is to be drawn where. */
interface Layout {
  /** Rows of the lines. */
  rows: number;
  /** The row of the status line, where it has one of its own. */
  status: number | undefined;
}

export function layoutFor(height: number, shown: Pick<Shown, 'model' | 'back'>): Layout {
  const isApart = height > shown.model.rows || shown.back !== undefined;
  return isApart ? { rows: height - 1, status: height - 1 } : { rows: height, status: undefined };
}

/** The line at the top of a window of so many rows on the board's screen. */
export function topLine(model: ConsoleModel, rows: number): number {
  const bottom = model.base + model.rows - 1;
  if (rows >= model.rows) return Math.max(model.first, bottom - rows + 1);
  // The cursor's line, and as much as fits above it.
  return Math.max(model.base, Math.min(model.cursor.y, bottom) - rows + 1);
}

export function drawSession(canvas: Canvas, shown: Shown): void {
  const { model, preferences, back } = shown;
  const { rows, status } = layoutFor(canvas.height, shown);
  const times = preferences.times === 'on';
  const columns = model.columns + timesWidth(times);
  const first = back?.top ?? topLine(model, rows);
  const beside = canvas.width >= 2 * columns + 3 ? columns : 0;
  const mark = back && hits(back, model);
  if (beside > 0) {
    drawLines(canvas.part(0, 0, beside, rows), model, { first: first - rows, times, mark });
    for (let y = 0; y < rows; y++) canvas.put(beside + 1, y, '│');
  }
  const window = canvas.part(beside === 0 ? 0 : beside + 3, 0, canvas.width, rows);
  const at = model.cursor;
  const room = window.width - timesWidth(times);
  const column = !back && at.x >= room ? at.x - room + 1 : 0;
  drawLines(window, model, { first, column, times, cursor: !back && model.cursorShown, mark });
  if (beside === 0 && canvas.width > columns + 1)
    for (let y = 0; y < rows; y++) canvas.put(columns, y, '│', { dim: true });
  const words = statusWords(shown);
  if (status !== undefined) drawStatus(canvas, status, words || shown.port, shown);
  else if (words !== '') drawStatus(canvas, at.y - first === rows - 1 ? 0 : rows - 1, words, shown);
  if (shown.menu) drawMenu(canvas, rows, shown);
}

function hits(back: LookBack, model: ConsoleModel) {
  const found = new Map<number, readonly number[]>();
  const inLine = (line: number): readonly number[] => {
    if (!found.has(line)) found.set(line, model.columnsOf(back.wanted, line));
    return found.get(line)!;
  };
  return (x: number, line: number): Style | undefined => {
    const isHit = inLine(line).some((at) => x >= at && x < at + back.wanted.length);
    return isHit ? (line === back.hit ? THE_HIT : HIT) : undefined;
  };
}

/** What there is to say, most urgent first; nothing, where all is as always. */
function statusWords({ asking, back, lost, toType, stoppable, remark, progress, model }: Shown): string {
  if (asking) return `${asking.question} ${asking.answer}_`;
  if (back?.writing) return `${back.writing.direction === 'forwards' ? '/' : '?'}${back.writing.text}_`;
  if (back) return `line ${back.top + 1} of ${model.lastUsed + 1}${back.said === '' ? '' : `: ${back.said}`}`;
  if (progress !== '') return progress;
  if (toType > 0) {
    const left = `${toType.toLocaleString('en')} characters to type`;
    return stoppable ? `${left}; a key stops it` : left;
  }
  return `${lost ? 'LOST ' : ''}${remark}`.trim();
}

function drawStatus(canvas: Canvas, y: number, words: string, shown: Shown): void {
  const { preferences, log, back, lost } = shown;
  const style: Style = lost ? { ...BAD, inverse: true } : INVERSE;
  canvas.put(0, y, ' '.repeat(canvas.width), style);
  const hint = back ? BACK_HINT : words.includes(HINT) ? '' : HINT;
  const state = [
    preferences.terminal,
    preferences.view !== 'screen' && preferences.view,
    log !== undefined && `log ${log}`,
    hint,
  ]
    .filter(Boolean)
    .join('  ');
  const end = canvas.part(0, y, canvas.width, 1).put(1, 0, clip(words, canvas.width - 2), style);
  const right = [state, hint].find((text) => end + text.length + 3 <= canvas.width);
  if (right !== undefined) canvas.put(canvas.width - right.length - 1, y, right, style);
}

function drawMenu(canvas: Canvas, rows: number, { preferences, log }: Shown): void {
  const plain = MENU.map((entry) => entryWords(entry, preferences, log));
  const fits = Math.max(...plain.map((words) => words.length)) + 2;
  const room = Math.max(1, rows - 2);
  const wide = clamp(1, 3, Math.floor((canvas.width - 2) / fits));
  // Where the rows do not suffice there are more columns, with shorter words.
  const most = Math.max(wide, Math.floor((canvas.width - 2) / NARROWEST));
  const across = clamp(wide, most, Math.ceil(MENU.length / room));
  const inner = across > wide ? Math.floor((canvas.width - 2) / across) : fits;
  const down = Math.min(room, Math.ceil(MENU.length / across));
  const entries = MENU.map((entry) => entryWords(entry, preferences, log, inner - 1));
  const height = Math.min(rows, down + 2);
  const box = canvas.part(0, rows - height, Math.min(canvas.width, across * inner + 2), height);
  box.clear();
  const inside = box.box('Ctrl-\\ and then; another key: nothing', PLAIN);
  shortened(entries, across * down).forEach((words, n) => {
    const [x, y] = [1 + Math.floor(n / down) * inner, n % down];
    inside.put(x, y, words);
    inside.restyle(x, y, /^\S /.test(words) ? 1 : words.length, BOLD);
  });
}

/** Of a menu that has no room: how to leave, and how many entries are missing. */
function shortened(entries: readonly string[], places: number): string[] {
  if (entries.length <= places) return [...entries];
  const leave = entries[MENU.findIndex(({ choice }) => choice.type === 'leave')]!;
  const first = entries.filter((words) => words !== leave).slice(0, Math.max(0, places - 2));
  return [...first, leave, `${entries.length - first.length - 1} more keys`].slice(0, places);
}

/** Of a column of the menu: its key, and enough of its words to tell them apart. */
const NARROWEST = 16;
const clamp = (least: number, most: number, value: number): number => Math.max(least, Math.min(most, value));
