/** Lines that have left a screen: by number from the first there was, in blocks that lie on disk or in memory. */
import type { BlockStore } from '../seams/block-store.js';
import type { Style } from './canvas.js';

export interface OldLine {
  text: string;
  /** So many cells each; those after them are plain. Missing: all are. */
  runs?: [length: number, style: Style][];
  /** When it began, in ms. */
  atMs?: number;
}

export interface Found {
  line: number;
  /** Every column at which it stands there. */
  columns: number[];
  /** In cells. */
  length: number;
}

/** Towards older lines, or newer ones. */
export type Direction = 'back' | 'on';

/** Few enough to be read in a millisecond, and enough that the disk is seldom written. */
const LINES_PER_BLOCK = 256;

export class Scrollback {
  /** Of the newest lines, which fill no block yet. */
  #open: OldLine[] = [];
  /** The block that was read last. */
  #read: { number: number; lines: OldLine[] } | undefined;

  constructor(private readonly blocks: BlockStore) {}

  /** The oldest that is kept. */
  get first(): number {
    return this.blocks.first * LINES_PER_BLOCK;
  }

  /** The one after the newest. */
  get end(): number {
    return this.blocks.next * LINES_PER_BLOCK + this.#open.length;
  }

  push(line: OldLine): void {
    this.#open.push(line);
    if (this.#open.length < LINES_PER_BLOCK) return;
    this.blocks.append(JSON.stringify(this.#open));
    this.#open = [];
  }

  line(number: number): OldLine | undefined {
    return this.#block(Math.floor(number / LINES_PER_BLOCK))[number % LINES_PER_BLOCK];
  }

  /** The next line from `from` on, itself included, that holds the text in capitals or small letters. */
  search(wanted: string, from: number, direction: Direction): Found | undefined {
    const needle = wanted.toLowerCase();
    // As a block has it.
    const written = JSON.stringify(needle).slice(1, -1);
    const step = direction === 'back' ? -1 : 1;
    const start = Math.max(this.first, Math.min(this.end - 1, from));
    if (this.end <= this.first || (step < 0 ? from < this.first : from >= this.end)) return undefined;
    let line = start;
    while (line >= this.first && line < this.end) {
      const number = Math.floor(line / LINES_PER_BLOCK);
      if (this.#mayHold(number, written)) {
        const lines = this.#block(number);
        for (; Math.floor(line / LINES_PER_BLOCK) === number && line < this.end; line += step) {
          const found = findIn(lines[line % LINES_PER_BLOCK]?.text ?? '', needle, line);
          if (found) return found;
        }
      } else line = step < 0 ? number * LINES_PER_BLOCK - 1 : (number + 1) * LINES_PER_BLOCK;
    }
    return undefined;
  }

  clear(): void {
    this.#open = [];
    this.#read = undefined;
    this.blocks.clear();
  }

  close(): void {
    this.blocks.close();
  }

  /** Without taking the block apart, which takes longer than to look through it. */
  #mayHold(number: number, written: string): boolean {
    if (number >= this.blocks.next || this.#read?.number === number) return true;
    return this.blocks.read(number)?.toLowerCase().includes(written) === true;
  }

  #block(number: number): readonly OldLine[] {
    if (number >= this.blocks.next) return number === this.blocks.next ? this.#open : [];
    if (number < this.blocks.first) return [];
    if (this.#read?.number !== number) {
      const text = this.blocks.read(number);
      this.#read = { number, lines: text === undefined ? [] : (JSON.parse(text) as OldLine[]) };
    }
    return this.#read.lines;
  }
}

/** @param needle in small letters */
export function findIn(text: string, needle: string, line: number): Found | undefined {
  if (needle === '') return undefined;
  const small = text.toLowerCase();
  const columns: number[] = [];
  for (let at = small.indexOf(needle); at >= 0; at = small.indexOf(needle, at + needle.length)) columns.push(at);
  return columns.length === 0 ? undefined : { line, columns, length: needle.length };
}
