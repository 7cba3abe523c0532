/**
 * Where the bytes of a program become characters, line ends and functions of the screen: the one place that knows what
 * a sequence is. A sequence that is not known, not obeyed, cut off or too long vanishes whole.
 *
 *     ESC [ parameters intermediates final     a control sequence (CSI)
 *     ESC ] P X ^ _ ... BEL or ESC \           strings (OSC, DCS, SOS, PM, APC): never obeyed, never shown
 *     ESC ... and control characters           by the dialect's tables (dialects.ts)
 *
 * As on a VT100 a control character within a sequence is obeyed at once, CAN and SUB end it, ESC begins another. Bytes
 * from 80h on are UTF-8 or nothing: C1 controls do not exist here, whether they come as a byte or as two.
 */
import { DIALECTS, type Dialect, type Meaning, type Terminal } from './dialects.js';
import { csiFunction, RESET, type ScreenFunction } from './functions.js';
import { lineDrawing, REPLACEMENT, Utf8 } from './letters.js';

export interface ScreenSink {
  /** Characters, each one cell wide. */
  print(text: string): void;
  /** BEL, BS, TAB, LF or CR. */
  control(char: string): void;
  perform(what: ScreenFunction): void;
}

const BEL = 0x07;
const SO = 0x0e;
const SI = 0x0f;
const CAN = 0x18;
const SUB = 0x1a;
const ESC = 0x1b;
const DEL = 0x7f;
const CONTROLS = new Set([BEL, 0x08, 0x09, 0x0a, 0x0d]);
const ASCII = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code));

/** A longer control sequence is noise: what follows is shown again. */
const LONGEST_SEQUENCE = 64;
/** The same of strings, which may hold a title or a picture; any control character ends one sooner. */
const LONGEST_STRING = 4096;
const STRINGS = new Set([...']PX^_'].map((char) => char.charCodeAt(0)));

type State = 'text' | 'escape' | 'intermediate' | 'csi' | 'string' | 'arguments';

/** Of G0 and G1: is it line drawing? */
interface Charsets {
  drawing: [boolean, boolean];
  shifted: 0 | 1;
}

export class Recogniser {
  readonly #dialect: Dialect;
  readonly #utf8 = new Utf8();
  #state: State = 'text';
  /** Bytes of the sequence so far, from the one after what introduced it. */
  #held: number[] = [];
  /** The character after ESC, while its arguments come. */
  #kind = '';
  #length = 0;
  /** A letter that came now would be that letter. */
  #isPlain = true;
  #charsets: Charsets = { drawing: [false, false], shifted: 0 };
  #kept: Charsets = { drawing: [false, false], shifted: 0 };

  constructor(
    kind: Terminal,
    private readonly sink: ScreenSink,
  ) {
    this.#dialect = DIALECTS[kind];
  }

  write(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      // Most of what a board says is plain text: in one go.
      const end = this.#isPlain ? endOfPlain(bytes, at) : at;
      if (end > at) this.sink.print(Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1'));
      if (end < bytes.length) this.#one(bytes[end]!);
      at = end + 1;
    }
  }

  /** The same for one byte. */
  feed(byte: number): void {
    if (byte >= 0x20 && byte < DEL && this.#isPlain) this.sink.print(ASCII[byte]!);
    else this.#one(byte);
  }

  #one(byte: number): void {
    if (this.#state === 'text') this.#text(byte);
    else this.#within(byte);
    const { drawing, shifted } = this.#charsets;
    this.#isPlain = this.#state === 'text' && !drawing[shifted] && !this.#utf8.open;
  }

  #text(byte: number): void {
    if (byte >= 0x80) return this.#print(this.#dialect.utf8 ? this.#utf8.take(byte) : REPLACEMENT);
    if (this.#utf8.open) this.#print(this.#utf8.end());
    if (byte < 0x20) this.#control(byte);
    else if (byte !== DEL) {
      const { drawing, shifted } = this.#charsets;
      this.sink.print(drawing[shifted] ? lineDrawing(byte) : ASCII[byte]!);
    }
  }

  #print(text: string): void {
    for (const char of text) this.sink.print(char);
  }

