/**
 * The outer terminal: the one file that knows `blessed`. The rest of the UI hands it grids of cells and gets keys.
 *
 * blessed's terminfo handling crashes or garbles on some entries (tmux-256color, vt220), so it is told one of two
 * that it is known to work with, by family, and how many colours there are. It sees whole keys only (input.ts), and it
 * draws no more than the line takes (pace.ts): what is left over is drawn from a newer picture.
 */
import { PassThrough } from 'node:stream';
import blessed from 'blessed';
import type { Cell, Grid, Style } from './canvas.js';
import { backgroundFrom, backgroundOf, beyondVt100, colourDepth, questionsFor } from './capabilities.js';
import { InputSequences, REST_MS, type Incoming } from './input.js';
import { Pace, PROBE } from './pace.js';
import { theme, type Background } from './theme.js';

export interface Key {
  /** `q`, `C-c`, `S-tab`, `up`, `enter`, `escape`, `f1`; `paste` for what came as one piece. */
  name: string;
  /** What the keyboard sent, or the text of the paste, or a part of it. */
  sequence: string;
}

export interface Screen {
  readonly width: number;
  readonly height: number;
  /**
   * Show a picture, or as much of it as the line takes now; `onReady` tells when a newer one is wanted for the rest.
   * @param urgent a key has asked for it
   */
  draw(grid: Grid, urgent?: boolean): void;
  /** There is room on the line again, or the colours have changed. */
  onReady(listener: () => void): void;
  /** Send the whole screen again: something else may have written on it. */
  repaint(): void;
  onKey(listener: (key: Key) => void): void;
  onClick(listener: (x: number, y: number) => void): void;
  onResize(listener: () => void): void;
  /** Give the terminal back as it was, for a while. @returns what takes it again */
  lend(): Promise<() => void>;
  /** Give the terminal back as it was, once the answers that are on their way have come. Closing twice is harmless. */
  close(): Promise<void>;
}

export interface ScreenOptions {
  mouse: boolean;
  /** Tells the kind of terminal: TERM, COLORTERM, COLORFGBG, NO_COLOR. */
  env: Readonly<Record<string, string | undefined>>;
}

