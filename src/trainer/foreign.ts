/**
 * Questions about something else, made up for a training set. Its own questions say where its answers are; these say
 * where they end, so that a model learns to admit that it does not know. Four kinds, since people go astray in as many ways:
 *
 *     halves      show me the | on drive b      two questions in one: the words are the set's, the sense is not
 *     swapped     how do i boil a blanket       the set's way to ask, about something else
 *     sentences   what is the capital of peru   everyday English
 *     mash        sdfk jjjhg                    fingers on the keyboard
 *
 * None is sure to be foreign, as nobody here understands English: what the set knows is kept out as far as words tell.
 */
import { MAX_QUESTION } from '../model/question.js';
import { FOREIGN_WORDS, TEMPLATES, type WordClass } from './foreign-words.js';
import type { Rng } from './rng.js';

export const FOREIGN_KINDS = ['halves', 'swapped', 'sentences', 'mash'] as const;
export type ForeignKind = (typeof FOREIGN_KINDS)[number];

/** Attempts for each question wanted; a small set has only so many halves. */
const PATIENCE = 20;

/**
 * @param questions the set's, folded (src/model/question.ts)
 * @param answersOf the number of a question's answer
 * @param kinds which to make; each question's is drawn by lot
 * @returns questions as folded, each once, none of them the set's; fewer than `count` where there are no more
 */
export function foreignQuestions(
  questions: readonly string[],
  answersOf: (index: number) => number,
  count: number,
  rng: Rng,
  kinds: readonly ForeignKind[] = FOREIGN_KINDS,
): string[] {
  const known = new KnownSet(questions, answersOf);
  const foreign = strangeWords(known);
  const make: Record<ForeignKind, () => string | undefined> = {
    halves: () => halves(known, rng),
    swapped: () => swapped(known, foreign, rng),
    sentences: () => sentence(foreign, rng),
    mash: () => mash(rng),
  };
  const made = new Set<string>();
  if (kinds.length === 0) return [];
  for (let tries = 0; made.size < count && tries < PATIENCE * count; tries++) {
    const question = make[pick(kinds, rng)]();
    if (question !== undefined && question.length <= MAX_QUESTION && !known.has(question)) made.add(question);
  }
  return [...made];
}

/** How many pairs a word must be in before its answers are believed. */
const DOUBT = 2;

/** The set, and how much each of its words says about the answer. */
class KnownSet {
  readonly #texts: Set<string>;
  readonly #telling = new Map<string, number>();
  readonly #split: readonly (readonly string[])[];

  constructor(
    questions: readonly string[],
    readonly answerOf: (index: number) => number,
  ) {
    this.#texts = new Set(questions);
    this.#split = questions.map((question) => question.split(' '));
    const all = new Map<number, number>();
    const byWord = new Map<string, Map<number, number>>();
    this.#split.forEach((words, index) => {
      const answer = answerOf(index);
      add(all, answer);
      for (const word of new Set(words)) {
        const counts = byWord.get(word) ?? new Map<number, number>();
        add(counts, answer);
        byWord.set(word, counts);
      }
    });
    for (const [word, counts] of byWord) this.#telling.set(word, divergence(counts, all, questions.length));
  }

  get size(): number {
    return this.#split.length;
  }

  has(question: string): boolean {
    return this.#texts.has(question);
  }

  knows(word: string): boolean {
    return this.#telling.has(word);
  }

  wordsOf(index: number): readonly string[] {
    return this.#split[index]!;
  }

  /** In nats: how far the answers of the questions with this word are from the answers of all. */
  telling(word: string): number {
    return this.#telling.get(word) ?? 0;
  }

  /** Where a question's most telling word is. */
  keyOf(words: readonly string[]): number {
    return words.reduce((best, word, at) => (this.telling(word) > this.telling(words[best]!) ? at : best), 0);
  }
}

function add(counts: Map<number, number>, answer: number): void {
  counts.set(answer, (counts.get(answer) ?? 0) + 1);
}

/** Kullback and Leibler's, of a word's answers from the answers of all; a rare word's count for less. */
function divergence(counts: Map<number, number>, all: Map<number, number>, total: number): number {
  let [n, sum] = [0, 0];
  for (const count of counts.values()) n += count;
  for (const [answer, count] of counts) sum += (count / n) * Math.log((count / n) * (total / all.get(answer)!));
  return (sum * n) / (n + DOUBT);
}

