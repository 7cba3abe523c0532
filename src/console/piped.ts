/**
 * Keys from a pipe: its lines are typed one at a time, each when the board shows a prompt or has been silent for long (a key
 * typed earlier would stop what the board is doing), and it ends likewise.
 */
import { nodeClock as clock } from '../host/node-clock.js';
import type { Arrival } from '../seams/byte-link.js';
import { concatBytes, latin1, toBytes } from '../seams/bytes.js';
import { InputError } from '../seams/errors.js';
import { counted } from '../seams/words.js';
import { isPrompt, type Session } from './session.js';
import { refusedOf } from './typed.js';

export const PIPED_SETTINGS = {
  /** Silence that counts as a prompt: a Z80 may think about a character for nearly as long. */
  silenceMs: 5_000,
  /** A board that talks on has no silence: so long after the end of the input all answers to it are there. */
  afterInputMs: 60_000,
  /** A prompt counts when nothing followed it for so long. */
  promptQuietMs: 200,
  /** Characters that are read ahead; a line has 126. */
  mostWaiting: 1 << 16,
};

/**
 * @returns when the input has been answered
 * @throws InputError then, where lines of it were refused
 */
export async function runPiped(session: Session, stdin: NodeJS.ReadStream = process.stdin): Promise<void> {
  /** Input that was not typed yet. */
  let waiting = '';
  let ended = false;
  let lineNumber = 0;
  let refusedLines = 0;
  /** Or when the input ended. */
  let lastTypedMs = clock.now();
  /** A CR and the LF behind it may come in two parts. */
  let endsInCr = false;
  const onData = (chunk: Buffer): void => {
    const text = latin1(chunk);
    waiting += (endsInCr ? text.replace(/^\n/, '') : text).replace(/\r?\n/g, '\r');
    endsInCr = text.endsWith('\r');
    if (waiting.length > PIPED_SETTINGS.mostWaiting) stdin.pause();
  };
  const onEnd = (): void => {
    ended = true;
    lastTypedMs = clock.now();
    if (waiting !== '' && !waiting.endsWith('\r')) waiting += '\r';
  };

  /** The next line, if the board is ready for it. @returns whether there is none any more */
  const typeLine = async (): Promise<boolean> => {
    const { silenceMs, promptQuietMs, mostWaiting } = PIPED_SETTINGS;
    if (clock.now() - session.lastByteMs < (isPrompt(session.tail) ? promptQuietMs : silenceMs)) return false;
    await session.written();
    const end = waiting.indexOf('\r') + 1;
    if (end === 0 && ended) return true;
    const line = toBytes(waiting.slice(0, Math.max(0, end - 1)));
    waiting = waiting.slice(end);
    if (!ended && waiting.length <= mostWaiting) stdin.resume();
    if (end > 0) lineNumber++;
    const refused = refusedOf(line, session.preferences);
    if (refused) {
      refusedLines++;
      session.face.say(`line ${lineNumber} of the input: ${refused.words}`);
      return false;
    }
    if (end > 0) session.typist.key(concatBytes([line, session.enter]));
    session.lastByteMs = lastTypedMs = clock.now();
    session.tail = '';
    return false;
  };
  const idle = async (arrival: Arrival | undefined): Promise<boolean> => {
    if (ended && clock.now() - lastTypedMs > PIPED_SETTINGS.afterInputMs) {
      const rest = waiting === '' ? '' : ', and not all of the input was typed';
      const seconds = PIPED_SETTINGS.afterInputMs / 1000;
      session.face.say(`the board talks on: left after ${seconds} s without a prompt or silence${rest}`);
      return true;
    }
    return arrival === undefined && typeLine();
  };

  stdin.on('data', onData).on('end', onEnd).on('error', onEnd).resume();
  try {
    // The first line needs a prompt, too, and a board that waits has shown it long ago.
    if (!session.typist.busy) session.typist.key(session.enter);
    await session.run(idle);
    if (refusedLines > 0)
      throw new InputError(`${counted(refusedLines, 'line')} of the input not sent`, {
        hint: '--charset utf8 sends what is not ASCII, as its bytes are',
      });
  } finally {
    stdin.off('data', onData).off('end', onEnd).pause();
  }
}
