/** The keys of a terminal that is only read: characters, and the sequences of keys that send more than one. */
import { InputSequences, REST_MS, type Incoming } from '../terminal/input.js';
import type { Keystroke } from './typed.js';

const KEY = /\x1b(?:\[[0-?]*[ -/]*[@-~]|O[@-~])|[^]/gu;
/** As xterm and those who follow it send them, with the Linux console's and rxvt's. */
const NAMES: Readonly<Record<string, string>> = {
  '\x1b[A': 'up', '\x1b[B': 'down', '\x1b[C': 'right', '\x1b[D': 'left', '\x1b[H': 'home', '\x1b[F': 'end',
  '\x1bOA': 'up', '\x1bOB': 'down', '\x1bOC': 'right', '\x1bOD': 'left', '\x1bOH': 'home', '\x1bOF': 'end',
  '\x1b[1~': 'home', '\x1b[7~': 'home', '\x1b[4~': 'end', '\x1b[8~': 'end',
  '\x1b[2~': 'insert', '\x1b[3~': 'delete', '\x1b[5~': 'pageup', '\x1b[6~': 'pagedown',
  '\x1b[1;5C': 'C-right', '\x1b[1;5D': 'C-left',
}; // prettier-ignore

export function keysOf(text: string): Keystroke[] {
  return [...text.matchAll(KEY)].map(([sequence]) => ({ name: NAMES[sequence] ?? sequence, sequence }));
}

/** Bytes as characters, which may be cut up. */
export interface Decoder {
  decode(chunk: Uint8Array, options: { stream: true }): string;
}

/** Whole keys and characters, however their bytes are cut up on the way. */
export class KeyReader {
  readonly #decoder: Decoder;
  readonly #sequences = new InputSequences();
  #timer: NodeJS.Timeout | undefined;

  /** @param decoder of the bytes; they are UTF-8 unless it says otherwise */
  constructor(
    private readonly listener: (keys: Keystroke[]) => void,
    decoder: Decoder = new TextDecoder(),
  ) {
    this.#decoder = decoder;
  }

  take(chunk: Uint8Array): void {
    this.#tell(this.#sequences.take(this.#decoder.decode(chunk, { stream: true })));
  }

  /** Nothing more is told. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #tell(all: readonly Incoming[]): void {
    for (const { type, text } of all)
      // Nothing was asked here, so an answer is not ours, and nobody has typed it.
      if (type !== 'answer') this.listener(type === 'paste' ? [{ name: 'paste', sequence: text }] : keysOf(text));
    clearTimeout(this.#timer);
    if (this.#sequences.waits) this.#timer = setTimeout(() => this.#tell(this.#sequences.flush()), REST_MS);
  }
}