/**
 * The words of two questions with different answers, the first half of one and the second of the other. Both halves must
 * have their question's key word, or neither: with one alone, `please show me | on paper` would still ask for it.
 */
function halves(known: KnownSet, rng: Rng): string | undefined {
  if (known.size === 0) return undefined;
  const [a, b] = [rng.below(known.size), rng.below(known.size)];
  if (known.answerOf(a) === known.answerOf(b)) return undefined;
  const [first, second] = [known.wordsOf(a), known.wordsOf(b)];
  const [end, start] = [Math.ceil(first.length / 2), Math.floor(second.length / 2)];
  if (known.keyOf(first) < end !== known.keyOf(second) >= start) return undefined;
  return [...first.slice(0, end), ...second.slice(start)].join(' ');
}

type Words = Record<WordClass, readonly string[]>;

/** So many words of a class there must be, or a set would have its foreign questions all alike. */
const LEAST_WORDS = 12;

/** Of each class, the words that no question has: with others, what is made up might be a question of the set. */
function strangeWords(known: KnownSet): Words {
  const strange = (words: readonly string[]): readonly string[] => {
    const left = words.filter((word) => !known.knows(word) && !known.knows(plural(word)));
    return left.length >= LEAST_WORDS ? left : words;
  };
  return Object.fromEntries(
    Object.entries(FOREIGN_WORDS).map(([name, words]) => [name, strange(words)]),
  ) as unknown as Words;
}

/** A word goes if it tells at least this share of what the most telling one does. */
const AS_TELLING = 0.5;

/** A question of the set, with other words where it says what it is about. */
function swapped(known: KnownSet, foreign: Words, rng: Rng): string | undefined {
  if (known.size === 0) return undefined;
  const words = known.wordsOf(rng.below(known.size));
  const most = known.telling(words[known.keyOf(words)]!);
  const out: string[] = [];
  words.forEach((word, at) => {
    if (known.telling(word) < AS_TELLING * most) out.push(word);
    else {
      const other = pick(foreign[classAfter(words[at - 1], rng)], rng);
      if (['a', 'an'].includes(out.at(-1) ?? '')) out[out.length - 1] = article(other);
      out.push(other);
    }
  });
  return out.join(' ');
}

const BEFORE_NOUN = new Set('a an the my your his her our its this that some any of with on in at for no'.split(' '));
const BEFORE_VERB = new Set('to can could will would i you we they please lets do does did dont not'.split(' '));

/** What is likely to come after a word. */
function classAfter(word: string | undefined, rng: Rng): WordClass {
  if (word !== undefined && BEFORE_NOUN.has(word)) return 'noun';
  if (word !== undefined && BEFORE_VERB.has(word)) return 'verb';
  return pick(['noun', 'verb', 'adjective', 'stuff'] as const, rng);
}

function sentence(foreign: Words, rng: Rng): string {
  return pick(TEMPLATES, rng)
    .replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'nouns' ? plural(pick(foreign.noun, rng)) : pick(foreign[name as WordClass], rng),
    )
    .replace(/\ba (\w+)/g, (_, word: string) => `${article(word)} ${word}`);
}

function article(word: string): string {
  return /^[aeio]|^u(?!ni)/.test(word) ? 'an' : 'a';
}

function plural(noun: string): string {
  if (/(s|x|z|ch|sh|ato)$/.test(noun)) return `${noun}es`;
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '1234567890'];

/** One to three runs of keys that lie side by side, forwards and back, as a hand that rests on the keyboard makes them. */
function mash(rng: Rng): string {
  const runs = Array.from({ length: 1 + rng.below(3) }, () => {
    const row = pick(ROWS, rng);
    let at = rng.below(row.length);
    let run = '';
    for (let left = 2 + rng.below(7); left > 0; left--) {
      run += row[at]!;
      at = (at + row.length + pick([-2, -1, 0, 1, 1, 2], rng)) % row.length;
    }
    return run;
  });
  return runs.join(' ');
}

function pick<T>(items: readonly T[], rng: Rng): T {
  return items[rng.below(items.length)]!;
}
