/**
 * The operator at this computer: keys from a terminal in raw mode, or lines from a pipe or a list.
 *
 * Lines are typed one at a time, each only when the program waits for a key, as a person does who reads before
 * answering. So output that a key would stop is not stopped by the next line, and a script gives the same result
 * on every computer.
 */
import type { ReadStream } from 'node:tty';
import type { LiveConsole } from '../emu/cpm/drive.js';
import { atExit } from './at-exit.js';

const CTRL_C = 0x03;
const CR = 0x0d;
const LF = 0x0a;
/** As many ^C that the program has not read mean that it never will. */
const CTRL_C_TO_LEAVE = 3;

export interface HostConsole extends LiveConsole {
  /** Give the terminal back as it was. */
  close(): void;
}

export interface HostConsoleOptions {
  /** Type these lines, each with Enter, instead of reading stdin. */
  lines?: string[] | undefined;
  write: (byte: number) => void;
  /** ^C several times without the program taking it. */
  onLeave?: () => void;
  /** Where keys come from; for tests. */
  stdin?: Pick<ReadStream, 'on' | 'off' | 'resume' | 'pause'> & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;
}

export function hostConsole({ lines, write, onLeave, stdin = process.stdin }: HostConsoleOptions): HostConsole {
  /** What the program may read now. */
  const keys: number[] = [];
  /** Bytes of the pipe or list that are typed when the program waits. */
  const ahead: number[] = [];
  const raw = lines === undefined && stdin.isTTY === true;
  let over = lines !== undefined;
  let wake = (): void => {};
  const cooked = raw ? atExit(() => stdin.setRawMode?.(false)) : undefined;
  if (lines) for (const line of lines) ahead.push(...Buffer.from(`${line}\r`));

  /** The next line, or the part of it that has come. */
  const typeLine = (): void => {
    const end = ahead.indexOf(CR);
    keys.push(...ahead.splice(0, end < 0 ? ahead.length : end + 1));
  };
  const arrived = (chunk: Buffer): void => {
    if (raw) keys.push(...chunk);
    // A pipe's lines end with LF, or CR LF; the Enter key is CR.
    else for (const byte of chunk) if (byte !== CR) ahead.push(byte === LF ? CR : byte);
    if (keys.filter((key) => key === CTRL_C).length >= CTRL_C_TO_LEAVE) onLeave?.();
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
    ready: () => keys.length > 0,
    read: () => keys.shift(),
    write,
    get ended() {
      return over && ahead.length === 0;
    },
    async wait(ms) {
      if (keys.length === 0 && ahead.length === 0 && !over)
        await new Promise<void>((resolve) => {
          const timer = Number.isFinite(ms) ? setTimeout(() => wake(), ms) : undefined;
          wake = () => {
            clearTimeout(timer);
            wake = () => {};
            resolve();
          };
        });
      if (keys.length === 0) typeLine();
    },
    close() {
      wake();
      if (lines !== undefined) return;
      stdin.off('data', arrived);
      stdin.off('end', ended);
      stdin.off('error', ended);
      cooked?.();
      stdin.pause();
    },
  };
}
