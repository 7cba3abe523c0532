/** Checks of what the commands that train have in common on the command line. */
import { availableParallelism } from 'node:os';
import { MAX_WIDTH } from '../model/limits.js';
import { MAX_REPLY } from '../model/voice.js';
import { UsageError } from '../seams/errors.js';
import { fallbackFrom } from '../trainer/fallback.js';
import { wholeNumber } from './shared.js';

/** `256,128` @throws UsageError */
export function widths(name: string, list: string): number[] {
  return list.split(',').map((width) => wholeNumber(name, width, 1, MAX_WIDTH));
}

export function epochsOf(text: string): number {
  return wholeNumber('--epochs', text, 1, 100_000);
}

/** One a core, unless told otherwise. */
export function workersOf(text: string | undefined): number {
  return text === undefined ? availableParallelism() : wholeNumber('--workers', text, 1, 64);
}

/** `--unknown`, as the line of a pairs file would have it. @throws UsageError */
export function unknownFlag(text: string): string {
  const answer = fallbackFrom(text);
  if (answer !== '' && answer.length <= MAX_REPLY) return answer;
  throw new UsageError(`--unknown is ${JSON.stringify(text)}`, {
    hint: `give an answer of 1 to ${MAX_REPLY} characters in ASCII, such as HUH?`,
  });
}
