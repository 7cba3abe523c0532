/**
 * A board's console: what it says is shown and kept in a log, what is typed goes out at its pace. A link that is lost is
 * waited for, where the user wants. The line can be lent to a flash.
 */
import { nodeClock as clock } from '../host/node-clock.js';
import { pacedLink } from '../link/paced-link.js';
import { REOPEN_SETTINGS, type SteadyLink } from '../link/steady-link.js';
import { heed, heeding } from '../link/wait.js';
import type { Arrival } from '../seams/byte-link.js';
import { latin1, toBytes } from '../seams/bytes.js';
import { InputError, LinkError, Z80lmError } from '../seams/errors.js';
import { cpmPrompt, OTHER_PROMPT } from '../seams/prompt.js';
import { LINE_SETTINGS } from '../transfer/cpm-line.js';
import type { ConsoleHost, Face } from './face.js';
import type { Log } from './log.js';
import { mapIn } from './map-in.js';
import { ENTER, type Preferences } from './preferences.js';
import { refusedOf } from './typed.js';
import { Typist } from './typist.js';

const POLL_MS = 100;
/** While a text is typed: how soon a missing echo or a silence is noticed. */
export const TYPING_POLL_MS = 5;
/** The longest prompt is not longer, escape sequences included. */
export const PROMPT_ROOM = 80;

export const isPrompt = (text: string): boolean => cpmPrompt(text) !== undefined || OTHER_PROMPT.test(text);

/** Of a path, what fits into a line. */
const nameOf = (file: string): string => file.split(/[\\/]/).at(-1)!;

/** @throws InputError for a file with characters that the charset refuses: all of it is sent, or nothing */
export function mayBeSent(file: string, bytes: Uint8Array, preferences: Pick<Preferences, 'charset'>): void {
  const refused = refusedOf(bytes, preferences);
  if (refused) throw new InputError(refused.words, { where: `${file}:${refused.line}` });
}

export interface SessionOptions {
  preferences: Preferences;
  /** Wait for a link that is lost instead of ending. */
  reconnect: boolean;
  log?: Log | undefined;
  /** Bytes go out as they come, as fast as the line takes them. */
  unpaced?: boolean;
}

export class Session {
  readonly #leaving = new AbortController();
  readonly typist: Typist;
  readonly preferences: Preferences;
  log: Log | undefined;
  /** What the board said last. */
  tail = '';
  lastByteMs = clock.now();
  readonly #keyboard;
  readonly #reconnects: boolean;
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;
  /** A program that is to be flashed, and what calls that off. */
  #flashing: { file: string; stop: AbortController } | undefined;

  constructor(
    readonly host: ConsoleHost,
    readonly link: SteadyLink,
    readonly face: Face,
    { preferences, reconnect, log, unpaced = false }: SessionOptions,
  ) {
    this.preferences = preferences;
    this.log = log;
    this.#reconnects = reconnect;
    // Leaving does not wait for a board that takes no keys.
    this.#keyboard = heeding(unpaced ? link : pacedLink(link, clock, LINE_SETTINGS.typingMs), this.#leaving.signal);
    const ways = {
      write: (bytes: Uint8Array, wanted: () => boolean) => this.#write(bytes, wanted),
      enter: () => this.enter,
      delays: () => this.preferences,
    };
    this.typist = new Typist(ways, clock);
  }

  /** What is sent for Enter. */
  get enter(): Uint8Array {
    return toBytes(ENTER[this.preferences.enter]);
  }
  get flashing(): boolean {
    return this.#flashing !== undefined;
  }
  get left(): boolean {
    return this.#leaving.signal.aborted || this.host.signal.aborted;
  }

  leave(): void {
    this.#leaving.abort();
  }

