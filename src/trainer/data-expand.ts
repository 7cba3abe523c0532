/**
 * From a spec (data-spec.ts) to pairs: choose among the phrasings of each topic, seeded, and type them as
 * people do. Each topic draws from its own random numbers, so an edit to one fact leaves the others alone.
 */
import { InputError } from '../seams/errors.js';
import { encodeQuery, toBytes } from '../model/encoder.js';
import { typed } from '../model/question.js';
import type { Phrasing, Spec, Topic } from './data-spec.js';
import { Rng } from './rng.js';

export interface SpecPair {
  question: string;
  answer: string;
  /** What it was made from. */
  phrasing: Phrasing;
  value: string | undefined;
  /** The turns of a dialogue that come before it: question, answer, question, answer. */
  before?: string[];
}

export interface SpecData {
  training: SpecPair[];
  /** Made from phrasings that the training part never uses. */
  heldOut: SpecPair[];
}

/**
 * Expand a spec; the same spec gives the same pairs, in the order of the spec.
 * @throws InputError naming both lines wherever one question would get two answers, or a held-out phrasing is
 *   used for training too
 */
export function expandSpec(spec: Spec): SpecData {
  checkHeldOut(spec);
  const known = new Known(spec);
  const part = (heldOut: boolean): SpecPair[] => {
    const chosen = spec.topics.map((topic) => {
      const random = topicRng(spec.seed, heldOut, topic);
      const wanted = heldOut ? topic.hold : topic.take;
      return { topic, pairs: choose(topic, heldOut, wanted, random, known) };
    });
    return withOpenings(chosen, heldOut, spec.file);
  };
  // All plain questions first: a careless spelling must never take the place of another topic's question.
  for (const topic of spec.topics)
    for (const { text, phrasing } of questionsOf(topic)) known.reserve(text, topic, phrasing);
  known.check();
  return { training: part(false), heldOut: part(true) };
}

/** A phrasing that is held out somewhere must be used for training nowhere, whatever it is asked about. */
function checkHeldOut(spec: Spec): void {
  const phrasings = [...new Set(spec.topics.flatMap((topic) => topic.phrasings))];
  const forms = (phrasing: Phrasing): string[] => phrasing.forms.map(sameness);
  const trained = new Map(
    phrasings
      .filter(({ heldOut }) => !heldOut)
      .flatMap((phrasing) => forms(phrasing).map((form) => [form, phrasing] as const)),
  );
  const leaks = phrasings
    .filter(({ heldOut }) => heldOut)
    .flatMap((phrasing) => forms(phrasing).map((form) => ({ form, phrasing, other: trained.get(form) })))
    .flatMap(({ form, phrasing, other }) =>
      other ? [`"${form}" is held out by line ${phrasing.line}, but used by line ${other.line}`] : [],
    );
  throwIfAny(leaks, spec.file);
}

function throwIfAny(findings: string[], where: string): void {
  const [first, ...others] = findings;
  if (first === undefined) return;
  throw new InputError([first, ...others.slice(0, 9).map((finding) => `  ${finding}`)].join('\n'), {
    where,
    hint: `change one line of each pair${others.length > 9 ? ` (${others.length - 9} more are not shown)` : ''}`,
  });
}

/** Every question a topic can give, in proper English. */
export function questionsOf(topic: Topic): { text: string; phrasing: Phrasing }[] {
  const bare = topic.value?.replace(/^(a|an|the|some) /, '');
  return topic.phrasings.flatMap((phrasing) =>
    phrasing.forms.map((text) => ({
      text: text.replaceAll('{x}', topic.value ?? '').replaceAll('{bare}', bare ?? ''),
      phrasing,
    })),
  );
}

