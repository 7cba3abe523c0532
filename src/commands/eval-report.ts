/** What `z80lm eval` found, in words. */
import { percent } from '../seams/words.js';
import type { AnswerRow, EvaluationScore, PartScore } from '../trainer/evaluate.js';
import type { GameScore } from '../trainer/game-score.js';
import type { OthersScore, TypoScore } from '../trainer/hardship.js';
import type { Z80Evaluation } from './eval-z80.js';
import { speedLine } from './size-table.js';

/** Rows of the table of answers. */
const SHOWN_ANSWERS = 20;
/** Mistakes named in a row. */
const SHOWN_MISTAKES = 4;

/** What the same questions score without a model. Shares of whole answers right, 0..1. */
export interface Baselines {
  /** Always the answer that most of the questions have. */
  commonest: { answer: string; answers: number };
  /** The answer of the training question most alike, where the training data are known. */
  nearest?: { files: string[]; answers: number };
}

export function scoreLines(score: EvaluationScore): string[] {
  const summary = (what: string, right: number, ceiling: number, count: number): string =>
    `${what} right ${percent(right)} of ${count}; the same question with different answers bounds it at ` +
    `${percent(ceiling)}, so ${percent(right / ceiling)} of what can be had`;
  const { characters, characterCeiling, characterCount, single, followUps } = score;
  const lines = [summary('whole answers', score.answers, score.answerCeiling, score.pairs)];
  if (single && followUps)
    lines.push(`${partWords('single questions', single)}, ${partWords('follow-ups', followUps)}`);
  if (characters !== undefined && characterCeiling !== undefined && characterCount !== undefined)
    lines.push(summary('characters', characters, characterCeiling, characterCount));
  return lines;
}

function partWords(what: string, { pairs, answers }: PartScore): string {
  return pairs === 0 ? `no ${what}` : `${what} ${percent(answers)} of ${pairs}`;
}

export function gameLine({ secrets, asked, right, facts, alike, wrongWins }: GameScore): string {
  const share = (part: number, whole: number): string =>
    whole === 0 ? `none of ${whole}` : `${percent(part / whole)} of ${whole}`;
  return (
    `the game, over all ${secrets} secrets: right answers ${share(right, asked)}; facts answered alike however they are ` +
    `asked for ${share(alike, facts)}; wrong wins ${wrongWins}`
  );
}

export function baselineLine({ commonest, nearest }: Baselines): string {
  const known = nearest ? `nearest neighbour by trigrams ${percent(nearest.answers)}, ` : '';
  return `without a model: ${known}most frequent answer ${percent(commonest.answers)} (${commonest.answer})`;
}

export function typosLine(scores: readonly TypoScore[]): string {
  const told = scores.map(({ errors, answers }, index) => {
    const what = index > 0 ? String(errors) : `${errors} typing error${errors === 1 ? '' : 's'} in each question`;
    return `with ${what} ${percent(answers)}`;
  });
  return `whole answers right ${told.join(', ')}`;
}

export function othersLine({ unknown, questions, refused, good, lost }: OthersScore): string {
  const share = (part: number, whole: number): string =>
    `${part} of ${whole}${whole > 0 ? ` (${percent(part / whole)})` : ''}`;
  return `about other things: ${share(refused, questions)} answered ${unknown}; for it lost, of good ones: ${share(lost, good)}`;
}

export function tableLines(answers: readonly AnswerRow[]): string[] {
  const width = Math.max(6, ...answers.slice(0, SHOWN_ANSWERS).map((row) => row.answer.length));
  const rows = answers.slice(0, SHOWN_ANSWERS).map(({ answer, pairs, right, mistakes }) => {
    const said = mistakes.slice(0, SHOWN_MISTAKES).map((m) => `${m.said || '(nothing)'} ${m.pairs}`);
    if (mistakes.length > SHOWN_MISTAKES) said.push('...');
    return `${answer.padEnd(width)} ${String(pairs).padStart(7)} ${percent(right / pairs).padStart(7)}  ${said.join(', ')}`;
  });
  const more = answers.length - rows.length;
  return [
    `${'answer'.padEnd(width)}   pairs   right  said instead`,
    ...rows,
    ...(more > 0 ? [`... and ${more} more answers`] : []),
  ];
}

export function z80Lines(z80: Z80Evaluation): string[] {
  const { questions, agree, pairs, pairsRight, untypable, programBytes, meanTStates, worstTStates } = z80;
  const words = (text: string): string => JSON.stringify(text);
  return [
    '',
    `on the Z80: ${pairsRight} of ${pairs} whole answers right (${percent(pairsRight / Math.max(1, pairs))})` +
      (untypable > 0 ? `; ${untypable} pairs left out: their questions cannot be typed, or are commands` : ''),
    agree === questions
      ? `all ${questions} questions answered as by the integer model`
      : `${agree} of ${questions} questions answered as by the integer model, ${questions - agree} not:`,
    ...z80.differ.map((d) => `  ${words(d.question)}: ${words(d.z80)}, not ${words(d.reference)}`),
    `${programBytes} bytes; ${speedLine({ meanTStates, worstTStates })}`,
  ];
}
