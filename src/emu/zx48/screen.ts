/**
 * A ZX Spectrum's screen as its ROM prints on it: 24 rows of 32 characters, of which programs have the upper 22. The
 * position, the attributes and the lines left before the ROM asks "scroll?" are in memory, where programs look for them.
 */
import { ATTRIBUTES_AT, SYSTEM } from './system.js';

export const ROWS = 24;
const UPPER_ROWS = 22;
export const COLUMNS = 32;
/** Rows and columns count down from these. */
const ROW_BASE = 24;
const COLUMN_BASE = 33;
const BLANK = 0x20;
const FIRST_TOKEN = 0x80;

const CODE = { left: 0x08, enter: 0x0d, ink: 0x10, over: 0x15, at: 0x16, tab: 0x17 };

export class Screen {
  private readonly cells = new Uint8Array(ROWS * COLUMNS).fill(BLANK);
  /** A control code and what it wants to know yet. */
  private pending: { code: number; values: number[]; wanted: number } | undefined;

  constructor(private readonly memory: Uint8Array) {}

  /** What a person sees, blanks at the ends of lines left out. */
  lines(): string[] {
    return Array.from({ length: ROWS }, (_, row) =>
      String.fromCharCode(...this.cells.subarray(row * COLUMNS, (row + 1) * COLUMNS)).trimEnd(),
    );
  }

  clear(): void {
    this.cells.fill(BLANK);
    this.memory.fill(this.memory[SYSTEM.attributes]!, ATTRIBUTES_AT, ATTRIBUTES_AT + ROWS * COLUMNS);
    this.moveTo(0, 0);
  }

  /** @returns false where the ROM would ask "scroll?" */
  print(code: number): boolean {
    if (this.pending) return this.parameter(this.pending, code);
    let { row, column } = this.position();
    if (code >= CODE.ink && code <= CODE.tab) {
      this.pending = { code, values: [], wanted: code <= CODE.over ? 1 : 2 };
      return true;
    }
    if (code === CODE.left) {
      // Behind the end of a line above is its last column.
      if (column > 0) this.moveTo(row, column - 1);
      else if (row > 0) this.moveTo(row - 1, COLUMNS - 1);
      return true;
    }
    if (code === CODE.enter) return this.newLine(row);
    if (code < BLANK) return true;
    if (column === COLUMNS) {
      if (!this.newLine(row)) return false;
      ({ row, column } = this.position());
    }
    const at = row * COLUMNS + column;
    this.cells[at] = code < FIRST_TOKEN ? code : BLANK;
    this.memory[ATTRIBUTES_AT + at] = this.memory[SYSTEM.attributes]!;
    this.moveTo(row, column + 1);
    return true;
  }

  private parameter(pending: { code: number; values: number[]; wanted: number }, value: number): boolean {
    pending.values.push(value);
    if (pending.values.length < pending.wanted) return true;
    this.pending = undefined;
    const [row = 0, column = 0] = pending.values;
    if (pending.code === CODE.at) this.moveTo(Math.min(row, UPPER_ROWS - 1), Math.min(column, COLUMNS - 1));
    return true;
  }

  private newLine(row: number): boolean {
    if (row < UPPER_ROWS - 1) {
      this.moveTo(row + 1, 0);
      return true;
    }
    const left = (this.memory[SYSTEM.scrolls]! - 1) & 0xff;
    this.memory[SYSTEM.scrolls] = left;
    if (left === 0) return false;
    const end = UPPER_ROWS * COLUMNS;
    this.cells.copyWithin(0, COLUMNS, end).fill(BLANK, end - COLUMNS, end);
    const attributes = this.memory.subarray(ATTRIBUTES_AT, ATTRIBUTES_AT + end);
    attributes.copyWithin(0, COLUMNS).fill(this.memory[SYSTEM.attributes]!, end - COLUMNS);
    this.moveTo(row, 0);
    return true;
  }

  private position(): { row: number; column: number } {
    return { row: ROW_BASE - this.memory[SYSTEM.row]!, column: COLUMN_BASE - this.memory[SYSTEM.column]! };
  }

  private moveTo(row: number, column: number): void {
    this.memory[SYSTEM.row] = ROW_BASE - row;
    this.memory[SYSTEM.column] = COLUMN_BASE - column;
  }
}
