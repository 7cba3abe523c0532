/**
 * A console as its terminal would show it: @xterm/headless keeps the screen, and panes read cells from it. Escape
 * sequences end here; what such a terminal would answer to a query goes nowhere.
 */
import xterm from '@xterm/headless';
import type { Style } from './canvas.js';
import { screenCodes, type Terminal as TerminalKind } from './dialects.js';

const COLUMNS = 80;
const ROWS = 24;
const SCROLLBACK = 2_000;
/** Of the 256 colours that xterm has, those that every terminal has. */
const PALETTE = 16;
/** Times are kept for so many lines. */
const STAMPS = 500;

export interface ConsoleCell {
  char: string;
  style: Style;
}

export class ConsoleModel {
  readonly columns = COLUMNS;
  readonly rows = ROWS;
  #terminal = this.#create();
  #translate = screenCodes('vt100');
  readonly #awaited = new Set<() => void>();
  #stamps: { marker: { line: number; dispose(): void }; at: string }[] = [];
  /** Characters that arrived in all. */
  received = 0;
  stamping = false;

  constructor(private readonly onChange: () => void) {}

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

  /** An empty screen. */
  reset(): void {
    this.#terminal.dispose();
    // It does not tell any more.
    for (const resolve of this.#awaited) resolve();
    this.#awaited.clear();
    this.#terminal = this.#create();
    this.#stamps = [];
    this.received = 0;
  }

  /** Which screen codes the program sends. */
  set kind(kind: TerminalKind) {
    this.#translate = screenCodes(kind);
  }

  /** One byte, one character: these boards know no UTF-8. */
  write(bytes: Uint8Array): void {
    this.received += bytes.length;
    let text = '';
    for (const byte of bytes) text += this.#translate(byte);
    this.#terminal.write(text, this.onChange);
  }

  /** Lines so far, the screen's own included. */
  get length(): number {
    return this.#buffer.baseY + ROWS;
  }

  /** The line that is the top of the screen, and the cursor's place, counted from the first line kept. */
  get base(): number {
    return this.#buffer.baseY;
  }
  get cursor(): { x: number; y: number } {
    return { x: this.#buffer.cursorX, y: this.#buffer.baseY + this.#buffer.cursorY };
  }

  /** Old lines have been dropped: line numbers do not mean what they meant. */
  get dropped(): boolean {
    return this.#buffer.baseY >= SCROLLBACK;
  }

  /** The last line with something on it. */
  get lastUsed(): number {
    for (let y = this.length - 1; y > 0; y--) if (this.text(y) !== '') return Math.max(y, this.cursor.y);
    return this.cursor.y;
  }

  cells(line: number): ConsoleCell[] {
    const row = this.#buffer.getLine(line);
    if (!row) return [];
    return Array.from({ length: COLUMNS }, (_, x) => {
      const cell = row.getCell(x);
      return { char: cell?.getChars() || ' ', style: cell ? styleOf(cell) : {} };
    });
  }

  text(line: number): string {
    return this.#buffer.getLine(line)?.translateToString(true) ?? '';
  }

  /** When the line began, as hh:mm:ss.mmm. */
  stamp(line: number): string | undefined {
    return this.#stamps.findLast(({ marker }) => marker.line === line)?.at;
  }

  /** The nearest line above `before` that holds the text. */
  search(wanted: string, before: number): number | undefined {
    const needle = wanted.toLowerCase();
    for (let y = Math.min(before, this.length) - 1; y >= 0; y--)
      if (this.text(y).toLowerCase().includes(needle)) return y;
    return undefined;
  }

  get #buffer(): xterm.IBuffer {
    return this.#terminal.buffer.active;
  }

  #create(): xterm.Terminal {
    const terminal = new xterm.Terminal({
      cols: COLUMNS,
      rows: ROWS,
      scrollback: SCROLLBACK,
      allowProposedApi: true,
      logLevel: 'off',
    });
    terminal.onLineFeed(() => this.#stampLine());
    return terminal;
  }

  #stampLine(): void {
    if (!this.stamping) return;
    const marker = this.#terminal.registerMarker(0);
    if (!marker) return;
    this.#stamps.push({ marker, at: new Date().toISOString().slice(11, 23) });
    if (this.#stamps.length > STAMPS) this.#stamps.shift()!.marker.dispose();
  }
}

function styleOf(cell: xterm.IBufferCell): Style {
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
