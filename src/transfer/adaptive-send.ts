/**
 * A file by XMODEM to a receiver on the board, at what the line turns out to need (send-manner.ts), and from the beginning
 * again where a try came to nothing that another one may not: the receiver has changed to checksums, has taken a damaged
 * block's head for the end, or was sent one block too many.
 */
import { TransferError } from '../seams/errors.js';
import type { LoadProgress } from '../seams/target.js';
import { TEMPORARY, type Flash, type Method } from './drivers/cpm-flash.js';
import type { Manner } from './send-manner.js';
import { sendXmodem, Unfinished, type SendOptions } from './xmodem-send.js';

/** One in five tries has a block that is refused seven times where one byte in 500 is damaged; six in a row, none of 500 flights. */
const TRIES = 6;

/**
 * @param once starts the receiver and sends
 * @throws what the last try threw
 */
export async function* beginningAgain(
  flash: Flash,
  method: Pick<Method, 'release'>,
  manner: Manner,
  once: (manner: Manner) => AsyncGenerator<LoadProgress>,
): AsyncGenerator<LoadProgress> {
  for (let tries = 1; ; tries++) {
    try {
      return yield* once(manner);
    } catch (error) {
      if (!(error instanceof Unfinished) || tries === TRIES || flash.options.signal?.aborted) throw error;
      yield flash.step('send', `beginning again: ${error.message}`);
      await fromThePrompt(flash, method, error);
      manner.again();
    }
  }
}

/** Back to the prompt, and nothing left of the last try. @throws why that came to nothing, where it cannot be done */
async function fromThePrompt(flash: Flash, method: Pick<Method, 'release'>, error: Unfinished): Promise<void> {
  const { line } = flash;
  try {
    if (flash.listening) await method.release(line);
    await line.cleanPrompt();
    flash.listening = false;
    await line.erase(TEMPORARY);
  } catch (trouble) {
    // Ctrl-C, or a line that is lost, is news; that there is no prompt is not.
    throw trouble instanceof TransferError && !trouble.reason.canceled ? error : trouble;
  }
}

/** The receiver listens: send the program. @returns whether the receiver acknowledged the end */
export async function* sendLearning(
  flash: Flash,
  manner: Manner,
  options: Pick<SendOptions, 'begin' | 'settings'>,
): AsyncGenerator<LoadProgress, boolean> {
  const { bare, program } = flash;
  const { signal } = flash.options;
  const before = flash.retries;
  const events = sendXmodem(bare.link, program.bytes, {
    ...options,
    clock: bare.clock,
    manner,
    ...(signal && { signal }),
  });
  let doneBytes = 0;
  yield flash.step('send', 'sending');
  for await (const event of events) {
    if (event.type === 'retry') flash.retries++;
    if (event.type === 'block') doneBytes = event.doneBytes;
    if (event.type === 'done') return event.confirmed;
    const words = event.type === 'waiting' ? ' (the board is busy)' : flash.retries > before ? manner.words : '';
    yield {
      ...flash.step('send', `sending${words}`, doneBytes),
      ...(manner.lost && { learned: { flow: 'none', paceMs: manner.paceMs } }),
    };
  }
  return false;
}
