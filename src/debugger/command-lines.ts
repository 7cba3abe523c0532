/**
 * Where the debugger's commands come from: a terminal, which it shares with the program that it debugs, or a pipe.
 *
 * A terminal is in raw mode all the time, and each chunk of keys goes to the one that has it: at the prompt to Node's readline,
 * through a stream of ours, while the program runs to the program, but for Ctrl-C, which stops it. A pipe gives
 * commands only, whatever the program waits for, so a script gives the same on every computer.
 */
import { PassThrough } from 'node:stream';
import { createInterface, type Interface } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { atExit } from '../host/at-exit.js';

/** Set where Ctrl-Z would stop a debugger that no shell waits for: in the terminal UI. */
export const NO_STOP = 'Z80LM_NO_STOP';
export const PROMPT = '- ';
const CTRL_C = 0x03;
/** Commands kept for the Up key. */
const HISTORY = 500;

export interface CommandLines {
  /** The next line; undefined at the end of the input. */
  next(): Promise<string | undefined>;
  /** Keys go to the program from now on, or to the prompt. */
  forProgram(on: boolean): void;
  /** Give the terminal back as it was. */
  close(): void;
}

export interface TerminalOptions {
  stdin: ReadStream;
  stdout: WriteStream;
  /** What Tab offers for a line. */
  complete: (line: string) => [found: string[], word: string];
  /** Keys for the program. */
  onKeys: (keys: Uint8Array) => void;
  /** Ctrl-C while the program runs. */
  onInterrupt: () => void;
}

export function terminalLines(options: TerminalOptions): CommandLines {
  const { stdin, stdout, complete, onKeys, onInterrupt } = options;
  const typed = new PassThrough();
  const lines: string[] = [];
  let isProgram = false;
  let isOver = false;
  let wake = (): void => {};
  const cooked = atExit(() => stdin.setRawMode(false));
  stdin.setRawMode(true);
  const reader: Interface = createInterface({
    input: typed,
    output: stdout,
    terminal: true,
    prompt: PROMPT,
    historySize: HISTORY,
    removeHistoryDuplicates: true,
    completer: complete,
  });
  const arrived = (chunk: Buffer): void => {
    if (!isProgram) return void typed.write(chunk);
    if (chunk.includes(CTRL_C)) onInterrupt();
    onKeys(chunk.filter((key) => key !== CTRL_C));
  };
  const ended = (): void => {
    isOver = true;
    onInterrupt();
    wake();
  };
  reader.on('line', (line) => {
    lines.push(line);
    wake();
  });
  reader.on('close', ended);
  reader.on('SIGINT', () => {
    // As at a shell: the line is given up.
    stdout.write('^C\n');
    reader.write(null, { ctrl: true, name: 'e' });
    reader.write(null, { ctrl: true, name: 'u' });
    reader.prompt();
  });
  reader.on('SIGTSTP', () => {
    if (process.platform === 'win32' || process.env[NO_STOP] !== undefined) return;
    stdin.setRawMode(false);
    process.once('SIGCONT', () => {
      stdin.setRawMode(true);
      reader.prompt(true);
    });
    process.kill(process.pid, 'SIGTSTP');
  });
  stdin.on('data', arrived);
  stdin.on('end', ended);
  stdin.on('error', ended);
  stdin.resume();
  return {
    async next() {
      if (lines.length === 0 && !isOver) {
        reader.prompt();
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return lines.shift();
    },
    forProgram(on) {
      isProgram = on;
    },
    close() {
      stdin.off('data', arrived);
      stdin.off('end', ended);
      stdin.off('error', ended);
      reader.off('close', ended);
      reader.close();
      cooked();
      stdin.pause();
      isOver = true;
      wake();
    },
  };
}

/** @param show the prompt and the command, as they would stand on a terminal */
export function pipedLines(stdin: NodeJS.ReadableStream, show: (line: string) => void): CommandLines {
  const reader = createInterface({ input: stdin, crlfDelay: Infinity });
  const lines = reader[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await lines.next();
      if (done) return undefined;
      show(`${PROMPT}${value}`);
      return value;
    },
    forProgram: () => {},
    close: () => reader.close(),
  };
}
