/**
 * How well a game is played: what the network recognises, carried through the table of truths to what a player hears, for
 * every secret.
 *
 *     question ──► label of the network ──► YES NO MAYBE WIN SPELL ...   held to what the pair's own label comes to
 */
import { TRUTHS, isNamed, meaningOf, type Game } from '../model/game.js';
import { fold, typed } from '../model/question.js';
import { latin1 } from '../seams/bytes.js';
import type { TextPair } from './examples.js';

/** Of a fact's phrasings, at most so many are held to each other. */
const MOST_PHRASINGS = 5;

export interface GameScore {
  secrets: number;
  /** Questions for facts and secrets; each is asked of every secret. */
  questions: number;
  /** Of secrets times questions. */
  asked: number;
  right: number;
  /** Pairs of a secret and a fact that has at least two phrasings, and how many get one answer to all (up to five). */
  facts: number;
  alike: number;
  /** Questions that win a game without having guessed its secret, of all questions and secrets: there should be none. */
  wrongWins: number;
}

/**
 * @param pairs questions that were not learnt
 * @param choose the label that the network gives to a question
 */
export function gameScore(
  game: Game,
  pairs: readonly TextPair[],
  choose: (question: string, after?: string) => string,
): GameScore {
  const secrets = game.secrets.map((_, index) => index);
  const score: GameScore = {
    secrets: secrets.length,
    questions: 0,
    asked: 0,
    right: 0,
    facts: 0,
    alike: 0,
    wrongWins: 0,
  };
  /** For each fact, of each phrasing its outcome for each secret. */
  const phrasings = new Map<string, string[][]>();
  for (const { question, answer: wanted, after } of pairs) {
    const folded = latin1(fold(typed(question)));
    const label = choose(question, after);
    const said = secrets.map((secret) => outcome(game, label, secret, (names) => isNamed(folded, names)));
    // Whoever words a pair as a guess means it as one.
    const right = secrets.map((secret) => outcome(game, wanted, secret, () => true));
    score.wrongWins += said.filter((what, secret) => what === 'WIN' && right[secret] !== 'WIN').length;
    const { kind } = meaningOf(game, wanted);
    if (kind !== 'fact' && kind !== 'secret') continue;
    score.questions++;
    score.asked += secrets.length;
    score.right += said.filter((what, secret) => what === right[secret]).length;
    if (kind === 'fact') phrasings.set(wanted, [...(phrasings.get(wanted) ?? []), said]);
  }
  for (const all of phrasings.values()) {
    if (all.length < 2) continue;
    const some = all.slice(0, MOST_PHRASINGS);
    score.facts += secrets.length;
    score.alike += secrets.filter((secret) => some.every((said) => said[secret] === some[0]![secret])).length;
  }
  return score;
}

/** What a player hears for a label while this is the secret. */
function outcome(game: Game, label: string, secret: number, named: (names: readonly string[]) => boolean): string {
  const meaning = meaningOf(game, label);
  if (meaning.kind === 'fact') return TRUTH_NAMES[TRUTHS.indexOf(game.truths[secret]![meaning.index]!)]!;
  if (meaning.kind === 'secret') {
    if (!named(game.secrets[meaning.index]!)) return 'SPELL';
    return meaning.index === secret ? 'WIN' : 'NO';
  }
  return `${meaning.kind} ${label}`;
}

/** In the order of TRUTHS. */
const TRUTH_NAMES = ['NO', 'YES', 'MAYBE'];
