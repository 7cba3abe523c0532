/**
 * The outer terminal: the one file that knows `blessed`. The rest of the UI hands it grids of cells and gets keys.
 *
 * blessed's terminfo handling crashes or garbles on some entries (tmux-256color, vt220), so it is told one of two
 * that it is known to work with, by family; how many colours there are it is told, too: its xterm has 8.
 */
import blessed from 'blessed';
import type { Cell, Grid, Style } from './canvas.js';
import { theme, type Background, type Depth } from './theme.js';

export interface Key {
  /** `q`, `C-c`, `S-tab`, `up`, `enter`, `escape`, `f1`. */
  name: string;
  /** What the keyboard sent. */
  sequence: string;
}

export interface Screen {
  readonly width: number;
  readonly height: number;
  draw(grid: Grid): void;
  /** Send the whole screen again: something else may have written on it. */
  repaint(): void;
  onKey(listener: (key: Key) => void): void;
  onClick(listener: (x: number, y: number) => void): void;
  onResize(listener: () => void): void;
  /** Give the terminal back as it was. Closing twice is harmless. */
  close(): void;
}

export interface ScreenOptions {
  mouse: boolean;
  depth: Depth;
  background: Background;
  /** The environment's TERM. */
  terminal: string;
}

const DEFAULT = 0x1ff;
/** On which blessed listens; `uncaughtException` is one to it, too. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'uncaughtException'] as NodeJS.Signals[];

/** What of blessed's screen is used; its own types leave most of it out. */
interface BlessedScreen {
  width: number;
  height: number;
  lines: ([number, string][] & { dirty: boolean })[];
  alloc(): void;
  realloc(): void;
  draw(first: number, last: number): void;
  destroy(): void;
  tput: { brokenACS: boolean; colors: number };
  on(event: string, listener: (...values: never[]) => void): void;
  program: {
    on(event: string, listener: (...values: never[]) => void): void;
    input: NodeJS.ReadStream;
    enableMouse(): void;
    disableMouse(): void;
    showCursor(): void;
    flush(): void;
  };
}

export function openScreen({ mouse, depth, background, terminal }: ScreenOptions): Screen {
  const mine = SIGNALS.map((signal) => new Set(process.listeners(signal)));
  const screen = blessed.screen({
    terminal: terminal === 'linux' ? 'linux' : 'xterm',
    smartCSR: false,
    useBCE: false,
    forceUnicode: true,
    resizeTimeout: 30,
    warnings: false,
  }) as unknown as BlessedScreen;
  // Whoever opens the screen decides what a signal or a defect means: blessed would exit with 0.
  SIGNALS.forEach((signal, i) => {
    for (const listener of process.listeners(signal)) if (!mine[i]!.has(listener)) process.off(signal, listener);
  });
  // Line drawing in UTF-8 or, where that is not understood, in ASCII, but never by switching character sets.
  screen.tput.brokenACS = true;
  if (depth > 0) screen.tput.colors = depth;
  const colours = theme(background, depth);
  if (mouse) screen.program.enableMouse();
  let open = true;
  const attribute = (style: Style): number => {
    const flags = (style.bold ? 1 : 0) | (style.underline ? 2 : 0) | (style.inverse ? 8 : 0);
    const { ink = DEFAULT, paper = DEFAULT } = style.colour ? colours[style.colour] : style;
    return (flags << 18) | (depth > 0 ? (ink << 9) | paper : (DEFAULT << 9) | DEFAULT);
  };
  return {
    get width() {
      return screen.width;
    },
    get height() {
      return screen.height;
    },
    draw(grid) {
      if (!open) return;
      const rows = Math.min(grid.height, screen.lines.length);
      for (let y = 0; y < rows; y++) drawRow(screen.lines[y]!, grid.rows[y]!, attribute);
      screen.draw(0, rows - 1);
    },
    repaint() {
      if (open) screen.realloc();
    },
    onKey(listener) {
      // blessed cuts text into UTF-16 units: what is beyond U+FFFF comes as two keys.
      let firstHalf = '';
      screen.program.on('keypress', (character: string | undefined, key: KeyPress | undefined) => {
        // CR comes twice: as `return`, and as `enter`, which blessed makes up.
        if (!key || key.name === 'return') return;
        const sequence = firstHalf + (key.sequence ?? character ?? '');
        firstHalf = /^[\ud800-\udbff]$/.test(sequence) ? sequence : '';
        if (firstHalf === '') listener({ name: nameOf(character, key), sequence });
      });
    },
    onClick(listener) {
      screen.program.on('mouse', (event: { action: string; x: number; y: number }) => {
        if (event.action === 'mousedown') listener(event.x, event.y);
      });
    },
    onResize(listener) {
      screen.on('resize', listener);
    },
    close() {
      if (!open) return;
      open = false;
      if (mouse) screen.program.disableMouse();
      screen.destroy();
      screen.program.input.pause();
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

function drawRow(
  line: [number, string][] & { dirty: boolean },
  cells: readonly Cell[],
  attribute: (style: Style) => number,
): void {
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
