/** How a session at a board's console is shown: as a stream of text, untouched, or as the screen that the board believes it has. */
import type { Keystroke } from './typed.js';

/** What the picture needs of the session. */
export interface Standing {
  port(): string;
  lost(): boolean;
  toType(): { count: number; stoppable: boolean };
  /** The log's name, while it is written. */
  log(): string | undefined;
}

/** What only a screen can do. */
export interface OnScreen {
  /** Where the rest of the picture comes from, once there is a session. */
  setStanding(standing: Standing): void;
  /** What the terminal says by itself: where the cursor is, what it is. */
  onAnswer(listener: (bytes: Uint8Array) => void): void;
  /** Keys that came at the same time. */
  onKeys(listener: (keys: Keystroke[]) => void): void;
  /** Begin to look back at what scrolled away, with the first key of that. */
  lookBack(key?: Keystroke): void;
  readonly lookingBack: boolean;
  lookBackKey(key: Keystroke): void;
  /** Has the program asked for the other sequences of the arrows? */
  readonly applicationCursor: boolean;
  /** An empty screen. */
  clear(): void;
}

export interface Face {
  readonly screen?: OnScreen;
  /** What the board said. */
  show(bytes: Uint8Array, atMs: number): void;
  /** It has said nothing for a while. */
  quiet(): void;
  /** What is typed, for boards that do not echo. */
  echo(bytes: Uint8Array): void;
  /** A line of ours. */
  say(text: string): void;
  /** Somebody has typed on: what was said is no news any more. */
  seen(): void;
  /** The menu is open, and the next key chooses. */
  menu(open: boolean): void;
  /** A question and what was answered so far; undefined: it is over. */
  ask(question: string | undefined, answer: string): void;
  /** Something has another value: a preference, the state of the line, what is still to be typed. */
  changed(): void;
  /** Resolves when more can be shown; undefined where that is so now. */
  taken(signal: AbortSignal): Promise<void> | undefined;
  /** How far a transfer has come; without it, as the command shows it. */
  progress?(label: string, total: number): { update(done: number, note?: string): void; stop(): void };
  /** Give the terminal back. Doing so twice is harmless. */
  close(): Promise<void>;
}

/** What a session needs of the command that has it. */
export interface ConsoleHost {
  /** Aborts when the command is to stop. */
  readonly signal: AbortSignal;
  /** @throws InputError */
  read(file: string): Uint8Array;
  /** A log is to be begun there. @throws UsageError for a file that is read or written already, InputError where none can be */
  mayLog(file: string): void;
  /** Why a file is to be flashed and not typed, where that is so. @param tail what the board said last */
  notText(file: string, bytes: Uint8Array, tail: string): string | undefined;
  /** Flash it on this line. @returns what to say @throws Z80lmError */
  flash(file: string, face: Face, signal: AbortSignal): Promise<string>;
  note(line: string): void;
  write(bytes: Uint8Array | string): void;
  emit(value: unknown): void;
}
