/**
 * What a set's model says to a question about something else: its fallback, in a line before the first pair.
 *
 *     unknown: HUH?
 *     is it big|YES
 *
 * After the first pair such a line with a "|" is a pair as any other, for people may well ask about an `unknown: file`.
 */
import { InputError } from '../seams/errors.js';
import { MAX_REPLY } from '../model/voice.js';
import { Folder } from './fold.js';
import type { BadLine, PairFile } from './pairs.js';

export interface UnknownLine {
  /** In capitals, 1 to 120 characters of printable ASCII. */
  answer: string;
  line: number;
}

/** What stands in the file before a line. */
export interface Before {
  unknown: UnknownLine | undefined;
  hasPairs: boolean;
}

/**
 * Read a line that may be the set's fallback.
 * @returns undefined for a line that is something else
 */
export function readUnknown(
  text: string,
  line: number,
  folder: Folder,
  before: Before,
): UnknownLine | BadLine | undefined {
  const [, head, said] = /^(\s*unknown\s*:\s*)(.*)$/i.exec(text) ?? [];
  if (head === undefined || said === undefined) return undefined;
  const bad = (column: number, message: string, remedy: string): BadLine => ({ line, column, message, remedy });
  const bar = said.indexOf('|');
  if (before.hasPairs && bar >= 0) return undefined;
  if (before.hasPairs) return bad(1, '"unknown:" after a pair', 'move the line above the first pair');
  if (before.unknown)
    return bad(1, `a second "unknown:", after line ${before.unknown.line}`, 'leave one of these lines');
  if (bar >= 0)
    return bad(
      head.length + bar + 1,
      'a "|" after "unknown:"',
      'write the answer alone; if it is meant as a pair, put another pair above it',
    );
  const answer = fallbackFrom(said, folder, line);
  if (answer === '')
    return bad(
      head.length + 1,
      'no answer in ASCII after "unknown:"',
      'write one, such as unknown: HUH?, or delete the line',
    );
  if (answer.length > MAX_REPLY)
    return bad(
      head.length + 1,
      `the answer after "unknown:" has ${answer.length} characters`,
      `shorten it to ${MAX_REPLY} characters`,
    );
  return { answer, line };
}

/** What is written as a fallback, in capitals of ASCII; empty where nothing of it can be. @param folder remembers changes */
export function fallbackFrom(text: string, folder = new Folder(), line = 1): string {
  return folder.fold(text.trim(), line).trim().toUpperCase();
}

/** The line as files have it. */
export function unknownText(answer: string): string {
  return `unknown: ${answer}`;
}

/** What of a file its fallback is read from. */
export type FallbackFile = Pick<PairFile, 'file' | 'unknown'>;

/** The first file of each fallback that files name; files read together should name one. */
export function fallbacksOf(files: readonly FallbackFile[]): { file: string; answer: string }[] {
  const first = new Map<string, string>();
  for (const { file, unknown } of files) if (unknown !== undefined && !first.has(unknown)) first.set(unknown, file);
  return [...first].map(([answer, file]) => ({ file, answer }));
}

/**
 * The fallback of files that are read together; undefined if none names one.
 * @throws InputError where they name different ones
 */
export function fallbackOf(files: readonly FallbackFile[]): string | undefined {
  const [one, other] = fallbacksOf(files);
  if (one && other)
    throw new InputError(`${unknownText(other.answer)}, but ${one.file} has ${unknownText(one.answer)}`, {
      where: other.file,
      hint: 'name the same answer in both, or leave the line out of one',
    });
  return one?.answer;
}
