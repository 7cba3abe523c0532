/**
 * The console half of the BDOS (calls 1, 2, 6, 9, 10, 11), as CP/M 2.2 does it: tabs, columns, ^S and ^P, and the
 * line editor. Held to the behaviour of Digital Research's own, which these rules come from:
 *
 * - Before each character out, the keyboard is looked at: ^S waits for a key (^C then is a warm boot, any other is
 *   swallowed); any other key is held back for the next call that reads one.
 * - Call 6 goes straight to the keyboard and sees nothing of what is held back.
 * - The line editor ends at CR, LF or when the buffer is full, and echoes the CR.
 *
 * Calls are generators that yield when they need a key and none is waiting, and when what they do on the host has made
 * time pass (host-work.ts); the machine goes on with them when there is a key, or time.
 */
import type { Console } from '../../seams/console.js';
import { FREE, PRICE, type HostWork } from './host-work.js';

/** What a call under way waits for. */
export type Need = 'key' | 'time';
/** A part of a system call. */
export type Part<T = void> = Generator<Need, T>;
/** A system call under way; returns what goes to HL (and A, B). */
export type Call = Part<number>;

/** Thrown by a call that ends the program. */
export class WarmBoot extends Error {}

const CTRL_C = 0x03;
const CTRL_E = 0x05;
const BS = 0x08;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const CTRL_P = 0x10;
const CTRL_R = 0x12;
const CTRL_S = 0x13;
const CTRL_U = 0x15;
const CTRL_X = 0x18;
const SPACE = 0x20;
const DOLLAR = 0x24;
const DEL = 0x7f;
const TAB_WIDTH = 8;

export class BdosConsole {
  /** The cursor's column, as far as the BDOS can know it. */
  private column = 0;
  /** ^P: what is shown is printed too. */
  private printing = false;
  /** A key that was looked at and not taken. */
  private held: number | undefined;

  constructor(
    private readonly console: Console,
    private readonly list: (byte: number) => void,
    private readonly work: Pick<HostWork, 'spend'> = FREE,
  ) {}

  reset(): void {
    this.column = 0;
    this.printing = false;
    this.held = undefined;
  }

  /** BIOS CONIN: the next key, waiting for it. */
  *key(): Call {
    for (;;) {
      const key = this.console.read();
      if (key !== undefined) return key;
      yield 'key';
    }
  }

  /** Call 1: a key, with echo unless it is a control character that moves nothing. */
  *readWithEcho(): Call {
    const key = yield* this.getKey();
    if (isShown(key)) yield* this.show(key);
    return key;
  }

  /** Call 2. */
  write(byte: number): Call {
    return this.show(byte);
  }

  /** What the system has to say. */
  *print(words: string): Part {
    for (let i = 0; i < words.length; i++) yield* this.show(words.charCodeAt(i));
  }

  /** Call 6: FFh reads a key or gives 0, FEh asks whether there is one, all else is written as it is. */
  direct(byte: number): number {
    if (byte === 0xff) return this.console.read() ?? 0;
    if (byte === 0xfe) return this.console.ready() ? 0xff : 0;
    this.console.write(byte);
    return 0;
  }

  /** Call 9: up to the next `$`, which may be past the top of memory, or nowhere. */
  *writeString(memory: Uint8Array, from: number): Call {
    for (let at = from; memory[at] !== DOLLAR; at = (at + 1) & 0xffff) yield* this.show(memory[at]!);
    return 0;
  }

  /** Call 11. */
  *status(): Call {
    return (yield* this.check()) ? 1 : 0;
  }

  /** For long output of the CCP: has ^C been typed? Other keys stay, as they may be the next command. */
  *interrupted(): Part<boolean> {
    if (!(yield* this.check()) || this.held !== CTRL_C) return false;
    this.held = undefined;
    return true;
  }

