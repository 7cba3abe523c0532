/** The operator at this computer: keys from stdin (a terminal in raw mode, or a pipe), or from a list of lines. */
import type { ReadStream } from 'node:tty';

const CTRL_C = 0x03;
const CR = 0x0d;
const LF = 0x0a;
/** As many ^C that the program has not read mean that it never will. */
const CTRL_C_TO_LEAVE = 3;

export interface HostConsole {
  ready(): boolean;
  read(): number | undefined;
  write(byte: number): void;
  readonly ended: boolean;
  wait(ms: number): Promise<void>;
  /** Give the terminal back as it was. */
  close(): void;
}

export interface HostConsoleOptions {
  /** Type these lines, each with Enter, instead of reading stdin. */
  lines?: string[] | undefined;
  write: (byte: number) => void;
  /** ^C several times without the program taking it. */
  onLeave?: () => void;
}

export function hostConsole({ lines, write, onLeave }: HostConsoleOptions): HostConsole {
  const keys: number[] = [];
  let ended = lines !== undefined;
  let wake = (): void => {};
  if (lines) for (const line of lines) keys.push(...Buffer.from(`${line}\r`, 'latin1'));

  const stdin = process.stdin as ReadStream;
  const raw = lines === undefined && stdin.isTTY === true;
  const arrived = (chunk: Buffer): void => {
    // A pipe's lines end with LF; the Enter key is CR.
    for (const byte of chunk) if (raw || byte !== CR) keys.push(byte === LF && !raw ? CR : byte);
    if (keys.filter((key) => key === CTRL_C).length >= CTRL_C_TO_LEAVE) onLeave?.();
    wake();
  };
  const over = (): void => {
    ended = true;
    wake();
  };
  if (lines === undefined) {
    if (raw) stdin.setRawMode(true);
    stdin.on('data', arrived);
    stdin.on('end', over);
    stdin.on('error', over);
    stdin.resume();
  }

  return {
    ready: () => keys.length > 0,
    read: () => keys.shift(),
    write,
    get ended() {
      return ended;
    },
    wait(ms) {
      if (keys.length > 0 || ended) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = Number.isFinite(ms) ? setTimeout(() => wake(), ms) : undefined;
        wake = () => {
          clearTimeout(timer);
          wake = () => {};
          resolve();
        };
      });
    },
    close() {
      if (lines !== undefined) return;
      stdin.off('data', arrived);
      stdin.off('end', over);
      stdin.off('error', over);
      if (raw) stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
