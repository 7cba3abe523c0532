/**
 * The operator at this computer: keys from a terminal in raw mode, or lines from a pipe or a list.
 *
 * Lines are typed one at a time, each only when the program waits for a key, as a person does who reads before
 * answering. So output that a key would stop is not stopped by the next line, and a script gives the same result
 * on every computer.
 *
 * Of a pipe no more is taken than is soon typed: one that never ends waits in the kernel, not in our memory.
 */
import type { ReadStream } from 'node:tty';
import type { LiveConsole } from '../emu/drive.js';
import { atExit } from './at-exit.js';

const CTRL_C = 0x03;
const CR = 0x0d;
const LF = 0x0a;
/** As many ^C that the program has not read mean that it never will. */
const CTRL_C_TO_LEAVE = 3;
/** The BDOS holds one key back while it prints: of so many in a row, one less need be unread. */
const HELD_BACK = 1;
/** Twice in a row it ends the run, whatever the program does with its keys. */
const EXIT_KEY = 0x1d;
const EXITS_TO_LEAVE = 2;
/** Marks a byte that no key sent as it is. */
const TRANSLATED = 0x100;
/** Bytes that are read ahead before the pipe has to wait; a terminal's are all taken, as ^C may be among them. */
const MOST_AHEAD = 64 * 1024;
/** Bytes of a line that are typed in one go. A program's line takes 255. */
const MOST_TYPED = 4096;
/** As many keys of a terminal wait for a program that reads none; what is typed beyond them is lost, as on a real one. */
const MOST_KEYS = 64 * 1024;

export interface HostConsole extends LiveConsole {
  /** What the program's terminal says by itself: as if it were typed. */
  answer(text: string): void;
  /** Give the terminal back as it was. */
  close(): void;
}

/** Makes of a terminal's bytes what its keys are for the program. */
export type Keyboard = (take: (bytes: Uint8Array, isTyped: boolean) => void) => {
  take(chunk: Uint8Array): void;
  /** Forget what is not complete. */
  close(): void;
};

const AS_TYPED: Keyboard = (take) => ({ take: (chunk) => take(chunk, true), close: () => {} });

export interface HostConsoleOptions {
  /** Type these lines, each with Enter, instead of reading stdin. */
  lines?: string[] | undefined;
  write: (byte: number) => void;
  /** ^C several times without the program taking it, or ^] twice. */
  onLeave?: () => void;
  /** The program takes every ^C, and does nothing that can be seen. */
  onDeaf?: () => void;
  /** What a terminal's keys are; without it, what they send. */
  keyboard?: Keyboard | undefined;
  /** Where keys come from; for tests. */
  stdin?: Pick<ReadStream, 'on' | 'off' | 'resume' | 'pause'> & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;
}

export function hostConsole(options: HostConsoleOptions): HostConsole {
  const { lines, onLeave, onDeaf, keyboard = AS_TYPED, stdin = process.stdin } = options;
  /** What the program may read now. */
  let keys: number[] = [];
  let keyAt = 0;
  /** Bytes of the pipe or list that are typed when the program waits. */
  let ahead: number[] = [];
  const raw = lines === undefined && stdin.isTTY === true;
  let over = lines !== undefined;
  let isOpen = true;
  let wake = (): void => {};
  const cooked = raw ? atExit(() => stdin.setRawMode?.(false)) : undefined;
  if (lines) for (const line of lines) for (const byte of Buffer.from(`${line}\r`)) ahead.push(byte);

  const waiting = (): number => keys.length - keyAt;
  /** The next line, or the part of it that has come. */
  const typeLine = (): void => {
    const end = ahead.indexOf(CR);
    const length = Math.min(MOST_TYPED, end < 0 ? ahead.length : end + 1);
    keys = ahead.slice(0, length);
    keyAt = 0;
    ahead = ahead.slice(length);
    if (isOpen && lines === undefined && !raw && ahead.length < MOST_AHEAD) stdin.resume();
  };
  const presses = new Presses();
  /** ^C that the program has not taken. */
  let unread = 0;
  const keyed = (bytes: Uint8Array, isTyped: boolean): void => {
    const hasRoom = waiting() < MOST_KEYS;
    for (const byte of bytes) {
      // What a key is for the program is not the ^C that somebody types who wants to leave.
      const key = isTyped ? byte : byte | TRANSLATED;
      if (hasRoom) keys.push(key);
      if (hasRoom && key === CTRL_C) unread++;
      presses.press(key);
    }
    if (presses.leaves(unread, hasRoom)) onLeave?.();
    else if (presses.isUnheard(unread)) onDeaf?.();
    wake();
  };
  const keysOfTerminal = keyboard(keyed);
  const arrived = (chunk: Buffer): void => {
    if (raw) keysOfTerminal.take(chunk);
    else {
      // A pipe's lines end with LF, or CR LF; the Enter key is CR.
      for (const byte of chunk) if (byte !== CR) ahead.push(byte === LF ? CR : byte);
      if (ahead.length >= MOST_AHEAD) stdin.pause();
    }
    wake();
  };
  const ended = (): void => {
    over = true;
    wake();
  };
  if (lines === undefined) {
    if (raw) stdin.setRawMode?.(true);
    stdin.on('data', arrived);
    stdin.on('end', ended);
    stdin.on('error', ended);
    stdin.resume();
  }

  return {
    ready: () => waiting() > 0,
    read() {
      if (waiting() === 0) return undefined;
      const key = keys[keyAt++];
      if (key === CTRL_C && raw) unread--;
      if (waiting() === 0) {
        keys = [];
        keyAt = 0;
      }
      return key === undefined ? undefined : key & 0xff;
    },
    write(byte) {
      presses.shown();
      options.write(byte);
    },
    answer(text) {
      if (waiting() < MOST_KEYS) keys.push(...Buffer.from(text));
    },
    get ended() {
      return over && ahead.length === 0;
    },
    async wait(ms) {
      if (waiting() === 0 && ahead.length === 0 && !over)
        await new Promise<void>((resolve) => {
          const timer = Number.isFinite(ms) ? setTimeout(() => wake(), ms) : undefined;
          wake = () => {
            clearTimeout(timer);
            wake = () => {};
            resolve();
          };
        });
      if (waiting() === 0) typeLine();
    },
    close() {
      isOpen = false;
      wake();
      if (lines !== undefined) return;
      stdin.off('data', arrived);
      stdin.off('end', ended);
      stdin.off('error', ended);
      keysOfTerminal.close();
      cooked?.();
      stdin.pause();
    },
  };
}

/** Keys that are pressed to get out, one after another without another key between. */
class Presses {
  #interrupts = 0;
  #exits = 0;
  #hasShown = false;

  press(key: number): void {
    this.#interrupts = key === CTRL_C ? this.#interrupts + 1 : 0;
    this.#exits = key === EXIT_KEY ? this.#exits + 1 : 0;
    if (this.#interrupts <= 1) this.#hasShown = false;
  }

  /** The program has printed something. */
  shown(): void {
    this.#hasShown = true;
  }

  /** @param hasRoom there are not so many keys already that no more is kept */
  leaves(unread: number, hasRoom: boolean): boolean {
    if (this.#exits >= EXITS_TO_LEAVE || unread >= CTRL_C_TO_LEAVE) return true;
    return this.#interrupts >= CTRL_C_TO_LEAVE && (!hasRoom || unread >= CTRL_C_TO_LEAVE - HELD_BACK);
  }

  /** Three were taken, and nothing came of it. */
  isUnheard(unread: number): boolean {
    return this.#interrupts === CTRL_C_TO_LEAVE && unread <= 1 && !this.#hasShown;
  }
}