  /**
   * Until it is left. @param idle is called when the board has said nothing for a while; true ends it
   * @throws LinkError where the link is lost and not waited for
   */
  async run(idle: (arrival: Arrival | undefined) => Promise<boolean> = async () => false): Promise<void> {
    const onSignal = (): void => this.#leaving.abort();
    this.host.signal.addEventListener('abort', onSignal, { once: true });
    try {
      while (!this.left) if (await this.#step(idle)) break;
    } finally {
      this.host.signal.removeEventListener('abort', onSignal);
      this.typist.stop();
      await this.#writing;
      this.face.quiet();
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when all that was given to the line has left. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Type a text file, or ask whether to flash it. @returns what is asked @throws InputError */
  send(file: string): string | undefined {
    const bytes = this.host.read(file);
    const why = this.host.notText(file, bytes, this.tail);
    if (why !== undefined) return `${nameOf(file)} ${why}; flash it instead? (y: yes)`;
    mayBeSent(file, bytes, this.preferences);
    const prompt = isPrompt(this.tail) ? this.tail.split(/[\r\n]/).at(-1) : undefined;
    this.typist.text(bytes, true, prompt);
    this.face.say(`typing ${nameOf(file)}, ${this.typist.waiting} characters`);
    return undefined;
  }

  /** What still waits to be typed is dropped: the board would get it behind the flash, at a prompt that it was not meant for. */
  flash(file: string): void {
    this.typist.stop();
    this.#flashing = { file, stop: new AbortController() };
  }

  callOffFlash(): void {
    this.#flashing?.stop.abort();
  }

  /** One look at the board. @returns whether this was the last */
  async #step(idle: (arrival: Arrival | undefined) => Promise<boolean>): Promise<boolean> {
    const { signal } = this.#leaving;
    let arrival: Arrival | undefined;
    try {
      if (this.#failure !== undefined) throw this.#failure;
      // The board waits for a terminal or a pipe that takes nothing; what it says is not heaped up here.
      await this.face.taken(signal);
      heed(signal, this.link.name);
      if (this.#flashing !== undefined) await this.#flash(this.#flashing);
      arrival = await this.link.read(this.typist.busy ? TYPING_POLL_MS : POLL_MS);
    } catch (error) {
      this.#failure = undefined;
      if (signal.aborted) return true;
      await this.#reconnect(error);
      return false;
    }
    if (arrival !== undefined) this.#show(arrival);
    else this.face.quiet();
    if (!this.typist.busy) return idle(arrival);
    this.typist.turn();
    this.face.changed();
    return false;
  }

  #show({ bytes, atMs }: Arrival): void {
    this.lastByteMs = clock.now();
    this.typist.heard(bytes);
    this.tail = (this.tail + latin1(bytes)).slice(-PROMPT_ROOM);
    this.#keep(bytes);
    this.face.show(mapIn(bytes, this.preferences.mapIn), atMs);
  }

  #keep(bytes: Uint8Array): void {
    if (this.log?.add(bytes) === false) this.face.say(`the log ends here: ${this.log.failure!.message}`);
  }

  /** What the terminal says by itself; nothing that was typed before holds it up. */
  answer(bytes: Uint8Array): void {
    void this.#out(bytes);
  }

  #write(bytes: Uint8Array, wanted: () => boolean): Promise<void> {
    if (this.preferences.echo === 'on') this.face.echo(bytes);
    return this.#out(bytes, wanted);
  }

  #out(bytes: Uint8Array, wanted = (): boolean => true): Promise<void> {
    this.#writing = this.#writing
      .then(() => (this.link.state === 'open' && wanted() ? this.#keyboard.write(bytes) : undefined))
      // Where the link is lost, the next read says so.
      .catch((error: unknown) => {
        if (this.link.state === 'open' && !this.#leaving.signal.aborted) this.#failure ??= error;
      });
    return this.#writing;
  }

  /** The line belongs to the flash until that is over. */
  async #flash({ file, stop }: { file: string; stop: AbortController }): Promise<void> {
    const signal = AbortSignal.any([stop.signal, this.#leaving.signal, this.host.signal]);
    this.face.say('^C stops it');
    try {
      await this.#writing;
      this.face.say(await this.host.flash(file, this.face, signal));
      this.typist.key(this.enter);
    } catch (error) {
      if (!(error instanceof Z80lmError)) throw error;
      this.face.say([error.message, error.hint].filter(Boolean).join('; '));
    } finally {
      this.#flashing = undefined;
    }
  }

  async #reconnect(error: unknown): Promise<void> {
    if (!this.#reconnects || !(error instanceof LinkError) || this.link.state !== 'lost') throw error;
    this.typist.stop();
    this.face.say(`${error.message}; waiting for it, for at most ${REOPEN_SETTINGS.limitMs / 60_000} minutes`);
    const started = clock.now();
    try {
      const before = await this.link.reopen({}, this.#leaving.signal);
      this.face.say(`${this.link.name} is back after ${((clock.now() - started) / 1000).toFixed(1)} s`);
      this.#keep(before);
      this.face.show(mapIn(before, this.preferences.mapIn), clock.now());
    } catch (failure) {
      if (!this.#leaving.signal.aborted) throw failure;
    }
  }
}
