/** A data set in numbers, and as a picture: how many pairs each answer has. */
import { percent } from '../seams/words.js';
import type { TextPair } from './examples.js';
import { escaped, PICTURE_WIDTH, svgPicture } from './svg.js';

export interface DataStats {
  pairs: number;
  /** Pairs of dialogues that follow an answer. */
  followUps: number;
  /** Distinct, without regard to case. */
  questions: number;
  /** Commonest first. */
  answers: { answer: string; pairs: number }[];
  /** Characters of the longest question and answer, and of the average one. */
  questionLength: { mean: number; longest: number };
  answerLength: { mean: number; longest: number };
  /** What a model trained on it can write, in code order, without the end of answer. */
  charset: string;
  /** Training examples before duplicates are merged: a character each, and an end an answer. */
  examples: number;
}

export function statsOf(pairs: readonly TextPair[]): DataStats {
  const counts = new Map<string, number>();
  for (const { answer } of pairs) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  const answerLength = lengths(pairs.map(({ answer }) => answer));
  return {
    pairs: pairs.length,
    followUps: pairs.filter(({ after }) => after !== undefined).length,
    questions: new Set(pairs.map(({ question }) => question.trim().toLowerCase())).size,
    answers: [...counts].map(([answer, count]) => ({ answer, pairs: count })).sort((a, b) => b.pairs - a.pairs),
    questionLength: lengths(pairs.map(({ question }) => question)),
    answerLength,
    charset: [...new Set(pairs.flatMap(({ answer }) => [...answer]))].sort().join(''),
    examples: pairs.reduce((total, { answer }) => total + answer.length + 1, 0),
  };
}

function lengths(texts: string[]): { mean: number; longest: number } {
  const all = texts.map((text) => text.length);
  const total = all.reduce((a, b) => a + b, 0);
  return { mean: texts.length === 0 ? 0 : total / texts.length, longest: all.reduce((a, b) => Math.max(a, b), 0) };
}

/** Bars beyond this many are summed into a last one. */
const BARS = 40;
const ROW = 18;
const LEFT = 180;

/** The answers as a bar chart, as an SVG document. */
export function answersPicture({ pairs, answers }: DataStats, title: string): string {
  const shown = answers.slice(0, BARS);
  const rest = answers.slice(BARS).reduce((total, row) => total + row.pairs, 0);
  const rows = rest > 0 ? [...shown, { answer: `${answers.length - BARS} more`, pairs: rest }] : shown;
  const most = Math.max(...rows.map((row) => row.pairs));
  const bars = rows.map(({ answer, pairs: count }, i) => {
    const y = 40 + i * ROW;
    const width = Math.max(1, Math.round(((PICTURE_WIDTH - LEFT - 120) * count) / most));
    return [
      `<text x="${LEFT - 8}" y="${y + 12}" text-anchor="end">${escaped(clipped(answer))}</text>`,
      `<rect x="${LEFT}" y="${y + 2}" width="${width}" height="${ROW - 5}" fill="#4477aa"/>`,
      `<text x="${LEFT + width + 6}" y="${y + 12}">${count} (${percent(count / pairs)})</text>`,
    ].join('\n');
  });
  return svgPicture(`${title}: ${pairs} pairs, ${answers.length} answers`, 50 + rows.length * ROW, bars);
}

function clipped(text: string): string {
  return text.length > 22 ? `${text.slice(0, 21)}~` : text;
}