const DEFAULT = 0x1ff;
/** On which blessed listens; `uncaughtException` is one to it, too. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'uncaughtException'] as NodeJS.Signals[];
const ASK_BACKGROUND = '\x1b]11;?\x1b\\';
/** Pastes are marked (DEC mode 2004, which terminals that do not know it ignore). */
const MARK_PASTES = '\x1b[?2004h';
const NO_MARKS = '\x1b[?2004l';
/** To the second screen and back, and the title of each. */
const SECOND_SCREEN = /\x1b\[\?1049([hl])|\x1b\[2[23](?:;\d+)*t/g;
const CLEAR = '\x1b[H\x1b[J';
/** A changed cell with its share of positions and attributes; and a row's position. An estimate, for how much to begin. */
const CELL_BYTES = 3;
const ROW_BYTES = 12;
/** So long an answer about the background may be on its way. Some that know OSC never give any (screen). */
const BACKGROUND_LATE_MS = 1_000;
/** How often is looked for the last answer before the terminal is given back. */
const CLOSING_POLL_MS = 10;

/** What of blessed's screen is used; its own types leave most of it out. */
interface BlessedScreen {
  width: number;
  height: number;
  lines: Line[];
  olines: [number, string][][];
  alloc(): void;
  realloc(): void;
  draw(first: number, last: number): void;
  destroy(): void;
  enter(): void;
  leave(): void;
  tput: { brokenACS: boolean; colors: number };
  on(event: string, listener: (...values: never[]) => void): void;
  program: {
    on(event: string, listener: (...values: never[]) => void): void;
    input: NodeJS.ReadStream;
    write(text: string): void;
    _owrite(text: string): void;
    enableMouse(): void;
    disableMouse(): void;
    showCursor(): void;
    flush(): void;
  };
}

type Line = [number, string][] & { dirty: boolean };

export function openScreen({ mouse, env }: ScreenOptions): Screen {
  const { stdin, stdout } = process;
  const may = questionsFor(env);
  const depth = colourDepth(env);
  let background: Background = backgroundOf(env);
  const mine = SIGNALS.map((signal) => new Set(process.listeners(signal)));
  const has = beyondVt100(env);
  const [markPastes, noMarks] = has.marks ? [MARK_PASTES, NO_MARKS] : ['', ''];
  const input = wholeKeys();
  const screen = blessed.screen({
    terminal: (env['TERM'] ?? '') === 'linux' ? 'linux' : 'xterm',
    smartCSR: false,
    useBCE: false,
    forceUnicode: true,
    resizeTimeout: 30,
    warnings: false,
    input: input.stream as unknown as NodeJS.ReadStream,
  }) as unknown as BlessedScreen;
  const { program } = screen;
  // Whoever opens the screen decides what a signal or a defect means: blessed would exit with 0.
  SIGNALS.forEach((signal, i) => {
    for (const listener of process.listeners(signal)) if (!mine[i]!.has(listener)) process.off(signal, listener);
  });
  // Line drawing in UTF-8 or, where that is not understood, in ASCII, but never by switching character sets.
  screen.tput.brokenACS = true;
  if (depth > 0) screen.tput.colors = depth;
  let colours = theme(background, depth);
  const pace = new Pace(may.state);
  let written = 0;
  program.write = program._owrite = (text: string) => {
    // Where there is one screen only, it is left empty.
    const sent = has.secondScreen
      ? text
      : text.replace(SECOND_SCREEN, (_, way?: string) => (way === undefined ? '' : CLEAR));
    written += Buffer.byteLength(sent);
    stdout.write(sent);
  };
  if (mouse) program.enableMouse();
  program.write(markPastes + (may.background ? ASK_BACKGROUND : ''));
  /** Until when its answer is waited for. */
  let backgroundByMs = may.background ? performance.now() + BACKGROUND_LATE_MS : 0;
  let open = true;
  let lent = false;
  /** Not all of the last picture is shown. */
  let behind = false;
  /** The row with which the next piece begins, so that none waits for ever behind a busy one. */
  let next = 0;
  let ready = (): void => {};
  let onKey: (key: Key) => void = () => {};
  let timer: NodeJS.Timeout | undefined;

  const attribute = (style: Style): number => {
    const flags = (style.bold ? 1 : 0) | (style.underline ? 2 : 0) | (style.inverse ? 8 : 0);
    const { ink = DEFAULT, paper = DEFAULT } = style.colour ? colours[style.colour] : style;
    return (flags << 18) | (depth > 0 ? (ink << 9) | paper : (DEFAULT << 9) | DEFAULT);
  };

  /** Show what has changed, in pieces of the size that the line takes. */
  const show = (urgent: boolean): void => {
    if (!open || lent) return;
    clearTimeout(timer);
    const rows = screen.lines.length;
    const costs = screen.lines.map((line, y) => (line.dirty ? costOf(line, screen.olines[y]!) : 0));
    let left = rows;
    while (left > 0) {
      const from = next % rows;
      if (costs[from] === 0) {
        next = from + 1;
        left--;
        continue;
      }
      const room = pace.room(performance.now(), urgent);
      if (room === 0) break;
      let to = from;
      let cost = costs[from]!;
      while (to + 1 < rows && left > to - from + 1 && cost + costs[to + 1]! <= room) cost += costs[++to]!;
      send(from, to);
      left -= to - from + 1;
      next = to + 1;
    }
    behind = left > 0;
    if (behind) timer = setTimeout(() => ready(), pace.waitMs(performance.now()));
  };
  const send = (from: number, to: number): void => {
    written = 0;
    screen.draw(from, to);
    program.flush();
    if (written === 0) return;
    const probed = pace.probes;
    if (probed) program.write(PROBE);
    pace.wrote(written, performance.now(), probed);
  };

  input.onAnswer((text) => {
    if (!text.startsWith('\x1b]11;')) {
      pace.answered(performance.now());
      if (behind) ready();
      return;
    }
    backgroundByMs = 0;
    background = backgroundFrom(text) ?? background;
    colours = theme(background, depth);
    ready();
  });
  input.onPaste((text) => onKey({ name: 'paste', sequence: text }));

  /** One that came later would be typed at the shell. */
  const lastAnswer = async (): Promise<void> => {
    const isOwed = (nowMs: number): boolean => pace.owedMs(nowMs) > 0 || nowMs < backgroundByMs;
    while (isOwed(performance.now())) await new Promise((resolve) => setTimeout(resolve, CLOSING_POLL_MS));
  };

  return {
    get width() {
      return screen.width;
    },
    get height() {
      return screen.height;
    },
    draw(grid, urgent = false) {
      if (!open || lent) return;
      const rows = Math.min(grid.height, screen.lines.length);
      for (let y = 0; y < rows; y++) drawRow(screen.lines[y]!, grid.rows[y]!, attribute);
      show(urgent);
    },
    onReady(listener) {
      ready = listener;
    },
    repaint() {
      if (open) screen.realloc();
    },
    onKey(listener) {
      onKey = listener;
      // blessed cuts text into UTF-16 units: what is beyond U+FFFF comes as two keys.
      let firstHalf = '';
      program.on('keypress', (character: string | undefined, key: KeyPress | undefined) => {
        // CR comes twice: as `return`, and as `enter`, which blessed makes up.
        if (!key || key.name === 'return') return;
        const sequence = firstHalf + (key.sequence ?? character ?? '');
        firstHalf = /^[\ud800-\udbff]$/.test(sequence) ? sequence : '';
        if (firstHalf === '') listener({ name: nameOf(character, key), sequence });
      });
    },
    onClick(listener) {
      program.on('mouse', (event: { action: string; x: number; y: number }) => {
        if (event.action === 'mousedown') listener(event.x, event.y);
      });
    },
    onResize(listener) {
      screen.on('resize', listener);
    },
    async lend() {
      lent = true;
      clearTimeout(timer);
      program.write(noMarks);
      if (mouse) program.disableMouse();
      screen.leave();
      await lastAnswer();
      if (open) stdin.setRawMode(false);
      return () => {
        if (!open) return;
        lent = false;
        stdin.setRawMode(true);
        stdin.resume();
        screen.enter();
        program.write(markPastes);
        if (mouse) program.enableMouse();
        screen.realloc();
        ready();
      };
    },
    async close() {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      if (mouse) program.disableMouse();
      program.write(noMarks);
      screen.destroy();
      await lastAnswer();
      input.close();
    },
  };
}

/** Keys for blessed, each whole, and beside them the answers and the pastes. */
function wholeKeys(): {
  stream: PassThrough;
  onAnswer(listener: (text: string) => void): void;
  onPaste(listener: (text: string) => void): void;
  close(): void;
} {
  const { stdin } = process;
  const sequences = new InputSequences();
  let answer = (_text: string): void => {};
  let paste = (_text: string): void => {};
  let timer: NodeJS.Timeout | undefined;
  // The terminal is set to raw mode here, and given back here: blessed would do so before the last answer has come.
  const stream = Object.assign(new PassThrough(), { isTTY: true, isRaw: true, setRawMode: () => stream });
  const tell = (all: readonly Incoming[]): void => {
    for (const { type, text } of all)
      if (type === 'keys') stream.write(text);
      else (type === 'answer' ? answer : paste)(text);
    clearTimeout(timer);
    if (sequences.waits) timer = setTimeout(() => tell(sequences.flush()), REST_MS);
  };
  const decoder = new TextDecoder();
  const onData = (chunk: Uint8Array): void => tell(sequences.take(decoder.decode(chunk, { stream: true })));
  stdin.setRawMode(true);
  stdin.on('data', onData).resume();
  return {
    stream,
    onAnswer: (listener) => void (answer = listener),
    onPaste: (listener) => void (paste = listener),
    close() {
      clearTimeout(timer);
      stdin.off('data', onData);
      // A terminal that is gone cannot be set any more.
      if (!stdin.destroyed) stdin.setRawMode(false).pause();
      stream.destroy();
    },
  };
}

interface KeyPress {
  name?: string;
  full?: string;
  sequence?: string;
  shift?: boolean;
}

function nameOf(character: string | undefined, key: KeyPress): string {
  // Letters keep their case; blessed says S-r for R.
  if (character !== undefined && /^[!-~]$/.test(character)) return character;
  return key.full ?? key.name ?? '';
}

/** About how many bytes it takes to show what has changed of a row. */
function costOf(line: Line, shown: readonly [number, string][]): number {
  let changed = 0;
  line.forEach(([style, char], x) => {
    if (style !== shown[x]?.[0] || char !== shown[x][1]) changed += char <= '~' ? 1 : CELL_BYTES;
  });
  return changed === 0 ? 0 : changed + ROW_BYTES;
}

function drawRow(line: Line, cells: readonly Cell[], attribute: (style: Style) => number): void {
  const width = Math.min(line.length, cells.length);
  for (let x = 0; x < width; x++) {
    const { char, style } = cells[x]!;
    const value = attribute(style);
    const cell = line[x]!;
    if (cell[0] === value && cell[1] === char) continue;
    cell[0] = value;
    cell[1] = char;
    line.dirty = true;
  }
}
