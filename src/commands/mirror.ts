/**
 * Terminal and board joined: the board's output here, the keys there. Enter is CR unless told otherwise; its output
 * comes through a filter that lets no escape sequence pass. A link that is lost is waited for, where the user wants. A text
 * file is typed at the pace of its echo; for a program, which would be taken for commands, the line is lent to a flash.
 *
 * Where stdin is no terminal its lines are typed one at a time, each when the board shows a prompt or has been
 * silent for long (a key typed earlier would stop what the board is doing), and it ends likewise.
 */
import { nodeClock as clock } from '../host/node-clock.js';
import { appendFile } from '../host/append-file.js';
import { atExit } from '../host/at-exit.js';
import { roomToWrite } from '../host/room-to-write.js';
import { pacedLink } from '../link/paced-link.js';
import { REOPEN_SETTINGS, type SteadyLink } from '../link/steady-link.js';
import { heed, heeding } from '../link/wait.js';
import type { Arrival } from '../seams/byte-link.js';
import { latin1, toBytes } from '../seams/bytes.js';
import { InputError, LinkError, Z80lmError } from '../seams/errors.js';
import { cpmPrompt, OTHER_PROMPT } from '../seams/prompt.js';
import { ConsoleView } from '../terminal/console-view.js';
import { LINE_SETTINGS } from '../transfer/cpm-line.js';
import { EchoTyper } from '../transfer/echo-typer.js';
import { ConsoleKeys, MENU, type ConsoleAction } from './console-keys.js';
import { canBeTyped, flashHere, hostFor } from './flash-here.js';
import type { Shell } from './shared.js';

const POLL_MS = 100;
/** While a file is typed: how soon a missing echo or a silence is noticed. */
const TYPING_POLL_MS = 5;
/** With piped input, silence that counts as a prompt: a Z80 may think about a character for nearly as long. */
const PIPE_SILENCE_MS = 5_000;
/** A board that talks on has no silence: so long after the end of the input all answers to it are there. */
const AFTER_INPUT_MS = 60_000;
/** A prompt counts when nothing followed it for so long. */
const PROMPT_QUIET_MS = 200;
/** Piped input is read ahead so far; a line has 126 characters. */
const MOST_WAITING = 1 << 16;
const isPrompt = (text: string): boolean => cpmPrompt(text) !== undefined || OTHER_PROMPT.test(text);
/** The longest prompt is not longer, escape sequences included. */
const PROMPT_ROOM = 80;

/** Keys that call a flash off: ^C, ESC (by itself: arrow keys begin with it), and Ctrl-], which leaves as well. */
const STOPS_FLASH = /[\x03\x1d]|^\x1b$/;
const LEAVES = '\x1d';

export const ENTER = { cr: '\r', crlf: '\r\n', lf: '\n' } as const;

export interface MirrorOptions {
  log?: string | undefined;
  /** A line for the user before it begins. */
  note?: string | undefined;
  hex?: boolean | undefined;
  timestamps?: boolean | undefined;
  /** Show what is typed, for boards that do not echo. */
  echo?: boolean | undefined;
  /** What is sent for Enter, and for the ends of lines. */
  enter?: keyof typeof ENTER | undefined;
  /** A text file to type first. */
  send?: string | undefined;
  /** Wait for a link that is lost instead of ending; a terminal does so unless told otherwise. */
  reconnect?: boolean | undefined;
}

/** Join terminal and board until the user leaves, or piped input has been answered. */
export async function mirror(shell: Shell, link: SteadyLink, options: MirrorOptions): Promise<void> {
  const log = options.log === undefined ? undefined : new Log(options.log);
  try {
    await new Mirror(shell, link, options, log).run();
  } finally {
    log?.close();
  }
  shell.note('');
  if (log?.failure !== undefined) throw log.failure;
}

