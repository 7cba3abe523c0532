/**
 * Types a text as fast as the board takes it: each character when the echo of the one before has come, each line when
 * the board has fallen silent after the one before. Like this a listing goes into an editor, a BASIC, or PIP without
 * flow control.
 */
export const TYPER_SETTINGS = {
  /** Where no echo comes (a password, a program that does not echo) the next character goes after so long. */
  echoMs: 200,
  /** After a line's end, silence that means that the board is ready. A BASIC sorts in a line within this. */
  quietMs: 60,
  /** A line's end that nothing answers. */
  silentLineMs: 1_000,
};

const CR = 0x0d;

export class EchoTyper {
  /** Characters still to be typed, CR for each line's end. */
  readonly #text: Uint8Array;
  #at = 0;
  #typed: { byte: number; atMs: number } | undefined;
  #heardAtMs: number | undefined;

  /**
   * @param text a text file: lines end in LF, CR, or both; ^Z and what is behind it (CP/M's padding) is left out
   * @param enter what is sent for a line's end
   */
  constructor(
    text: Uint8Array,
    private readonly enter: Uint8Array,
  ) {
    const end = text.indexOf(0x1a);
    const whole = Buffer.from(end < 0 ? text : text.subarray(0, end)).toString('latin1');
    this.#text = Uint8Array.from(Buffer.from(whole.replace(/\r\n|\n/g, '\r'), 'latin1'));
  }

  get total(): number {
    return this.#text.length;
  }
  get done(): number {
    return this.#at;
  }
  /** All is typed, and the last of it answered. */
  finished(nowMs: number): boolean {
    return this.#at === this.#text.length && this.#answered(nowMs);
  }

  /** What the board said. */
  heard(bytes: Uint8Array, nowMs: number): void {
    if (this.#typed === undefined) return;
    if (this.#typed.byte === CR || bytes.includes(this.#typed.byte)) this.#heardAtMs = nowMs;
  }

  /** What to type now, if it is time for something. */
  next(nowMs: number): Uint8Array | undefined {
    if (this.#at === this.#text.length || !this.#answered(nowMs)) return undefined;
    const byte = this.#text[this.#at++]!;
    this.#typed = { byte, atMs: nowMs };
    this.#heardAtMs = undefined;
    return byte === CR ? this.enter : Uint8Array.of(byte);
  }

  #answered(nowMs: number): boolean {
    if (this.#typed === undefined) return true;
    const { byte, atMs } = this.#typed;
    const { echoMs, quietMs, silentLineMs } = TYPER_SETTINGS;
    if (byte !== CR) return this.#heardAtMs !== undefined || nowMs - atMs >= echoMs;
    return this.#heardAtMs === undefined ? nowMs - atMs >= silentLineMs : nowMs - this.#heardAtMs >= quietMs;
  }
}
