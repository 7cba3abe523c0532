/**
 * What a question becomes each time that it is learnt from, so that the network never sees it the same way twice:
 *
 *     typing errors     where is the lmap              some of the questions, one or two errors
 *     dropped pieces    " w" "wh" … without some       of every question
 *     mixed             3/4 of it, 1/4 of another      some; its answer is as much of the other's (mixup, Zhang et al. 2018)
 *     foreign           where is the | my best song    made up (../foreign.ts); the answer is the fallback
 *     any context       [HELLO] where is the lamp      of a model that remembers, what follows nothing: most of them
 *
 * All of it is drawn by lot from the numbers that it is given.
 */
import { MAX_QUESTION } from '../../model/question.js';
import { writePieces } from '../../model/pieces.js';
import type { Rng } from '../rng.js';
import { mistype } from '../typos.js';
import type { Contexts } from './contexts.js';
import type { Choosing, ClosedExamples, Texts } from './examples.js';
import type { ClosedRecipe } from './recipe.js';

/** A line, and a letter too many, which is cut off. */
const MOST_TEXT = MAX_QUESTION + 1;

/** One typing error, in a text that stays no longer than a line. @param text of more room than that */
export function mistypeLine(text: Uint8Array, length: number, rng: Rng): number {
  return Math.min(MAX_QUESTION, mistype(text, length, rng));
}

/** A question as the network gets it: columns of layer 1, and how often each is counted. */
export class Pieces {
  readonly column: Int32Array;
  readonly count: Float32Array;
  length = 0;
  readonly #text = new Uint8Array(MOST_TEXT);
  readonly #buckets = new Int32Array(2 * MOST_TEXT + 1);
  /** Where a column stands in the list, plus one. */
  readonly #place: Int32Array;

  constructor(readonly buckets: number) {
    // Of two questions, and the column of a fork.
    this.column = new Int32Array(4 * MOST_TEXT + 3);
    this.count = new Float32Array(4 * MOST_TEXT + 3);
    this.#place = new Int32Array(buckets);
  }

  clear(): void {
    for (let i = 0; i < this.length; i++) if (this.column[i]! < this.buckets) this.#place[this.column[i]!] = 0;
    this.length = 0;
  }

  /** Room to write a text into, for `addText`. */
  get text(): Uint8Array {
    return this.#text;
  }

  /** Count the pieces of the first `length` bytes of a folded text, each as `weight`. */
  addText(text: Uint8Array, length: number, weight: number): void {
    const pieces = writePieces(text, length, this.buckets, this.#buckets);
    for (let i = 0; i < pieces; i++) {
      const bucket = this.#buckets[i]!;
      const place = this.#place[bucket]!;
      if (place > 0) this.count[place - 1]! += weight;
      else {
        this.column[this.length] = bucket;
        this.count[this.length] = weight;
        this.#place[bucket] = ++this.length;
      }
    }
  }

  /** Leave out each column with this likelihood. */
  drop(share: number, rng: Rng): void {
    let kept = 0;
    for (let i = 0; i < this.length; i++) {
      const column = this.column[i]!;
      this.#place[column] = 0;
      if (rng.float() < share) continue;
      this.column[kept] = column;
      this.count[kept] = this.count[i]!;
      this.#place[column] = ++kept;
    }
    this.length = kept;
  }

  scale(factor: number): void {
    for (let i = 0; i < this.length; i++) this.count[i]! *= factor;
  }

  /**
   * The column of a fork other than the first, or of an answer to remember, counted from 1; after it nothing else can be
   * added.
   */
  addBeside(number: number): void {
    if (number === 0) return;
    this.column[this.length] = this.buckets + number - 1;
    this.count[this.length++] = 1;
  }
}

/** What a distorted question should be answered with, at one fork. */
export interface Target {
  fork: number;
  choice: number;
  /** The choice of the question that was mixed in, and how much of the target the first keeps; 1 if none was. */
  other: number;
  kept: number;
}

export class Distorter {
  readonly #target: Target = { fork: 0, choice: 0, other: 0, kept: 1 };

  /**
   * @param foreign questions about something else
   * @param fallback what to learn from one of those: a choice at any fork on the fallback's way
   * @param contexts of a model that remembers
   */
  constructor(
    readonly examples: ClosedExamples,
    readonly foreign: Texts,
    readonly recipe: ClosedRecipe,
    readonly fallback: readonly Choosing[],
    readonly contexts?: Contexts,
  ) {}

  /**
   * Put an example's question, distorted, into `pieces`.
   * @param example an index, or -1 for a made-up one
   * @returns the same object each time
   */
  draw(example: number, pieces: Pieces, rng: Rng): Target {
    const { examples, recipe } = this;
    const target = this.#target;
    pieces.clear();
    let length: number;
    if (example < 0) {
      length = copy(this.foreign, rng.below(this.foreign.textStart.length - 1), pieces.text);
      const { fork, choice } = this.fallback[rng.below(this.fallback.length)]!;
      [target.fork, target.choice] = [fork, choice];
    } else {
      length = copy(examples, examples.pair[example]!, pieces.text);
      target.fork = examples.fork[example]!;
      target.choice = examples.choice[example]!;
    }
    target.kept = 1;
    if (rng.float() < recipe.typos) {
      length = mistypeLine(pieces.text, length, rng);
      if (rng.float() < recipe.secondTypo) length = mistypeLine(pieces.text, length, rng);
    }
    pieces.addText(pieces.text, length, 1);
    if (recipe.drop > 0) pieces.drop(recipe.drop, rng);
    if (example >= 0 && target.fork === 0 && rng.float() < recipe.mixed) this.#mix(pieces, rng);
    pieces.addBeside(this.contexts ? this.contexts.draw(example < 0 ? -1 : examples.pair[example]!, rng) : target.fork);
    return target;
  }

  #mix(pieces: Pieces, rng: Rng): void {
    const { first } = this.examples;
    const pair = rng.below(first.length);
    const kept = 1 - rng.float() / 2;
    // What follows an answer would be another question without it.
    if (first[pair]! < 0 || this.examples.after[pair]! >= 0) return;
    pieces.scale(kept);
    pieces.addText(pieces.text, copy(this.examples, pair, pieces.text), 1 - kept);
    this.#target.other = first[pair]!;
    this.#target.kept = kept;
  }
}

/** @returns the text's length */
function copy({ text, textStart }: Texts, index: number, into: Uint8Array): number {
  const from = textStart[index]!;
  const length = textStart[index + 1]! - from;
  // A loop of its own: of so few bytes `set` takes several times as long.
  for (let i = 0; i < length; i++) into[i] = text[from + i]!;
  return length;
}
