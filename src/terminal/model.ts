/**
 * The terminal that a program on a board believes it has. Bytes are taken apart by recogniser.ts, and what is left of
 * them (characters, and functions of a VT100) is done by @xterm/headless, whose screen others read cell by cell.
 *
 * Nothing goes out but what `onAnswer` hands over: the answers of answers.ts.
 *
 * Lines are counted from the first there ever was, so that a number always means the same line. Those that have left
 * the screen are in a scrollback, on disk if it is given blocks there.
 */
import xterm from '@xterm/headless';
import { memoryBlocks, type BlockStore } from '../seams/block-store.js';
import { toBytes } from '../seams/bytes.js';
import { Answers } from './answers.js';
import type { Style } from './canvas.js';
import type { Terminal as TerminalKind } from './dialects.js';
import { Recogniser } from './recogniser.js';
import { findIn, Scrollback, type Direction, type Found, type OldLine } from './scrollback.js';

export type { Direction, Found } from './scrollback.js';

export const CONSOLE_SETTINGS = {
  /** As nearly all terminals had that CP/M knew. */
  columns: 80,
  rows: 24,
  /** What is kept in memory where nothing else was given, in characters: 50,000 full lines. */
  memory: 4_000_000,
} as const;

/** Of bytes that are shown in one go: each can push no more than one line off the screen. */
const PIECE = 1024;
/** Lines that have left the screen and are not put away yet; xterm has room for a piece's more. */
const UNPACKED = 1024;
/** Of the 256 colours that xterm has, those that every terminal has. */
const PALETTE = 16;

export interface ConsoleCell {
  char: string;
  style: Style;
}

export interface ConsoleOptions {
  columns?: number | undefined;
  rows?: number | undefined;
  kind?: TerminalKind | undefined;
  /** What the terminal says by itself is typed to the board by whoever wants that. */
  onAnswer?: ((bytes: Uint8Array) => void) | undefined;
  onBell?: (() => void) | undefined;
  /** Where old lines go; closed with the model. */
  blocks?: BlockStore | undefined;
  /** Time in ms since 1970. */
  now?: (() => number) | undefined;
}

export class ConsoleModel {
  readonly columns: number;
  readonly rows: number;
  readonly #options: ConsoleOptions;
  readonly #now: () => number;
  readonly #scrollback: Scrollback;
  readonly #answers = new Answers();
  readonly #awaited = new Set<() => void>();
  #terminal: xterm.Terminal;
  /** xterm fills it in with each that is asked for. */
  #cell!: xterm.IBufferCell;
  #kind: TerminalKind;
  #recogniser: Recogniser;
  /** For xterm, of the bytes that are being taken apart. */
  #text = '';
  #cursorShown = true;
  /** When the pieces came that xterm has not shown yet. */
  #arrivals: number[] = [];
  /** By line: when those began that are not put away. */
  #began = new Map<number, number>();
  /** The line that the next piece begins, if it begins one. */
  #fresh: number | undefined = 0;
  /** Bytes that arrived in all. */
  received = 0;
  /** Keep when each line began. */
  stamping = false;

  constructor(
    private readonly onChange: () => void,
    options: ConsoleOptions = {},
  ) {
    this.#options = options;
    this.columns = options.columns ?? CONSOLE_SETTINGS.columns;
    this.rows = options.rows ?? CONSOLE_SETTINGS.rows;
    this.#kind = options.kind ?? 'vt100';
    this.#now = options.now ?? Date.now;
    this.#scrollback = new Scrollback(options.blocks ?? memoryBlocks(CONSOLE_SETTINGS.memory));
    this.#terminal = this.#create();
    this.#recogniser = this.#recogniserFor(this.#kind);
  }

  /** Resolves when all that was written is on the screen. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited.add(resolve);
      this.#terminal.write('', () => {
        this.#awaited.delete(resolve);
        resolve();
      });
    });
  }

  /** An empty screen, and no lines before it. */
  reset(): void {
    this.#release();
    this.#terminal = this.#create();
    this.#recogniser = this.#recogniserFor(this.#kind);
    this.#scrollback.clear();
    this.#began.clear();
    this.#fresh = 0;
    this.#arrivals = [];
    this.#cursorShown = true;
    this.received = 0;
  }

  close(): void {
    this.#release();
    this.#scrollback.close();
  }