class Mirror {
  readonly #isTerminal = process.stdin.isTTY === true;
  readonly #keyboard;
  readonly #view;
  readonly #keys;
  readonly #enter: string;
  /** Stops a wait for a lost link when the user leaves. */
  readonly #leaving = new AbortController();
  #localEcho: boolean;
  #typer: EchoTyper | undefined;
  /** A program that was offered to be flashed, */
  #offered: string | undefined;
  /** and what calls the flash off once it goes on. */
  #flashing: AbortController | undefined;
  /** Piped input that was not typed yet. */
  #waiting = '';
  #inputEnded = false;
  /** Or when the input ended. */
  #lastTypedMs = 0;
  #typing: Promise<void> = Promise.resolve();
  #failure: unknown;
  #tail = '';
  #lastByteMs = clock.now();

  constructor(
    private readonly shell: Shell,
    private readonly link: SteadyLink,
    private readonly options: MirrorOptions,
    private readonly log: Log | undefined,
  ) {
    this.#enter = ENTER[options.enter ?? 'cr'];
    // Leaving does not wait for a board that takes no keys.
    this.#keyboard = heeding(pacedLink(link, clock, LINE_SETTINGS.typingMs), this.#leaving.signal);
    this.#view = new ConsoleView(clock.now(), { ...options, ascii: true });
    this.#keys = new ConsoleKeys(this.#enter);
    this.#localEcho = options.echo ?? false;
    if (options.send !== undefined) this.#send(options.send);
  }

