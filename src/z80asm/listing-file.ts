/**
 * Reads a listing back: which line of which source each address came from, and where a line begins in memory. What a debugger
 * needs to show source, and to stop at `game.asm:120`.
 *
 * Only what `formatListing` writes is understood; a line of any other form is passed over, so that a listing of
 * another assembler gives no lines rather than wrong ones.
 */

/** A line of source that became bytes. */
export interface SourceLine {
  /** As the assembler was given it: relative to the folder that it was started in. */
  file: string;
  line: number;
  /** The line of the listing itself, from 1. */
  row: number;
  text: string;
  address: number;
  length: number;
  /** The first of its bytes, as far as the listing shows them (32 at most). */
  bytes: Uint8Array;
}

/** `0103  10 FE                       13/8   23/18     7  loop:   djnz loop` */
const ROW = /^([0-9A-F]{4}| {4}) {2}(.{24}).{6} (?:.{11}|\S{12,}) ( *\d+)(?: [ +](.*))?$/;
/** Further bytes of the line before. */
const MORE = /^[0-9A-F]{4} {2}((?:[0-9A-F]{2} ){0,7}[0-9A-F]{2})$/;
const REST = /^ {6}\.\.\. (\d+) more$/;
/** Of one line. */
const MOST_SHOWN = 32;
/** Of all lines: programs have 64 KB, and a file that claims far more is not to be believed for ever. */
const MOST_BYTES = 1 << 20;
/** Behind these the listing has no more lines. */
const TRAILERS = ['Symbols', 'TIMED regions: bytes, T-states with no and with every condition taken'];

/** @returns the lines with bytes, in the listing's order; none for what is no listing of ours */
export function parseListing(text: string): SourceLine[] {
  const lines: SourceLine[] = [];
  let file: string | undefined;
  let last: SourceLine | undefined;
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    if (row.startsWith('; ')) {
      if (TRAILERS.includes(row.slice(2))) break;
      file = row.slice(2);
      last = undefined;
      continue;
    }
    const more = MORE.exec(row)?.[1] ?? REST.exec(row)?.[1];
    if (more !== undefined && last) {
      if (row.startsWith(' ')) last.length += Number(more);
      else add(last, more);
      continue;
    }
    const found = ROW.exec(row);
    if (!found) continue;
    last = undefined;
    const [, address = '', bytes = '', line, source = ''] = found;
    if (file === undefined || address.trim() === '' || !/^[0-9A-F]{2}( |$)/.test(bytes.trimEnd())) continue;
    last = {
      file,
      line: Number(line),
      row: index + 1,
      text: source,
      address: parseInt(address, 16),
      length: 0,
      bytes: new Uint8Array(0),
    };
    add(last, bytes.trimEnd());
    lines.push(last);
  }
  let room = MOST_BYTES;
  return lines.filter(({ address, length }) => address + length <= 0x10000 && (room -= length) >= 0);
}

function add(line: SourceLine, row: string): void {
  const bytes = row.split(' ').map((byte) => parseInt(byte, 16));
  line.length += bytes.length;
  if (line.bytes.length < MOST_SHOWN) line.bytes = Uint8Array.from([...line.bytes, ...bytes]);
}

/** The lines of a program by address and by place. */
export class SourceMap {
  readonly #at = new Map<number, SourceLine>();

  constructor(readonly lines: readonly SourceLine[]) {
    for (const line of lines)
      for (let i = 0; i < line.length; i++) if (!this.#at.has(line.address + i)) this.#at.set(line.address + i, line);
  }

  /** The line whose bytes are at this address. */
  at(address: number): SourceLine | undefined {
    return this.#at.get(address);
  }

  get files(): string[] {
    return [...new Set(this.lines.map(({ file }) => file))];
  }

  /**
   * The file that a name means: the same path, or the only one that ends with it (`chat.asm`, `firmware/chat/chat.asm`);
   * a whole path may end with the listing's, too, as editors give them.
   */
  file(name: string): string | undefined {
    const wanted = slashed(name);
    const endsWith = (path: string, end: string): boolean =>
      path === end || path.endsWith(`/${end.replace(/^\/+/, '')}`);
    const exact = this.files.filter((file) => slashed(file) === wanted);
    const found =
      exact.length > 0
        ? exact
        : this.files.filter((file) => endsWith(slashed(file), wanted) || endsWith(wanted, slashed(file)));
    const rest = found.length > 0 ? found : this.files.filter((file) => baseName(file) === baseName(wanted));
    return rest.length === 1 ? rest[0] : undefined;
  }

  /** Where a line begins, or the next one of its file that has bytes. A macro's line may begin in several places. */
  places(file: string, line: number): SourceLine[] {
    const own = this.lines.filter((one) => one.file === file && one.line >= line);
    const first = own.reduce((least, one) => Math.min(least, one.line), Infinity);
    return own.filter((one) => one.line === first);
  }

  /** The same for a line of the listing. */
  rows(row: number): SourceLine[] {
    const first = this.lines.find((one) => one.row >= row);
    return first ? [first] : [];
  }

  /** The share of lines whose bytes are what is in memory: little for a listing of another program. */
  fits(memory: Uint8Array): number {
    const fitting = this.lines.filter(({ address, bytes }) => bytes.every((byte, i) => memory[address + i] === byte));
    return this.lines.length === 0 ? 0 : fitting.length / this.lines.length;
  }
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
}

function baseName(path: string): string {
  return slashed(path).replace(/^.*\//, '').toLowerCase();
}
