/** What became of a run's model, for people. */
import { percent } from '../seams/words.js';
import type { ModelKept } from './events.js';
import { MODEL } from './run-history.js';

/** @returns '' where there is nothing to say: the model that was there is the model that is there */
export function keptWords({ run, folder, outcome, training, inPlace, before, checkpoint }: ModelKept): string {
  const right = `${percent(training.answers)} of the answers right`;
  const there = before && `${before.run}${before.answers === undefined ? '' : `, ${percent(before.answers)} right`}`;
  if (outcome === 'stopped') {
    const goOn = checkpoint === undefined ? '' : '; the next run of the same data and settings goes on from there';
    return `${run} was cut off: what it had come to (${right}) is ${folder}/${MODEL}, and ${MODEL} is as it was${goOn}`;
  }
  if (!inPlace)
    return `${MODEL} stays as it was (${there}): that is better than ${run} (${right}), which is in ${folder} with all that follows from it`;
  return there === undefined
    ? ''
    : `${MODEL} is ${run} now (${right}); the one before, ${there}, stays in ${siblingOf(folder, before!.run)}`;
}

const siblingOf = (folder: string, name: string): string => folder.replace(/[^/]*$/, name);