  /** Which screen codes the program sends. */
  get kind(): TerminalKind {
    return this.#kind;
  }
  set kind(kind: TerminalKind) {
    this.#kind = kind;
    this.#recogniser = this.#recogniserFor(kind);
  }

  /**
   * What came from the board. It is on the screen a moment later (`settled`, `onChange`): who writes more than a line of
   * a board brings waits for that now and then.
   *
   * @param atMs when it came, for the times of lines
   */
  write(bytes: Uint8Array, atMs = this.#now()): void {
    this.received += bytes.length;
    for (let at = 0; at < bytes.length; at += PIECE) {
      this.#recogniser.write(bytes.subarray(at, at + PIECE));
      this.#arrivals.push(atMs);
      this.#terminal.write(this.#text, () => this.#shown());
      this.#text = '';
    }
  }

  /** The oldest line that is kept. */
  get first(): number {
    return this.#scrollback.first;
  }

  /** Lines so far, the screen's own included, and those that are no longer kept. */
  get length(): number {
    return this.base + this.rows;
  }

  /** The line that is the top of the screen, and the cursor's place. */
  get base(): number {
    return this.#scrollback.end + this.#buffer.baseY;
  }
  get cursor(): { x: number; y: number } {
    // After the last column xterm waits beside it.
    const x = Math.min(this.#buffer.cursorX, this.columns - 1);
    return { x, y: this.base + this.#buffer.cursorY };
  }

  /** A program may hide it while it draws. */
  get cursorShown(): boolean {
    return this.#cursorShown;
  }

  /** Do cursor keys send ESC O, as the program has asked, instead of ESC [ ? */
  get applicationCursor(): boolean {
    return this.#terminal.modes.applicationCursorKeysMode;
  }

  /** The oldest lines are no longer kept. */
  get dropped(): boolean {
    return this.first > 0;
  }

  /** The last line with something on it. */
  get lastUsed(): number {
    const { base, cursor } = this;
    for (let y = base + this.rows - 1; y > cursor.y; y--) if (this.text(y) !== '') return y;
    return cursor.y;
  }

  /** All cells of a line; none of one that is not kept, or not there yet. */
  cells(line: number): ConsoleCell[] {
    if (line < this.#scrollback.end) return this.#oldCells(line);
    const row = this.#buffer.getLine(line - this.#scrollback.end);
    if (!row) return [];
    return Array.from({ length: this.columns }, (_, x) => {
      const cell = row.getCell(x, this.#cell)!;
      return { char: cell.getChars() || ' ', style: styleOf(cell) };
    });
  }

  text(line: number): string {
    if (line < this.#scrollback.end) return this.#scrollback.line(line)?.text ?? '';
    return this.#buffer.getLine(line - this.#scrollback.end)?.translateToString(true) ?? '';
  }

  /** When the line began, in ms since 1970 (or what `write` was told), if times were kept. */
  began(line: number): number | undefined {
    return line < this.#scrollback.end ? this.#scrollback.line(line)?.atMs : this.#began.get(line);
  }

  /** The same as hh:mm:ss.mmm (UTC). */
  stamp(line: number): string | undefined {
    const at = this.began(line);
    return at === undefined ? undefined : new Date(at).toISOString().slice(11, 23);
  }

  /**
   * The next line that holds the text, in capitals or small letters.
   *
   * @param from the first that is looked at
   */
  search(wanted: string, from: number, direction: Direction): Found | undefined {
    const old = (): Found | undefined => this.#scrollback.search(wanted, from, direction);
    const { end } = this.#scrollback;
    const needle = wanted.toLowerCase();
    if (direction === 'on') {
      const found = old();
      for (let y = Math.max(from, end); !found && y < this.length; y++) {
        const here = findIn(this.text(y), needle, y);
        if (here) return here;
      }
      return found;
    }
    for (let y = Math.min(from, this.length - 1); y >= end; y--) {
      const here = findIn(this.text(y), needle, y);
      if (here) return here;
    }
    return old();
  }

  get #buffer(): xterm.IBuffer {
    return this.#terminal.buffer.active;
  }

  #recogniserFor(kind: TerminalKind): Recogniser {
    const add = (text: string): void => void (this.#text += text);
    return new Recogniser(kind, {
      print: add,
      control: add,
      perform: (what) => {
        if (what.params.includes(25) && /^DEC(SET|RST)$/.test(what.name)) this.#cursorShown = what.name === 'DECSET';
        add(what.code);
      },
    });
  }

  #create(): xterm.Terminal {
    const terminal = new xterm.Terminal({
      cols: this.columns,
      rows: this.rows,
      scrollback: UNPACKED + PIECE,
      allowProposedApi: true,
      logLevel: 'off',
    });
    this.#cell = terminal.buffer.active.getNullCell();
    terminal.onLineFeed(() => this.#lineBegins());
    terminal.onData((text) => {
      const answer = this.#answers.allowed(text, this.#kind, this.#now());
      if (answer !== undefined) this.#options.onAnswer?.(toBytes(answer));
    });
    terminal.onBell(() => this.#options.onBell?.());
    return terminal;
  }

  #release(): void {
    this.#terminal.dispose();
    // It does not tell any more.
    for (const resolve of this.#awaited) resolve();
    this.#awaited.clear();
  }

  #lineBegins(): void {
    if (this.stamping) this.#began.set(this.cursor.y, this.#arrivals[0] ?? this.#now());
  }

  /** A piece is on the screen. */
  #shown(): void {
    const atMs = this.#arrivals.shift();
    // A line begins with its first character, not where the one before it ended.
    if (this.stamping && this.#fresh !== undefined && atMs !== undefined) this.#began.set(this.#fresh, atMs);
    this.#fresh = this.cursor.x === 0 ? this.cursor.y : undefined;
    if (this.#buffer.baseY >= UNPACKED) this.#putAway();
    this.onChange();
  }

  /** Lines that have left the screen go from xterm to the scrollback. */
  #putAway(): void {
    const count = this.#buffer.baseY;
    const { end } = this.#scrollback;
    for (let y = 0; y < count; y++) {
      const atMs = this.#began.get(end + y);
      this.#began.delete(end + y);
      this.#scrollback.push(this.#packed(y, atMs));
    }
    // The one way to take them from xterm.
    this.#terminal.options.scrollback = 0;
    this.#terminal.options.scrollback = UNPACKED + PIECE;
  }

  #packed(y: number, atMs: number | undefined): OldLine {
    const row = this.#buffer.getLine(y)!;
    const text = row.translateToString(true);
    const runs = this.#isPlain(row) ? undefined : this.#runs(row);
    return { text, ...(runs && { runs }), ...(atMs !== undefined && { atMs }) };
  }

  /** Most lines are, and this is quickly seen. */
  #isPlain(row: xterm.IBufferLine): boolean {
    for (let x = 0; x < this.columns; x++) if (!row.getCell(x, this.#cell)!.isAttributeDefault()) return false;
    return true;
  }

  #runs(row: xterm.IBufferLine): [number, Style][] {
    const runs: [number, Style][] = [];
    for (let x = 0; x < this.columns; x++) {
      const style = styleOf(row.getCell(x, this.#cell)!);
      const last = runs.at(-1);
      if (last && isSame(last[1], style)) last[0]++;
      else runs.push([1, style]);
    }
    return runs;
  }

  #oldCells(line: number): ConsoleCell[] {
    const old = this.#scrollback.line(line);
    if (!old) return [];
    const cells = Array.from(old.text.padEnd(this.columns), (char): ConsoleCell => ({ char, style: {} }));
    let x = 0;
    for (const [length, style] of old.runs ?? [])
      for (const end = x + length; x < end; x++) cells[x] = { char: cells[x]?.char ?? ' ', style };
    return cells;
  }
}

const PLAIN: Style = {};

function styleOf(cell: xterm.IBufferCell): Style {
  if (cell.isAttributeDefault()) return PLAIN;
  const [ink, paper] = [cell.getFgColor(), cell.getBgColor()];
  return {
    ...(cell.isInverse() && { inverse: true }),
    ...(cell.isBold() && { bold: true }),
    ...(cell.isDim() && { dim: true }),
    ...(cell.isUnderline() && { underline: true }),
    ...(cell.isFgPalette() && ink < PALETTE && { ink }),
    ...(cell.isBgPalette() && paper < PALETTE && { paper }),
  };
}

function isSame(one: Style, other: Style): boolean {
  return (
    one === other || (Object.keys({ ...one, ...other }) as (keyof Style)[]).every((key) => one[key] === other[key])
  );
}
