/** Timings of earlier runs, a JSON line each: what a change did to the speed of a program on a board. */
import { z } from 'zod';
import { InputError } from '../seams/errors.js';

const Entry = z.object({
  /** ISO 8601 */
  at: z.string(),
  board: z.string(),
  program: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  msPerCharacter: z.number(),
  tStatesPerCharacter: z.number(),
  clockHz: z.number(),
  waitStates: z.number().optional(),
});
export type HistoryEntry = z.infer<typeof Entry>;

/** Less is the noise of a measurement. */
const NOTABLE = 0.02;

/** @throws InputError naming the line that is none */
export function readHistory(text: string, where: string): HistoryEntry[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [Entry.parse(JSON.parse(line))];
    } catch (cause) {
      throw new InputError('the line is no timing', { where: `${where}:${index + 1}`, hint: 'remove it', cause });
    }
  });
}

export function historyText(entries: readonly HistoryEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

export interface Change {
  /** The last timing of another build of the program on this board. */
  before: HistoryEntry;
  /** now / before - 1 */
  change: number;
  verdict: 'slower' | 'faster' | 'as fast';
}

/** @returns undefined where there is no other build to compare with */
export function changeSince(entries: readonly HistoryEntry[], now: HistoryEntry): Change | undefined {
  const before = entries.findLast(
    ({ board, program, sha256 }) => board === now.board && program === now.program && sha256 !== now.sha256,
  );
  if (!before) return undefined;
  const change = now.msPerCharacter / before.msPerCharacter - 1;
  return { before, change, verdict: change > NOTABLE ? 'slower' : change < -NOTABLE ? 'faster' : 'as fast' };
}
