/** A free model spells its answers character by character, up to a length that its context was made for. */
import { MAX_ANSWER } from '../model/limits.js';
import { InputError } from '../seams/errors.js';
import type { TextPair } from './examples.js';

/**
 * @param file where the pairs are from, for the error
 * @throws InputError for an answer that a free model could not say to its end
 */
export function checkSpellable(pairs: readonly (TextPair & { line?: number })[], file?: string): void {
  const long = pairs.find(({ answer }) => answer.length > MAX_ANSWER);
  if (!long) return;
  const { answer, line } = long;
  throw new InputError(`an answer has ${answer.length} characters, and a model that spells them says ${MAX_ANSWER}`, {
    where: file === undefined || line === undefined ? file : `${file}:${line}`,
    hint: `shorten it to ${MAX_ANSWER}, or train a model that chooses among up to 256 answers (without --free)`,
  });
}
