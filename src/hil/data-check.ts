/** Answers to data questions: how many each side gets right, and where the sides part. */
import type { Transcript } from './transcript.js';

/** A question and the answers that the data has for it. */
export interface DataQuestion {
  question: string;
  answers: readonly string[];
}

export interface AnswerSheet {
  name: string;
  /** In the order of the questions; undefined where there is none. */
  answers: readonly (string | undefined)[];
}

export interface Parting {
  question: string;
  expected: readonly string[];
  /** By the name of the side. */
  answers: Readonly<Record<string, string | undefined>>;
}

export interface DataReport {
  questions: number;
  right: Readonly<Record<string, number>>;
  /** Answers that are missing, for sides that have any. */
  missing: Readonly<Record<string, number>>;
  /** Questions to which the sides do not all answer the same. */
  partings: Parting[];
}

export function answerSheet({ target, exchanges }: Transcript): AnswerSheet {
  return { name: target, answers: exchanges.map(({ answer, incident }) => (incident ? undefined : answer)) };
}

export function checkAnswers(questions: readonly DataQuestion[], sheets: readonly AnswerSheet[]): DataReport {
  const of = <T>(value: (sheet: AnswerSheet) => T): Record<string, T> =>
    Object.fromEntries(sheets.map((sheet) => [sheet.name, value(sheet)]));
  const countWhere = (sheet: AnswerSheet, test: (answer: string | undefined, asked: DataQuestion) => boolean): number =>
    questions.filter((asked, i) => test(sheet.answers[i], asked)).length;
  return {
    questions: questions.length,
    right: of((sheet) => countWhere(sheet, (answer, asked) => answer !== undefined && asked.answers.includes(answer))),
    missing: Object.fromEntries(
      Object.entries(of((sheet) => countWhere(sheet, (answer) => answer === undefined))).filter(([, n]) => n > 0),
    ),
    partings: questions.flatMap(({ question, answers }, i) => {
      const given = of((sheet) => sheet.answers[i]);
      return new Set(Object.values(given)).size > 1 ? [{ question, expected: answers, answers: given }] : [];
    }),
  };
}