  async run(): Promise<void> {
    const { stdin } = process;
    const { shell, options } = this;
    const words = this.#isTerminal ? 'Ctrl-] leaves, Ctrl-\\ shows a menu' : 'ends with the input';
    shell.note(options.note === undefined ? words : `${options.note}; ${words}`);
    const onData = (chunk: Buffer): void => this.#onInput(chunk.toString('latin1'));
    const onEnd = (): void => {
      this.#inputEnded = true;
      this.#lastTypedMs = clock.now();
      if (this.#waiting !== '' && !this.#waiting.endsWith('\r')) this.#waiting += '\r';
    };
    const onSignal = (): void => this.#leaving.abort();
    shell.signal.addEventListener('abort', onSignal, { once: true });
    const cooked = this.#isTerminal ? atExit(() => stdin.setRawMode(false)) : undefined;
    if (this.#isTerminal) stdin.setRawMode(true);
    // Also when the terminal was closed, where nobody can type that it is enough.
    const onGone = (): void => (this.#isTerminal ? this.#leaving.abort() : onEnd());
    stdin.on('data', onData).on('end', onGone).on('error', onGone).resume();
    try {
      // The first piped line needs a prompt, too, and a board that waits has shown it long ago.
      if (!this.#isTerminal && this.#typer === undefined) this.#type(toBytes(this.#enter));
      while (!this.#leaving.signal.aborted && !shell.signal.aborted) if (await this.#step()) break;
    } finally {
      stdin.off('data', onData).off('end', onGone).pause();
      shell.signal.removeEventListener('abort', onSignal);
      cooked?.();
      await this.#typing;
      this.#put(this.#view.quiet());
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** One look at the board. @returns whether this was the last */
  async #step(): Promise<boolean> {
    let arrival: Arrival | undefined;
    try {
      if (this.#failure !== undefined) throw this.#failure;
      await this.#taken();
      if (this.#flashing !== undefined) await this.#flash(this.#flashing);
      arrival = await this.link.read(this.#typer ? TYPING_POLL_MS : POLL_MS);
    } catch (error) {
      this.#failure = undefined;
      if (this.#leaving.signal.aborted) return true;
      await this.#reconnect(error);
      return false;
    }
    if (arrival !== undefined) this.#show(arrival);
    else this.#put(this.#view.quiet());
    if (this.#typer) return this.#typeOn();
    if (this.#inputEnded && !this.#isTerminal && clock.now() - this.#lastTypedMs > AFTER_INPUT_MS) {
      const rest = this.#waiting === '' ? '' : ', and not all of the input was typed';
      this.#say(`the board talks on: left after ${AFTER_INPUT_MS / 1000} s without a prompt or silence${rest}`);
      return true;
    }
    return arrival === undefined && !this.#isTerminal && this.#typeLine();
  }

  #show({ bytes, atMs }: Arrival): void {
    this.#lastByteMs = clock.now();
    this.#typer?.heard(bytes, this.#lastByteMs);
    this.#tail = (this.#tail + latin1(bytes)).slice(-PROMPT_ROOM);
    this.#keep(bytes);
    const text = this.#view.show(bytes, atMs);
    this.#put(text);
    this.shell.emit({ atMs: Math.round(atMs), text });
  }

  /** The log goes wrong once, which is said at once; the session goes on without it. */
  #keep(bytes: Uint8Array): void {
    if (this.log?.add(bytes) === false) this.#say(`the log ends here: ${this.log.failure!.message}`);
  }

  /** The board waits for a terminal or a pipe that takes nothing; what it says is not heaped up here. */
  async #taken(): Promise<void> {
    await roomToWrite(process.stdout, this.#leaving.signal);
    heed(this.#leaving.signal, this.link.name);
  }

  #put(text: string): void {
    if (text !== '') this.shell.write(toBytes(text));
  }

  /** A line of ours between the board's. */
  #say(text: string): void {
    this.#put(this.#view.breakLine());
    this.shell.note(`-- ${text}`);
  }

  #type(bytes: Uint8Array): void {
    if (this.#localEcho) this.#put(latin1(bytes).replace(/\r\n?|\n/g, '\r\n'));
    this.#typing = this.#typing
      .then(() => (this.link.state === 'open' ? this.#keyboard.write(bytes) : undefined))
      // Where the link is lost, the next read says so.
      .catch((error: unknown) => {
        if (this.link.state === 'open' && !this.#leaving.signal.aborted) this.#failure ??= error;
      });
  }

  #onInput(text: string): void {
    if (this.#flashing !== undefined) {
      if (STOPS_FLASH.test(text)) this.#flashing.abort();
      if (text.includes(LEAVES)) this.#leaving.abort();
      return;
    }
    if (!this.#isTerminal) {
      this.#waiting += text.replace(/\r?\n/g, '\r');
      if (this.#waiting.length > MOST_WAITING) process.stdin.pause();
    } else for (const action of this.#keys.take(text)) this.#act(action);
  }

  #act(action: ConsoleAction): void {
    const onOff = (on: boolean): string => (on ? 'on' : 'off');
    switch (action.type) {
      case 'keys':
        // A key stops the typing of a file, and is not for the board.
        if (this.#typer) {
          this.#say(`stopped after ${this.#typer.done} of ${this.#typer.total} characters`);
          this.#typer = undefined;
        } else this.#type(toBytes(action.text));
        break;
      case 'leave':
        this.#leaving.abort();
        break;
      case 'menu':
        this.#say(MENU);
        break;
      case 'hex':
        this.#put(this.#view.breakLine());
        this.#view.hex = !this.#view.hex;
        this.#say(`hex view ${onOff(this.#view.hex)}`);
        break;
      case 'times':
        this.#view.timestamps = !this.#view.timestamps;
        this.#say(`times ${onOff(this.#view.timestamps)}`);
        break;
      case 'echo':
        this.#localEcho = !this.#localEcho;
        this.#say(`local echo ${onOff(this.#localEcho)}`);
        break;
      case 'ask for a file':
        this.#say('which file? (Enter, or Esc)');
        break;
      case 'yes':
        if (this.#offered !== undefined) this.#flashing = new AbortController();
        break;
      case 'no':
        this.#say('not sent');
        break;
      case 'name':
        this.shell.write(`\r\x1b[K${action.text}`);
        break;
      case 'send':
        this.shell.write('\r\x1b[K');
        try {
          this.#send(action.file);
        } catch (error) {
          if (!(error instanceof Z80lmError)) throw error;
          this.#say(`${error.where}: ${error.message}`);
        }
    }
  }

  #send(file: string): void {
    const bytes = this.shell.files.read(file);
    if (!canBeTyped(file, bytes)) return this.#offer(file, 'is no text');
    const host = hostFor(file, this.#tail);
    if (host) return this.#offer(file, `is a program for ${host.title}`);
    const prompt = isPrompt(this.#tail) ? this.#tail.split(/[\r\n]/).at(-1) : undefined;
    this.#typer = new EchoTyper(bytes, toBytes(this.#enter), prompt);
    this.#say(`typing ${file}, ${this.#typer.total} characters${this.#isTerminal ? '; any key stops it' : ''}`);
  }

  /** Typed at a prompt it would be run as commands. */
  #offer(file: string, why: string): void {
    this.#offered = file;
    this.#keys.ask();
    this.#say(`${file} ${why}; flash it to the board instead? y: yes, another key: no`);
  }

  /** The line belongs to the flash until that is over. */
  async #flash(stop: AbortController): Promise<void> {
    const signal = AbortSignal.any([stop.signal, this.#leaving.signal, this.shell.signal]);
    this.#say('^C stops it');
    try {
      await this.#typing;
      this.#say(await flashHere(this.shell, this.link, this.#offered!, signal));
      this.#type(toBytes(this.#enter));
    } catch (error) {
      if (!(error instanceof Z80lmError)) throw error;
      this.#say([error.message, error.hint].filter(Boolean).join('; '));
    } finally {
      this.#flashing = this.#offered = undefined;
    }
  }

  #typeOn(): boolean {
    const now = clock.now();
    const due = this.#typer?.next(now);
    if (due !== undefined) this.#type(due);
    else if (this.#typer?.finished(now)) this.#typer = undefined;
    return false;
  }

  /** The next piped line, if the board is ready for it. @returns whether there is none any more */
  async #typeLine(): Promise<boolean> {
    const quietMs = clock.now() - this.#lastByteMs;
    if (quietMs < (isPrompt(this.#tail) ? PROMPT_QUIET_MS : PIPE_SILENCE_MS)) return false;
    await this.#typing;
    const end = this.#waiting.indexOf('\r') + 1;
    if (end === 0 && this.#inputEnded) return true;
    if (end > 0) this.#type(toBytes(this.#waiting.slice(0, end - 1) + this.#enter));
    this.#waiting = this.#waiting.slice(end);
    if (!this.#inputEnded && this.#waiting.length <= MOST_WAITING) process.stdin.resume();
    this.#lastByteMs = this.#lastTypedMs = clock.now();
    this.#tail = '';
    return false;
  }

  async #reconnect(error: unknown): Promise<void> {
    const wanted = this.options.reconnect ?? this.#isTerminal;
    if (!wanted || !(error instanceof LinkError) || this.link.state !== 'lost') throw error;
    this.#typer = undefined;
    this.#say(`${error.message}; waiting for it, for at most ${REOPEN_SETTINGS.limitMs / 60_000} minutes`);
    const started = clock.now();
    try {
      const before = await this.link.reopen({}, this.#leaving.signal);
      this.#say(`${this.link.name} is back after ${((clock.now() - started) / 1000).toFixed(1)} s`);
      this.#keep(before);
      this.#put(this.#view.show(before, clock.now()));
    } catch (failure) {
      if (!this.#leaving.signal.aborted) throw failure;
    }
  }
}

/** What the board said, byte for byte, in a file. */
class Log {
  /** Why it is not whole. */
  failure: InputError | undefined;
  readonly #file;

  /** @throws InputError */
  constructor(path: string) {
    this.#file = appendFile(path, 'w');
  }

  /** @returns false where this could not be kept, the first time */
  add(bytes: Uint8Array): boolean {
    return this.failure !== undefined || this.#attempt(() => this.#file.append(bytes));
  }

  close(): void {
    this.#attempt(() => this.#file.close());
  }

  #attempt(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.failure ??= error;
      return false;
    }
  }
}
