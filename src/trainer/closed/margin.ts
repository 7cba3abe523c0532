/**
 * By how much the best answer must be ahead of the next for the model to trust it. Decided on the training part alone: its
 * questions, each with two typing errors, stand in for those that nobody has seen. Of the right answers to them the margin
 * may cost a small share.
 */
import { MAX_QUESTION } from '../../model/question.js';
import { atOnce, type Slices } from '../../seams/slices.js';
import { STREAM } from '../memory.js';
import { Rng } from '../rng.js';
import type { Asker } from './asker.js';
import { mistypeLine } from './distortion.js';
import type { ClosedExamples } from './examples.js';

const ASKED = 4000;
/** Asked between two yields. */
const A_SLICE = 32;
const ERRORS = 2;
/** In the file it is a signed word. */
const MOST_MARGIN = 0x7fff;

/**
 * @param unknown index of the fallback among the answers, or -1
 * @param cost share of the right answers that may be lost
 */
export function chooseMargin(
  asker: Asker,
  examples: ClosedExamples,
  unknown: number,
  cost: number,
  seed: number,
): number {
  return atOnce(chooseMarginSliced(asker, examples, unknown, cost, seed));
}

export function* chooseMarginSliced(
  asker: Asker,
  examples: ClosedExamples,
  unknown: number,
  cost: number,
  seed: number,
): Slices<number> {
  const rng = new Rng(seed, STREAM.margin);
  const { text, textStart, answer, after } = examples;
  const room = new Uint8Array(MAX_QUESTION + 1);
  const leads: number[] = [];
  for (let i = 0; i < ASKED; i++) {
    if (i % A_SLICE === 0) yield;
    const pair = rng.below(answer.length);
    const question = text.subarray(textStart[pair], textStart[pair + 1]);
    room.set(question);
    let { length } = question;
    for (let error = 0; error < ERRORS; error++) length = mistypeLine(room, length, rng);
    if (answer[pair] === unknown) continue;
    const said = asker.ask(room, length, after[pair]);
    if (said.answer === answer[pair]) leads.push(said.lead);
  }
  leads.sort((a, b) => a - b);
  const at = leads[Math.floor(leads.length * cost)] ?? 0;
  return Number.isFinite(at) ? Math.max(0, Math.min(MOST_MARGIN, at)) : 0;
}
