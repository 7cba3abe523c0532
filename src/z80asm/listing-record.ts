/**
 * What each line became, recorded in columns while it is assembled: of a source of half a million lines most are never
 * asked for, and as objects they would take more room than everything else.
 */
import type { ListingLine } from './assembly.js';
import type { Image } from './image.js';
import type { BodyLine } from './source.js';

/** The text of a line of a file. */
type TextOf = (file: string, line: number) => string;

/** The columns of a line. */
const FILE = 0;
const LINE = 1;
const DEPTH = 2;
const ADDRESS = 3;
const PC = 4;
const LENGTH = 5;
const T_STATES = 6;
const T_STATES_TAKEN = 7;
const COLUMNS = 8;

/** In DEPTH, above the depth itself. */
const SKIPPED = 0x100;

export class ListingRecord {
  /** How many lines there are. */
  count = 0;
  private rows = new Int32Array(1024 * COLUMNS);
  private readonly files: string[] = [];
  private lastFile = -1;
  /** What only few lines have, by line. */
  private readonly texts = new Map<number, string>();
  private readonly values = new Map<number, number>();
  private readonly sums = new Map<number, { least: number; most: number }>();

  clear(): void {
    this.count = 0;
    this.texts.clear();
    this.values.clear();
    this.sums.clear();
  }

  /** Begin a line. @param depth 0 in a file, more in expansions, whose text is in no file */
  add(line: BodyLine, depth: number, address: number, skipped: boolean): void {
    const at = this.count * COLUMNS;
    if (at === this.rows.length) {
      const larger = new Int32Array(this.rows.length * 2);
      larger.set(this.rows);
      this.rows = larger;
    }
    const { rows } = this;
    rows[at + FILE] = this.fileNumber(line.file);
    rows[at + LINE] = line.line;
    rows[at + DEPTH] = depth | (skipped ? SKIPPED : 0);
    rows[at + ADDRESS] = address;
    rows[at + PC] = rows[at + LENGTH] = rows[at + T_STATES] = rows[at + T_STATES_TAKEN] = 0;
    if (line.made) this.texts.set(this.count, line.text);
    this.count++;
  }

  /** The line made these bytes. */
  bytes(pc: number, length: number): void {
    const at = (this.count - 1) * COLUMNS;
    this.rows[at + PC] = pc;
    this.rows[at + LENGTH] = length;
  }

  /** The line gave a symbol this value. */
  value(value: number): void {
    this.values.set(this.count - 1, value);
  }

  /** The line takes this long; `sum` is that of the measured region around it. */
  time(tStates: number, tStatesTaken: number, sum: { least: number; most: number } | undefined): void {
    const at = (this.count - 1) * COLUMNS;
    this.rows[at + T_STATES] = tStates;
    this.rows[at + T_STATES_TAKEN] = tStatesTaken;
    if (sum) this.sums.set(this.count - 1, { least: sum.least, most: sum.most });
  }

  private fileNumber(file: string): number {
    if (this.lastFile >= 0 && this.files[this.lastFile] === file) return this.lastFile;
    const found = this.files.indexOf(file);
    return (this.lastFile = found >= 0 ? found : this.files.push(file) - 1);
  }

  lengthAt(index: number): number {
    return this.rows[index * COLUMNS + LENGTH]!;
  }

  pcAt(index: number): number {
    return this.rows[index * COLUMNS + PC]!;
  }

  /** The first line that made bytes; -1 if none did. */
  firstWithBytes(): number {
    for (let i = 0; i < this.count; i++) if (this.lengthAt(i) > 0) return i;
    return -1;
  }

  /** The bytes in the order of the lines that made them. */
  inOrder(image: Image): Uint8Array {
    let length = 0;
    for (let i = 0; i < this.count; i++) length += this.lengthAt(i);
    const out = new Uint8Array(length);
    let at = 0;
    for (let i = 0; i < this.count; i++) {
      if (this.lengthAt(i) === 0) continue;
      out.set(image.slice(this.pcAt(i), this.lengthAt(i)), at);
      at += this.lengthAt(i);
    }
    return out;
  }

  /** The first line whose bytes do not go on where those before end; -1 if all do. */
  firstBehindGap(): number {
    let next = -1;
    for (let i = 0; i < this.count; i++) {
      if (this.lengthAt(i) === 0) continue;
      if (next >= 0 && this.pcAt(i) !== next) return i;
      next = this.pcAt(i) + this.lengthAt(i);
    }
    return -1;
  }

  line(index: number, textOf: TextOf): BodyLine {
    const file = this.files[this.rows[index * COLUMNS + FILE]!] ?? '';
    const line = this.rows[index * COLUMNS + LINE]!;
    return { text: this.texts.get(index) ?? textOf(file, line), file, line };
  }

  /** All lines, with the bytes that the image has where they were put. */
  lines(textOf: TextOf, image: Image): ListingLine[] {
    return Array.from({ length: this.count }, (_, index) => {
      const at = index * COLUMNS;
      const row = this.rows.subarray(at, at + COLUMNS);
      const timed = row[T_STATES_TAKEN]! > 0;
      return {
        ...this.line(index, textOf),
        depth: row[DEPTH]! & (SKIPPED - 1),
        address: row[ADDRESS]!,
        bytes: image.slice(row[PC]!, row[LENGTH]!),
        value: this.values.get(index),
        tStates: timed ? row[T_STATES] : undefined,
        tStatesTaken: timed ? row[T_STATES_TAKEN] : undefined,
        sum: this.sums.get(index),
        skipped: (row[DEPTH]! & SKIPPED) !== 0,
      };
    });
  }
}
