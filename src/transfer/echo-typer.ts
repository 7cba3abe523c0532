/**
 * Types a text as fast as the board takes it: each character when the echo of the one before has come, each line when
 * the board waits for it again. Like this a listing goes into an editor, a BASIC, or PIP without flow control.
 *
 * That it waits is told by silence. Where the board's last line looks as it did when it waited before (the prompt, or
 * nothing), a short one will do; elsewhere it may be reading its disk in the middle of an answer, and a key would stop
 * that: CP/M's DIR and TYPE end at any key, and eat it.
 */
import { concatBytes, latin1, toBytes } from '../seams/bytes.js';

export const TYPER_SETTINGS = {
  /** Where no echo comes (a password, a program that does not echo) the next character goes after so long. */
  echoMs: 200,
  /** After a line's end, silence behind a known prompt. A BASIC sorts in a line within this. */
  quietMs: 60,
  /** The same where the board has said something else last; then this is a prompt, too. */
  pauseMs: 3_000,
  /** A line's end that nothing answers. */
  silentLineMs: 1_000,
};

const CR = 0x0d;
/** Notepad puts it before UTF-8; its bytes as Latin-1. */
const BYTE_ORDER_MARK = /^\xef\xbb\xbf/;

export class EchoTyper {
  /** Characters still to be typed, CR for each line's end. */
  #text: Uint8Array;
  #at = 0;
  /** Of what was there before the last that was appended. */
  #typedBefore = 0;
  #typed: { byte: number; atMs: number } | undefined;
  #heardAtMs: number | undefined;
  /** The board's last line, as far as it has come, and those at which it has waited. */
  #lastLine = '';
  readonly #prompts = new Set<string>();

  /**
   * @param text a text file: lines end in LF, CR, or both; ^Z and what is behind it (CP/M's padding) is left out
   * @param enter what is sent for a line's end
   * @param prompt the line on which the board stands, where that is known
   */
  constructor(
    text: Uint8Array,
    private readonly enter: Uint8Array,
    prompt?: string,
  ) {
    if (prompt !== undefined) this.#prompts.add(shape(prompt));
    this.#text = asTyped(text);
  }

  /** More of the same text. */
  append(text: Uint8Array): void {
    this.#text = concatBytes([this.#text.subarray(this.#at), asTyped(text)]);
    this.#typedBefore += this.#at;
    this.#at = 0;
  }

  get total(): number {
    return this.#typedBefore + this.#text.length;
  }
  get done(): number {
    return this.#typedBefore + this.#at;
  }
  /** Was the last that was typed the end of a line? */
  get atLineEnd(): boolean {
    return this.#typed?.byte === CR;
  }
  /** All is typed, and the last of it answered. */
  finished(nowMs: number): boolean {
    return this.#at === this.#text.length && this.#answered(nowMs);
  }

  /** What the board said. */
  heard(bytes: Uint8Array, nowMs: number): void {
    this.#lastLine = /[^\r\n]*$/.exec(this.#lastLine + latin1(bytes))![0].slice(-80);
    if (this.#typed === undefined) return;
    if (this.#typed.byte === CR || bytes.includes(this.#typed.byte)) this.#heardAtMs = nowMs;
  }

  /** What to type now, if it is time for something. */
  next(nowMs: number): Uint8Array | undefined {
    if (this.#at === this.#text.length || !this.#answered(nowMs)) return undefined;
    if (this.#typed?.byte === CR && this.#heardAtMs !== undefined) this.#prompts.add(shape(this.#lastLine));
    const byte = this.#text[this.#at++]!;
    this.#typed = { byte, atMs: nowMs };
    this.#heardAtMs = undefined;
    return byte === CR ? this.enter : Uint8Array.of(byte);
  }

  #answered(nowMs: number): boolean {
    if (this.#typed === undefined) return true;
    const { byte, atMs } = this.#typed;
    const { echoMs, quietMs, pauseMs, silentLineMs } = TYPER_SETTINGS;
    if (byte !== CR) return this.#heardAtMs !== undefined || nowMs - atMs >= echoMs;
    if (this.#heardAtMs === undefined) return nowMs - atMs >= silentLineMs;
    return nowMs - this.#heardAtMs >= (this.#prompts.has(shape(this.#lastLine)) ? quietMs : pauseMs);
  }
}

function asTyped(text: Uint8Array): Uint8Array {
  const end = text.indexOf(0x1a);
  const whole = latin1(end < 0 ? text : text.subarray(0, end));
  return toBytes(whole.replace(BYTE_ORDER_MARK, '').replace(/\r\n|\n/g, '\r'));
}

/** An editor's prompt counts the lines. */
function shape(line: string): string {
  return line.replace(/ *\d+/g, '0');
}