/** Case, marks and double blanks do not make another question. */
export function sameness(question: string): string {
  return question
    .toLowerCase()
    .replace(/[?!.,']/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** One phrasing after the other, a random form of each, until there are enough or no more. */
function choose(topic: Topic, heldOut: boolean, wanted: number, random: Rng, known: Known): SpecPair[] {
  const forms = new Map<Phrasing, string[]>();
  for (const { text, phrasing } of questionsOf(topic)) {
    if (phrasing.heldOut !== heldOut) continue;
    const texts = forms.get(phrasing);
    if (texts) texts.push(text);
    else forms.set(phrasing, [text]);
  }
  const queues = shuffled([...forms], random).map(([phrasing, texts]) => ({
    phrasing,
    texts: shuffled(texts, random),
  }));
  const chosen: SpecPair[] = [];
  while (chosen.length < wanted && queues.some(({ texts }) => texts.length > 0))
    for (const { phrasing, texts } of queues) {
      const text = texts.pop();
      if (text === undefined || chosen.length >= wanted) continue;
      const question = [careless(text, random), text].find((form) => known.take(form, topic, heldOut));
      if (question !== undefined) chosen.push({ question, answer: topic.answer, phrasing, value: topic.value });
    }
  return chosen;
}

interface Chosen {
  topic: Topic;
  pairs: SpecPair[];
}

/** Dialogues with what they begin with: pairs of the same part that come to the answer which is followed, by turns. */
function withOpenings(chosen: readonly Chosen[], heldOut: boolean, file: string): SpecPair[] {
  const byAnswer = new Map<string, SpecPair[]>();
  const known = (pairs: readonly SpecPair[]): void => {
    for (const pair of pairs) byAnswer.set(pair.answer, [...(byAnswer.get(pair.answer) ?? []), pair]);
  };
  for (const { topic, pairs } of chosen) if (topic.after === undefined) known(pairs);
  // What follows a follow-up has to wait for it.
  let open = chosen.filter(({ topic, pairs }) => topic.after !== undefined && pairs.length > 0);
  while (open.length > 0) {
    const ready = open.filter(({ topic }) => byAnswer.has(topic.after!));
    const [stuck] = open;
    if (ready.length === 0)
      throw new InputError(`nothing ${heldOut ? 'that is held out ' : ''}is answered ${stuck!.topic.after}`, {
        where: `${file}:${stuck!.topic.line}`,
        hint: heldOut
          ? 'mark a phrasing of that answer with "~", or follow it with hold=0'
          : 'write what is answered so, or correct the answer after "after"',
      });
    for (const { topic, pairs } of ready) {
      const openings = byAnswer.get(topic.after!)!;
      pairs.forEach((pair, i) => {
        const { question, answer, before = [] } = openings[i % openings.length]!;
        pair.before = [...before, question, answer];
      });
    }
    open = open.filter((one) => !ready.includes(one));
    for (const { pairs } of ready) known(pairs);
  }
  return chosen.flatMap(({ pairs }) => pairs);
}

/** Random numbers of a topic's own: from its words, not its place, so that it may move. */
function topicRng(seed: number, heldOut: boolean, topic: Topic): Rng {
  const name = `${topic.after === undefined ? '' : `${topic.after}|`}${topic.answer} ${topic.value ?? topic.phrasings.map(({ pattern }) => pattern).join()}`;
  const hash = toBytes(name).reduce((h, byte) => Math.imul(h ^ byte, 0x01000193), 0x811c9dc5 | 0); // FNV-1a
  return new Rng(seed, heldOut ? 1 : 0, hash);
}

function shuffled<T>(items: readonly T[], random: Rng): T[] {
  const order = Int32Array.from(items.keys());
  random.shuffle(order);
  return Array.from(order, (i) => items[i]!);
}

/** After another answer it is another question. */
function keyOf(question: string, { after = '' }: Topic): string {
  return `${after}|${sameness(question)}`;
}

/** Which questions there are, so that none comes twice, in both parts, or with two answers. */
class Known {
  readonly #spec: Spec;
  /** Plain questions of the spec. */
  readonly #owners = new Map<string, Topic>();
  readonly #quarrels: string[] = [];
  /** What a held-out phrasing may say: another phrasing with another value could read the same. */
  readonly #heldOut = new Set<string>();
  readonly #taken = new Set<string>();
  /** Trigram counts: two questions that the model cannot tell apart must not have two answers. */
  readonly #answers = new Map<string, string>();

  constructor(spec: Spec) {
    this.#spec = spec;
  }

  reserve(question: string, topic: Topic, phrasing: Phrasing): void {
    const key = keyOf(question, topic);
    if (phrasing.heldOut) this.#heldOut.add(key);
    const owner = this.#owners.get(key);
    if (owner === undefined) this.#owners.set(key, topic);
    else if (owner.answer !== topic.answer)
      this.#quarrels.push(
        `"${question}" is ${owner.answer} by line ${owner.line}, but ${topic.answer} by line ${topic.line}`,
      );
  }

  check(): void {
    throwIfAny(this.#quarrels, this.#spec.file);
  }

  /** Claim a question for a topic; false where it is taken, belongs to another answer or looks the same to the model. */
  take(question: string, topic: Topic, heldOut: boolean): boolean {
    const key = keyOf(question, topic);
    const owner = this.#owners.get(key);
    if (
      this.#taken.has(key) ||
      (this.#heldOut.has(key) && !heldOut) ||
      (owner !== undefined && owner.answer !== topic.answer)
    )
      return false;
    const counts = `${topic.after ?? ''}|${encodeQuery(typed(question)).join()}`;
    const answer = this.#answers.get(counts) ?? topic.answer;
    if (answer !== topic.answer) return false;
    this.#answers.set(counts, answer);
    this.#taken.add(key);
    return true;
  }
}

/** How often people do each of these things (our guess; it is the variety that matters). */
const HABITS = { noMark: 0.6, noApostrophe: 0.6, short: 0.06, slip: 0.04 };

/** As in quick messages. */
const SHORT: [RegExp, string][] = [
  [/\bare you\b/g, 'r u'],
  [/\byou\b/g, 'u'],
  [/\byour\b/g, 'ur'],
  [/\bplease\b/g, 'pls'],
  [/\bgoing to\b/g, 'gonna'],
];

function careless(question: string, random: Rng): string {
  let text = question;
  if (random.float() < HABITS.noMark) text = text.replace(/[?!.]+$/, '');
  if (random.float() < HABITS.noApostrophe) text = text.replaceAll("'", '');
  if (random.float() < HABITS.short) for (const [long, short] of SHORT) text = text.replace(long, short);
  if (random.float() < HABITS.slip) text = slip(text, random);
  return text;
}

/** One slip of the fingers inside one longer word: a letter left out, doubled, or changed for its neighbour. */
function slip(text: string, random: Rng): string {
  const words = [...text.matchAll(/[a-z]{5,}/g)];
  const word = words[random.below(words.length)];
  if (!word) return text;
  const at = word.index + 1 + random.below(word[0].length - 3);
  const [a, b] = [text[at]!, text[at + 1]!];
  const slips = [b, a + a + b, b + a];
  return text.slice(0, at) + slips[random.below(slips.length)]! + text.slice(at + 2);
}
