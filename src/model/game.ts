/**
 * A game of questions about a secret. The network recognises which fact is asked for, or which secret is guessed; a table
 * of truths has the answer for the secret of this game, so that a fact is answered alike however it is asked for.
 *
 *                       ALIVE   BIG   FLIES            "does it live" ──► ALIVE ──► row of the secret ──► YES
 *     a dog               +      ?      -              "is it a dog"  ──► A DOG ──► is it this one?
 *     a lighthouse        -      +      -
 */
import { asked } from './question.js';
import { ownReplies, type Voice } from './voice.js';

export interface Game {
  /** Questions until it is lost. */
  limit: number;
  /** The names of each secret; the first, with its article, in capitals is the answer of pairs that guess it. */
  secrets: string[][];
  /** Answers of pairs that ask for a fact. */
  facts: string[];
  /** For each secret, for each fact one of TRUTHS. */
  truths: string[];
}

/** No, yes, maybe. In this order they are numbers in the program. */
export const TRUTHS = '-+?';
export const MOST_QUESTIONS = 99;
const FEWEST_SECRETS = 2;
/** The program numbers both by a byte; one number of a secret stands for none. */
const MOST_SECRETS = 255;
const MOST_FACTS = 256;

/** Answers that mean something to every game. */
export const ACTIONS = ['HINT', 'GIVE UP', 'AGAIN'] as const;
export type Action = (typeof ACTIONS)[number];
/**
 * What gives the secret away, or costs a question, cannot be taken back: an action must be this far ahead of the next answer, or
 * the fallback is said. Of lines that nobody means so ("so what", "what can i ask") few are that sure.
 */
export const ACTION_LEAD = 36;

/**
 * What a game says unless its data has replies under these names. {it} is replaced by the secret, {n} by the number of
 * questions.
 */
export const GAME_TEXTS = {
  NO: 'NO',
  YES: 'YES',
  MAYBE: 'MAYBE',
  SPELL: 'PLEASE SPELL THAT AGAIN.',
  'NO HINT': 'NO MORE HINTS.',
  WIN: 'YES! {it}, IN {n}.',
  LOSE: 'THAT WAS QUESTION {n}. IT WAS {it}.',
  'GIVE UP': 'IT WAS {it}.',
  AGAIN: 'NOW IT IS SOMETHING ELSE.',
} as const;
export type GameText = keyof typeof GAME_TEXTS;
/** The first three are in the order of TRUTHS. */
export const GAME_TEXT_NAMES = Object.keys(GAME_TEXTS) as GameText[];
/** Those that are about one secret or one game: from here on, the others can be said again later. */
export const FIRST_FORGOTTEN = GAME_TEXT_NAMES.indexOf('WIN');

/** What a game says in a case, by turns. */
export function gameTexts(voice: Voice | undefined, name: GameText): readonly string[] {
  return ownReplies(voice, name) ?? [GAME_TEXTS[name]];
}

/** The answer of pairs that guess a secret. */
export function guessOf(names: readonly string[]): string {
  return names[0]!.toUpperCase();
}

/** A secret's names as they stand in a folded question: small letters, without an article. */
export function spellings(names: readonly string[]): string[] {
  return [...new Set(names.map(bareName))];
}

/** As it stands in a folded question, without an article. */
export function bareName(name: string): string {
  return asked(name).replace(/^(a|an|the|some) /, '');
}

/**
 * Whether one of the names stands in a folded question, as a word or words of its own, or with an s behind it.
 * @param folded one character per byte
 */
export function isNamed(folded: string, names: readonly string[]): boolean {
  const text = ` ${folded} `;
  return spellings(names).some((name) => text.includes(` ${name} `) || text.includes(` ${name}s `));
}

/** What an answer means in a game. */
export type Meaning =
  | { kind: 'fact'; index: number }
  | { kind: 'secret'; index: number }
  | { kind: 'action'; action: Action }
  | { kind: 'plain' };

export function meaningOf(game: Game | undefined, answer: string): Meaning {
  if (!game) return { kind: 'plain' };
  const action = ACTIONS.find((name) => name === answer);
  if (action) return { kind: 'action', action };
  const fact = game.facts.indexOf(answer);
  if (fact >= 0) return { kind: 'fact', index: fact };
  const secret = game.secrets.findIndex((names) => guessOf(names) === answer);
  return secret >= 0 ? { kind: 'secret', index: secret } : { kind: 'plain' };
}

/** @param fail throws */
export function checkGame({ limit, secrets, facts, truths }: Game, fail: (message: string) => never): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_QUESTIONS)
    fail(`the game has ${limit} questions; 1 to ${MOST_QUESTIONS} can be counted`);
  if (secrets.length < FEWEST_SECRETS)
    fail(
      `the game has ${secrets.length === 1 ? 'one secret' : 'no secrets'}; with fewer than two there is nothing to guess`,
    );
  if (secrets.length > MOST_SECRETS) fail(`the game has ${secrets.length} secrets, where ${MOST_SECRETS} is the most`);
  if (facts.length > MOST_FACTS) fail(`the game has ${facts.length} facts, where ${MOST_FACTS} is the most`);
  const nameless = secrets.findIndex((names) => names.length === 0 || spellings(names).some((name) => name === ''));
  if (nameless >= 0) fail(`secret ${nameless + 1} of the game has a name that cannot be typed`);
  const odd = secrets.flat().find((name) => !/^[ -~]{1,40}$/.test(name) || /[{}]/.test(name));
  if (odd !== undefined) fail(`a secret is called ${JSON.stringify(odd)}, which is not 1 to 40 characters of ASCII`);
  const names = [...secrets.map(guessOf), ...facts, ...ACTIONS];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) fail(`the game has two things called ${JSON.stringify(twice)}`);
  if (truths.length !== secrets.length) fail(`the game has ${secrets.length} secrets, but truths for ${truths.length}`);
  const bad = truths.findIndex((row) => row.length !== facts.length || [...row].some((c) => !TRUTHS.includes(c)));
  if (bad >= 0) fail(`the truths of ${JSON.stringify(secrets[bad]![0])} are not one of "${TRUTHS}" for each fact`);
}
