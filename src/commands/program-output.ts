/** What a program in `z80lm run` or `z80lm debug` prints, as this terminal may have it. */
import { nodeClock } from '../host/node-clock.js';
import { UsageError } from '../seams/errors.js';
import { Answers } from '../terminal/answers.js';
import { isUnicode } from '../terminal/capabilities.js';
import { TERMINALS, type Terminal } from '../terminal/dialects.js';
import { ScreenCodes } from '../terminal/screen-codes.js';

export interface Output {
  add(byte: number): void;
  /** All since the last call. */
  take(): Uint8Array;
  undo(): string;
}

/** A terminal gets what it may obey, and no other sequence; a file or a program gets a VT100's output byte for byte. */
export function outputOf(kind: Terminal, answer: (text: string) => void): Output {
  if (kind === 'vt100' && !process.stdout.isTTY) {
    let bytes: number[] = [];
    return {
      add: (byte) => void bytes.push(byte),
      take() {
        const taken = Uint8Array.from(bytes);
        bytes = [];
        return taken;
      },
      undo: () => '',
    };
  }
  const answers = new Answers();
  const codes = new ScreenCodes(kind, !isUnicode(process.env), (text) => {
    const allowed = answers.allowed(text, kind, nodeClock.now());
    if (allowed !== undefined) answer(allowed);
  });
  return { add: (byte) => codes.add(byte), take: () => Buffer.from(codes.take()), undo: () => codes.undo() };
}

/** @throws UsageError for one that there is not */
export function terminal(text: string): Terminal {
  const found = TERMINALS.find((name) => name === text.toLowerCase().replace('-', ''));
  if (!found)
    throw new UsageError(`there is no terminal ${JSON.stringify(text)}`, { hint: `there are ${TERMINALS.join(', ')}` });
  return found;
}
