/**
 * What is to be generated: a subject, and the categories of pairs that a data set about it needs, with their shares.
 * A table row is all there is to a category: prompts, validation and the plan read it.
 */
import type { TextPair } from '../examples.js';

/** A secret thing for 20 Questions, or somebody to be talked to, who may remember the last answer. */
export interface Job {
  kind: 'topic' | 'persona' | 'dialogues';
  /** The thing, or what the persona is like. */
  subject: string;
  /** All answers that may occur; undefined: any short one (personas only). */
  answers: readonly string[] | undefined;
}

/** The answers of the game: design of the original Z80-μLM. */
export const GAME_ANSWERS = ['YES', 'NO', 'MAYBE', 'IDK', 'WIN'] as const;

/** The answer to nonsense, which is that to all that is about something else. */
export const GEN_UNKNOWN = 'IDK';

export interface Category {
  name: string;
  /** Of all pairs; the shares of a kind add up to 1. */
  share: number;
  /** The answers it may have; undefined: the job's. */
  answers?: readonly string[];
  /** Whether its questions must, or must not, name the secret: only the right guess does. */
  names?: 'must' | 'must not';
  /** Made from pairs of this category. */
  from?: string;
  /** Questions with their answers in a line: dialogues go on from a pair that is there. */
  turns?: 2;
  /** What the model is asked for. {subject} is quoted. */
  ask: string;
}

/** Of somebody who is talked to. */
const PERSONA: readonly Category[] = [
  {
    name: 'talk',
    share: 0.5,
    ask: 'things that people say or ask, with the answer of the persona in <data>. Use few different answers, of one to three words, and use each of them often.',
  },
  {
    name: 'paraphrases',
    share: 0.3,
    from: 'talk',
    ask: 'other ways to say what stands before the bars in <data>: terse, chatty, with a typing slip, without marks. What stands after the bar stays as it is.',
  },
  {
    name: 'distractors',
    share: 0.1,
    ask: 'things that people say which have nothing to do with the persona in <data>, with its answer. Use few different answers, of one to three words.',
  },
  {
    name: 'nonsense',
    share: 0.1,
    answers: [GEN_UNKNOWN],
    ask: 'inputs that nobody could understand: random letters, half words, numbers, each answered IDK.',
  },
];

const DIALOGUES: Category = {
  name: 'dialogues',
  share: 0.2,
  from: 'talk',
  turns: 2,
  ask: "dialogues with the persona in the first <data>. Each begins with a line of the last <data> as it stands, then a bar and what people say next, such as why or really, then a bar and the persona's answer to that, of one to three words. The second answer makes sense after the first alone.",
};

/** In the order in which they are made: what is made from others comes after them. */
export const CATEGORIES: Readonly<Record<Job['kind'], readonly Category[]>> = {
  topic: [
    {
      name: 'facts',
      share: 0.4,
      answers: ['YES', 'NO', 'MAYBE'],
      names: 'must not',
      ask: 'yes-or-no questions that a player of 20 Questions asks when the secret thing is {subject}, each with the true answer: YES, NO, or MAYBE where it depends. About as many NO as YES, few MAYBE. No question names the secret thing.',
    },
    {
      name: 'paraphrases',
      share: 0.25,
      answers: ['YES', 'NO', 'MAYBE'],
      names: 'must not',
      from: 'facts',
      ask: 'other ways to ask the questions in <data>, which are about {subject}: terse, chatty, with a typing slip, without marks. The answer of each stays as it is there. No question names the secret thing.',
    },
    {
      name: 'distractors',
      share: 0.15,
      answers: ['NO'],
      names: 'must not',
      ask: 'wrong guesses in a game of 20 Questions whose secret thing is {subject}: things like it and unlike it, each asked in its own way, each answered NO. Never the secret thing itself.',
    },
    {
      name: 'guesses',
      share: 0.1,
      answers: ['WIN'],
      names: 'must',
      ask: 'right guesses in a game of 20 Questions whose secret thing is {subject}: every one names it, each in another way, each answered WIN.',
    },
    {
      name: 'nonsense',
      share: 0.1,
      answers: [GEN_UNKNOWN],
      names: 'must not',
      ask: 'inputs to a game of 20 Questions that no yes or no answers: small talk, random letters, half words, questions of what or why or when, each answered IDK.',
    },
  ],
  persona: PERSONA,
  // Out of the talk's shares.
  dialogues: PERSONA.flatMap((category) => {
    if (category.name === 'talk') return [{ ...category, share: 0.4 }];
    return category.name === 'paraphrases' ? [{ ...category, share: 0.2 }, DIALOGUES] : [category];
  }),
};

/** How many pairs of each category make `total`: largest remainders, so they add up. */
export function quotasOf(kind: Job['kind'], total: number): Map<string, number> {
  const exact = CATEGORIES[kind].map(({ name, share }) => ({ name, count: total * share }));
  const quotas = new Map(exact.map(({ name, count }) => [name, Math.floor(count + 1e-9)]));
  let left = total - [...quotas.values()].reduce((a, b) => a + b, 0);
  for (const { name } of exact.sort((a, b) => (b.count % 1) - (a.count % 1)))
    if (left-- > 0) quotas.set(name, quotas.get(name)! + 1);
  return quotas;
}

/** A pair and what it was made as. */
export interface GenPair extends TextPair {
  category: string;
  /** Of a dialogue, the turn before: question, answer. */
  before?: readonly string[];
}
