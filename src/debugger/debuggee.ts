/** A program under the debugger, with what is known of it: its names, its source, and the keyboard it reads from. */
import type { DebugSession, Stop, Verb } from '../emu/debug/session.js';
import { SymbolMap, type Names } from '../emu/debug/names.js';
import type { Console } from '../seams/console.js';
import { utf8 } from '../seams/bytes.js';
import type { SourceMap } from '../z80asm/listing-file.js';

export interface Debuggee {
  session: DebugSession;
  /** Lines of source; of none where no listing of this program was found. */
  source: SourceMap;
  /** Every name and its value. */
  values: ReadonlyMap<string, number>;
  keyboard: Keyboard;
  /** Power on, and the program in its place: at the beginning, and again for `restart`. */
  start(): void;
}

/** Keys that wait for a program that reads none: a long paste. */
const MOST_KEYS = 64 * 1024;

/** What the program reads keys from: keys pressed, and lines of which the next is typed when the program waits for one. */
export class Keyboard implements Console {
  readonly ended = false;
  #keys: number[] = [];
  #lines: string[] = [];

  constructor(readonly write: (byte: number) => void) {}

  ready(): boolean {
    return this.#keys.length > 0;
  }

  read(): number | undefined {
    return this.#keys.shift();
  }

  press(keys: Iterable<number>): void {
    for (const key of keys) if (this.#keys.length < MOST_KEYS) this.#keys.push(key);
  }

  /** Lines for when the program waits for a key, each with Enter. */
  type(...lines: string[]): void {
    this.#lines.push(...lines);
  }

  /** The program waits. @returns whether there is something for it to read now */
  next(): boolean {
    if (this.ready()) return true;
    const line = this.#lines.shift();
    if (line === undefined) return false;
    this.press(utf8(`${line}\r`));
    return this.ready();
  }

  /** All that was typed and not read is forgotten: the program begins again. */
  clear(): void {
    this.#keys = [];
    this.#lines = [];
  }
}

/** What a front end does between the slices of a run. */
export interface Hooks {
  /** Show what was printed; resolves when there is room for more. */
  flush(): void | Promise<void>;
  /** A turn for the rest of the process: a key that interrupts comes then. */
  turn(): Promise<void>;
  /** The program waits for a key. @returns whether to go on, or to stop there */
  key(why: 'key' | 'idle'): boolean | Promise<boolean>;
}

/** Run a verb to its end. */
export async function go(session: DebugSession, verb: Verb, hooks: Hooks): Promise<Stop> {
  session.begin(verb);
  for (;;) {
    const stop = session.advance();
    await hooks.flush();
    if (!stop) await hooks.turn();
    else if ((stop.why !== 'key' && stop.why !== 'idle') || !(await hooks.key(stop.why))) return stop;
  }
}

/** The system's own names beside those of the program, which win. */
export function allNames(system: Names, own: Names): SymbolMap {
  return new SymbolMap(new Map([...system, ...own]));
}

/** What the commands share. */
export interface Context extends Debuggee {
  /** Where `mem` and `list` go on. */
  next: { mem: number | undefined; list: number | undefined };
}

/** A command that runs nothing: the lines that it shows. @throws UsageError */
export type Plain = (context: Context, rest: string) => string[];
