/** What the keys of this terminal are for a program in `z80lm run`: Backspace, arrows and function keys as `z80lm console` has them. */
import { functionKey } from '../console/function-keys.js';
import { KeyReader, type Decoder } from '../console/key-reader.js';
import { BACKSPACE, type Preferences } from '../console/preferences.js';
import type { Keyboard } from '../host/node-console.js';
import { latin1, toBytes } from '../seams/bytes.js';

export type RunManner = Pick<Preferences, 'terminal' | 'arrows' | 'backspace'>;

/** A byte is a character here: what is no key's goes to the program as it came, UTF-8 or not. */
const BYTES: Decoder = { decode: (chunk) => latin1(chunk) };

/** Where the arrows were asked to send ESC O, they do so already. */
const APPLICATION = /^\x1bO[A-D]$/;

export function runKeyboard(manner: RunManner): Keyboard {
  return (take) => {
    const reader = new KeyReader((keys) => {
      for (const { name, sequence } of keys) {
        const sent = sentFor(name, sequence, manner);
        take(toBytes(sent), sent === sequence);
      }
    }, BYTES);
    return reader;
  };
}

function sentFor(name: string, sequence: string, { terminal, arrows, backspace }: RunManner): string {
  if (sequence === '\x7f') return BACKSPACE[backspace];
  if (sequence.length === 1) return sequence;
  return functionKey(name, arrows, terminal, APPLICATION.test(sequence)) ?? sequence;
}