  /** Call 10: the buffer's first byte is its size, the second becomes the number of characters that follow. */
  *readLine(memory: Uint8Array, buffer: number): Call {
    const size = memory[buffer]!;
    const start = this.column;
    let count = 0;
    /** Address of the k-th character, from 1. */
    const cell = (k: number): number => (buffer + 1 + k) & 0xffff;
    const done = (): boolean => count >= size;
    for (;;) {
      const key = (yield* this.getKey()) & 0x7f;
      if (key === CR || key === LF) break;
      if (key === BS) {
        if (count > 0) yield* this.erase(memory, cell, --count, start);
      } else if (key === DEL) {
        // For paper terminals: the deleted character is shown once more.
        if (count === 0) continue;
        yield* this.showVisible(memory[cell(count--)]!);
        if (done()) break;
      } else if (key === CTRL_E) {
        yield* this.newLine();
      } else if (key === CTRL_P) {
        this.printing = !this.printing;
      } else if (key === CTRL_X) {
        while (this.column > start) {
          this.column--;
          this.backUp();
        }
        count = 0;
      } else if (key === CTRL_U) {
        yield* this.abandonLine(start);
        count = 0;
      } else if (key === CTRL_R) {
        yield* this.abandonLine(start);
        for (let k = 1; k <= count; k++) yield* this.showVisible(memory[cell(k)]!);
      } else {
        memory[cell(++count)] = key;
        yield* this.showVisible(key);
        if (key === CTRL_C && count === 1) throw new WarmBoot();
        if (done()) break;
      }
    }
    memory[cell(0)] = count;
    yield* this.show(CR, false);
    return 0;
  }

  /** Take the last character off the screen: back to the column that the rest of the line ends in. */
  private *erase(memory: Uint8Array, cell: (k: number) => number, left: number, start: number): Call {
    let target = start;
    for (let k = 1; k <= left; k++) target = columnAfter(target, memory[cell(k)]!);
    while (this.column > target) {
      this.column--;
      this.backUp();
    }
    return 0;
  }

  private backUp(): void {
    for (const byte of [BS, SPACE, BS]) this.console.write(byte);
  }

  /** `#`, a new line, and in to where the line began. */
  private *abandonLine(start: number): Call {
    yield* this.show(0x23);
    yield* this.newLine();
    while (this.column < start) yield* this.show(SPACE);
    return 0;
  }

  private *newLine(): Call {
    yield* this.show(CR);
    yield* this.show(LF);
    return 0;
  }

  /** A key for calls 1 and 10: the held one first. */
  private *getKey(): Call {
    const { held } = this;
    this.held = undefined;
    return held ?? (yield* this.key());
  }

  /** Is there a key? ^S is answered here and is none. */
  private *check(): Part<boolean> {
    if (this.held !== undefined) return true;
    if (!this.console.ready()) return false;
    const key = this.console.read();
    if (key !== CTRL_S) {
      this.held = key;
      return key !== undefined;
    }
    if ((yield* this.key()) === CTRL_C) throw new WarmBoot();
    return false;
  }

  /** Control characters as `^X`. */
  private *showVisible(byte: number): Call {
    if (isShown(byte)) return yield* this.show(byte);
    yield* this.show(0x5e);
    return yield* this.show(byte | 0x40);
  }

  /** A character out, tabs as spaces. */
  private *show(byte: number, expandTab = true): Call {
    if (byte === TAB && expandTab) {
      do yield* this.show(SPACE);
      while (this.column % TAB_WIDTH !== 0);
      return 0;
    }
    yield* this.check();
    this.console.write(byte);
    if (this.printing) this.list(byte);
    this.column = nextColumn(this.column, byte);
    if (this.work.spend(PRICE.character)) yield 'time';
    return 0;
  }
}

/** Is it shown as itself: printable, or one of CR LF TAB BS? */
function isShown(byte: number): boolean {
  return byte >= SPACE || byte === CR || byte === LF || byte === TAB || byte === BS;
}

/** CR leaves the count, as in the original: LF is what ends a line. There too it is a byte, however long the line. */
function nextColumn(column: number, byte: number): number {
  if (byte === DEL) return column;
  if (byte >= SPACE) return (column + 1) & 0xff;
  if (byte === BS) return Math.max(0, column - 1);
  return byte === LF ? 0 : column;
}

/** The column after a character of an edited line. */
function columnAfter(column: number, byte: number): number {
  if (byte === TAB) return column + TAB_WIDTH - (column % TAB_WIDTH);
  return isShown(byte) ? nextColumn(column, byte) : column + 2;
}