  #control(byte: number): void {
    const functions = this.#dialect.controls[byte];
    if (byte === ESC) this.#begin('escape');
    else if (functions) this.#perform(functions);
    else if (CONTROLS.has(byte)) this.sink.control(ASCII[byte]!);
    else if (this.#dialect.charsets && (byte === SO || byte === SI)) this.#charsets.shifted = byte === SO ? 1 : 0;
  }

  #begin(state: State): void {
    this.#state = state;
    this.#held = [];
    this.#length = 0;
  }

  #within(byte: number): void {
    const isString = this.#state === 'string';
    if (byte === ESC) this.#begin('escape');
    else if (byte === CAN || byte === SUB) this.#state = 'text';
    else if (this.#state === 'arguments') this.#argument(byte);
    else if (++this.#length > (isString ? LONGEST_STRING : LONGEST_SEQUENCE) || (byte >= 0x80 && !isString)) {
      this.#state = 'text';
      this.#text(byte);
    } else if (isString) this.#string(byte);
    else if (byte < 0x20) this.#control(byte);
    else if (this.#state === 'csi') this.#sequence(byte);
    else if (this.#state === 'escape') this.#escape(byte);
    // The intermediate characters' final one.
    else if (byte >= 0x30) this.#state = 'text';
  }

  #string(byte: number): void {
    if (byte >= 0x20) return;
    this.#state = 'text';
    if (byte !== BEL) this.#control(byte);
  }

  /** The byte after ESC. */
  #escape(byte: number): void {
    const kind = ASCII[byte]!;
    const { escapes, charsets } = this.#dialect;
    const known = escapes[kind];
    this.#state = 'text';
    if (known && 'arguments' in known) {
      this.#begin('arguments');
      this.#kind = kind;
      if (known.arguments === 0) this.#mean(known.means([]));
    } else if (known) this.#perform(known);
    else if (kind === '[') this.#begin('csi');
    else if (STRINGS.has(byte)) this.#begin('string');
    else if (charsets && kind === 'c') this.#reset();
    // Further ones between ESC and the final character.
    else if (charsets && byte < 0x30) this.#begin('intermediate');
  }

  #argument(byte: number): void {
    const known = this.#dialect.escapes[this.#kind];
    // No position, and no choice, is a control character.
    if (byte < 0x20 || !known || !('arguments' in known)) {
      this.#state = 'text';
      return this.#text(byte);
    }
    this.#held.push(byte);
    if (this.#held.length === known.arguments) this.#mean(known.means(this.#held));
  }

  #mean({ functions, designates }: Meaning): void {
    this.#state = 'text';
    if (designates) this.#charsets.drawing[designates.set] = designates.drawing;
    if (functions) this.#perform(functions);
  }

  #sequence(byte: number): void {
    if (byte === DEL) return;
    this.#held.push(byte);
    if (byte < 0x40) return;
    this.#state = 'text';
    const what = this.#dialect.ansi ? csiFunction(String.fromCharCode(...this.#held)) : undefined;
    if (what) this.#perform([what]);
  }

  #perform(functions: readonly ScreenFunction[]): void {
    for (const what of functions) {
      if (what.name === 'DECSC') this.#kept = copy(this.#charsets);
      else if (what.name === 'DECRC') this.#charsets = copy(this.#kept);
      this.sink.perform(what);
    }
  }

  #reset(): void {
    this.#charsets = { drawing: [false, false], shifted: 0 };
    this.#kept = copy(this.#charsets);
    this.#perform(RESET);
  }
}

function endOfPlain(bytes: Uint8Array, from: number): number {
  let end = from;
  while (end < bytes.length && bytes[end]! >= 0x20 && bytes[end]! < DEL) end++;
  return end;
}

function copy({ drawing, shifted }: Charsets): Charsets {
  return { drawing: [...drawing], shifted };
}
