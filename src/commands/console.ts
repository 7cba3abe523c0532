/**
 * `z80lm console`: a board's console here. Keys go to the board as they are typed (Enter is CR), its output comes
 * through a filter that lets no escape sequence pass. Ctrl-] leaves.
 *
 * Where stdin is no terminal its lines are typed one at a time, each when the board shows a prompt or has been
 * silent for long (a key typed earlier would stop what the board is doing), and it ends likewise.
 */
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Command } from 'commander';
import { nodeClock as clock } from '../host/node-clock.js';
import { latin1, toBytes } from '../link/byte-reader.js';
import { pacedLink } from '../link/paced-link.js';
import type { ByteLink } from '../seams/byte-link.js';
import { InputError } from '../seams/errors.js';
import { consoleFilter } from '../transfer/console-filter.js';
import { LINE_SETTINGS } from '../transfer/cpm-line.js';
import { openFromFlags, withLinkOptions, type LinkFlags } from './link-options.js';
import { action, type Shell } from './shared.js';

interface Options extends LinkFlags {
  log?: string;
}

/** Ctrl-], as telnet has it: no CP/M program of note uses it. */
const EXIT_KEY = '\x1d';
const POLL_MS = 100;
/** With piped input, silence that counts as a prompt: a Z80 may think about a character for nearly as long. */
const PIPE_SILENCE_MS = 5_000;
/** A prompt counts when nothing followed it for so long. */
const PROMPT_QUIET_MS = 200;
/** CP/M's, the chat program's, a monitor's. */
const ANY_PROMPT = /(?:^|[\r\n])(?:[A-P]\d{0,2}>|> ?|\*)$/;

export function registerConsole(program: Command): void {
  withLinkOptions(
    program
      .command('console')
      .description("a board's console; Ctrl-] leaves")
      .option('--log <file>', 'write what the board says to a file, byte for byte'),
  ).action(
    action<Options>(async (shell, options) => {
      const link = await openFromFlags(options);
      try {
        await mirror(shell, link, { log: options.log });
      } finally {
        await link.close();
      }
    }),
  );
}

export interface MirrorOptions {
  log?: string | undefined;
  /** A line for the user before it begins. */
  note?: string | undefined;
}

/** Join terminal and board until the user leaves, or piped input has been answered. */
export async function mirror(shell: Shell, link: ByteLink, options: MirrorOptions): Promise<void> {
  const { stdin } = process;
  const isTerminal = stdin.isTTY === true;
  const log = options.log === undefined ? undefined : await openLog(options.log);
  const keyboard = pacedLink(link, clock, LINE_SETTINGS.typingMs);
  const filter = consoleFilter();
  let leaving = false;
  let inputEnded = false;
  let waiting = '';
  let typing: Promise<void> = Promise.resolve();
  let failure: unknown;
  const type = (bytes: Uint8Array): void => {
    typing = typing.then(() => keyboard.write(bytes)).catch((error: unknown) => void (failure ??= error));
  };

  const onKeys = (chunk: Buffer): void => {
    const text = chunk.toString('latin1').replace(/\r?\n/g, '\r');
    const exit = isTerminal ? text.indexOf(EXIT_KEY) : -1;
    leaving ||= exit >= 0;
    if (isTerminal) type(toBytes(exit >= 0 ? text.slice(0, exit) : text));
    else waiting += text;
  };
  const onEnd = (): void => {
    inputEnded = true;
    if (waiting !== '' && !waiting.endsWith('\r')) waiting += '\r';
  };
  /** The next piped line, if the board is ready for it. @returns whether there is none any more */
  const typeLine = async (): Promise<boolean> => {
    await typing;
    const end = waiting.indexOf('\r') + 1;
    if (end === 0) return inputEnded;
    type(toBytes(waiting.slice(0, end)));
    waiting = waiting.slice(end);
    return false;
  };

  const words = isTerminal ? 'Ctrl-] leaves' : 'ends with the input';
  shell.note(options.note === undefined ? words : `${options.note}; ${words}`);
  if (isTerminal) stdin.setRawMode(true);
  stdin.on('data', onKeys).on('end', onEnd).resume();
  let tail = '';
  let lastByteMs = clock.now();
  try {
    // The first piped line needs a prompt, too, and a board that waits has shown it long ago.
    if (!isTerminal) type(toBytes('\r'));
    while (!leaving && !shell.signal.aborted && failure === undefined) {
      const arrival = await link.read(POLL_MS);
      if (arrival !== undefined) {
        lastByteMs = clock.now();
        tail = (tail + latin1(arrival.bytes)).slice(-16);
        log?.write(arrival.bytes);
        const safe = filter(arrival.bytes);
        shell.write(safe);
        shell.emit({ atMs: Math.round(arrival.atMs), text: latin1(safe) });
        continue;
      }
      if (isTerminal) continue;
      const quietMs = clock.now() - lastByteMs;
      if (quietMs < (ANY_PROMPT.test(tail) ? PROMPT_QUIET_MS : PIPE_SILENCE_MS)) continue;
      if (await typeLine()) break;
      lastByteMs = clock.now();
      tail = '';
    }
  } finally {
    stdin.off('data', onKeys).off('end', onEnd).pause();
    if (isTerminal) stdin.setRawMode(false);
    await typing;
    await new Promise<void>((resolve) => (log === undefined ? resolve() : log.end(resolve)));
  }
  if (failure !== undefined) throw failure;
  shell.note('');
}

function openLog(path: string): Promise<WriteStream> {
  return new Promise((resolve, reject) => {
    const stream = createWriteStream(path);
    stream.once('open', () => resolve(stream));
    stream.once('error', (cause) =>
      reject(new InputError(`the log cannot be written: ${cause.message}`, { where: path, cause })),
    );
  });
}
