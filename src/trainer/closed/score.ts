/** Scores of a closed model, by what it says to each pair's question. */
import type { TextPair } from '../examples.js';
import type { Score } from '../scorer.js';
import { asked } from '../../model/question.js';
import { atOnce, eachSliced, type Slices } from '../../seams/slices.js';

/** Leading characters of the wanted answer that are said, and its end if it is said whole. */
function charactersRight(wanted: string, said: string): number {
  let right = 0;
  while (right < wanted.length && said[right] === wanted[right]) right++;
  return right + (said === wanted ? 1 : 0);
}

/** What bounds scores: pairs that are one question to the model, and are answered differently. */
export interface Ceiling {
  answers: number;
  characters: number;
}

export function ceilingOf(pairs: readonly TextPair[]): Ceiling {
  return atOnce(ceilingSliced(pairs));
}

export function* ceilingSliced(pairs: readonly TextPair[]): Slices<Ceiling> {
  const groups = new Map<string, Map<string, number>>();
  yield* eachSliced(pairs, ({ question, answer, after = '' }) => {
    const key = `${after}|${asked(question)}`;
    const answers = groups.get(key) ?? new Map<string, number>();
    groups.set(key, answers.set(answer, (answers.get(answer) ?? 0) + 1));
  });
  const ceiling = { answers: 0, characters: 0 };
  yield* eachSliced(groups.values(), (answers) => {
    ceiling.answers += Math.max(...answers.values());
    const characters = [...answers.keys()].map((said) =>
      [...answers].reduce((sum, [wanted, pairs]) => sum + pairs * charactersRight(wanted, said), 0),
    );
    ceiling.characters += Math.max(...characters);
  });
  return ceiling;
}

/** @param said the model's answer to pair p */
export function closedScore(pairs: readonly TextPair[], said: (p: number) => string, ceiling: Ceiling): Score {
  let [answers, characters, count] = [0, 0, 0];
  pairs.forEach(({ answer }, p) => {
    const text = said(p);
    if (text === answer) answers++;
    characters += charactersRight(answer, text);
    count += answer.length + 1;
  });
  const total = Math.max(1, pairs.length);
  return {
    pairs: pairs.length,
    characterCount: count,
    answers: answers / total,
    characters: characters / Math.max(1, count),
    answerCeiling: ceiling.answers / total,
    characterCeiling: ceiling.characters / Math.max(1, count),
  };
}
