/** A program on either target, the emulator or the board: put there, and talked to. */
import { converse } from '../hil/converse.js';
import { consoleOf, type Transcript } from '../hil/transcript.js';
import type { Clock } from '../seams/clock.js';
import type { Program, Target } from '../seams/target.js';
import type { PipelineEvent, Side, Transfer } from './events.js';

type Events<T> = AsyncGenerator<PipelineEvent, T>;

export async function* loadOnto(side: Side, target: Target, program: Program, clock: Clock): Events<Transfer> {
  let sendBegan: number | undefined;
  let sendEnded: number | undefined;
  let retries = 0;
  for await (const progress of target.load(program)) {
    if (progress.phase === 'send') sendBegan ??= clock.now();
    else if (sendBegan !== undefined) sendEnded ??= clock.now();
    retries = progress.retries;
    yield { type: 'load', side, progress };
  }
  return { bytes: program.bytes.length, ms: (sendEnded ?? 0) - (sendBegan ?? 0), retries };
}

/** @param keep what was said, in a file */
export async function* talkTo(
  side: Side,
  target: Target,
  questions: readonly string[],
  signal: AbortSignal,
  keep: (name: string, said: Uint8Array) => PipelineEvent,
): Events<Transcript> {
  const conversation = converse(target, questions);
  for (;;) {
    signal.throwIfAborted();
    const step = await conversation.next();
    if (step.done) {
      yield keep(`${side}.log`, consoleOf(step.value));
      return step.value;
    }
    const event = step.value;
    if (event.type !== 'opened') yield { ...event, side };
  }
}
