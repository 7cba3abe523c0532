/**
 * The reader of text pairs, the one form in which everything here takes its training data:
 *
 *     # a comment
 *     unknown: HUH?
 *     is it big|YES
 *
 * UTF-8 text, one `question|answer` a line; blank lines and lines that start with `#` say nothing. Both are
 * trimmed. A question stays as it is written, in any script: src/model/question.ts knows what of it arrives at
 * a program when it is typed. An answer is folded to ASCII (fold.ts) and upper-cased, as the original Z80-μLM
 * trainer does it. Lines before the first pair may say more of the set (head.ts).
 *
 *     are you alive|NO|why|NO CELLS
 *
 * is a dialogue: every turn is a pair, and each but the first follows the answer before it. An opening that is a pair of the
 * file anyway does not count again.
 */
import { InputError } from '../seams/errors.js';
import { asked, typed } from '../model/question.js';
import { atOnce, eachSliced, type Slices } from '../seams/slices.js';
import { MAX_REPLY } from '../model/voice.js';
import { Folder, type Fold } from './fold.js';
import { HeadReader, type Head } from './head.js';

export interface Pair {
  /** As written, trimmed; accents joined to their letters (NFC). */
  question: string;
  /** In capitals, 1 to 120 characters of printable ASCII. */
  answer: string;
  /** Where it stands in its file, from 1. */
  line: number;
  /** In a dialogue, the answer that this question follows. */
  after?: string;
  /** The turns of its dialogue that come before it: question, answer, question, answer. */
  before?: readonly string[];
}

/** The pair as a line of a file. */
export function pairText({ question, answer, before = [] }: Pick<Pair, 'question' | 'answer' | 'before'>): string {
  return [...before, question, answer].join('|');
}

/** A line that is no pair. */
export interface BadLine {
  line: number;
  /** Column of what is wrong, from 1. */
  column: number;
  message: string;
  remedy: string;
}

export interface PairFile {
  /** The file's name, as the user gave it. */
  file: string;
  pairs: Pair[];
  /** The answer to questions about something else, folded and in capitals, if the file names it. */
  unknown?: string;
  head: Head;
  /** Characters outside ASCII that were replaced or dropped in answers, commonest first. */
  folds: Fold[];
}

/** A file as it is, for `data lint`. */
export interface ScannedFile extends PairFile {
  badLines: BadLine[];
  /** Comments that may have been meant as pairs: there is a "|" in them. */
  comments: { line: number; text: string }[];
  /** Answers that are learnt in capitals, and were written otherwise. */
  raised: { line: number; from: string; to: string }[];
}

/**
 * Read a file of prompts: one a line, with the same comments and encodings as pairs.
 * @throws InputError for text that cannot be decoded, and for a file without a prompt
 */
export function readPrompts(bytes: Uint8Array, file: string): string[] {
  const prompts = textLines(bytes, file).filter(saysSomething).map(asWritten).filter(canBeTyped);
  if (prompts.length === 0)
    throw new InputError('there is not one prompt in the file', { where: file, hint: 'write one question a line' });
  return prompts;
}

function saysSomething(line: string): boolean {
  return line.trim() !== '' && !line.trimStart().startsWith('#');
}

/**
 * Read the questions of a file of pairs or of prompts; what is behind a "|" is left out.
 * @throws InputError as readPrompts does
 */
export function readQuestions(bytes: Uint8Array, file: string): string[] {
  const { pairs, badLines } = scanPairs(bytes, file);
  if (pairs.length > 0 && badLines.length === 0) return pairs.map(({ question }) => question);
  const questions = readPrompts(bytes, file).map((prompt) => prompt.replace(/\s*\|.*$/, ''));
  return questions.filter(canBeTyped);
}

/** A tab is a blank like any other: a program takes none. */
function asWritten(question: string): string {
  return question.trim().replaceAll('\t', ' ').normalize('NFC');
}

/** Whether anything but blanks arrives at the program. */
function canBeTyped(question: string): boolean {
  return typed(question).some((byte) => byte !== 0x20);
}

/** How many bad lines an error shows. */
const SHOWN = 10;

/**
 * Read a file of pairs.
 * @param bytes the file's content
 * @param file its name, for errors
 * @throws InputError for text of another encoding, for an empty file, and for lines that are no pairs: the
 *   message shows the first ten of them, `where` is the first
 */
export function readPairs(bytes: Uint8Array, file: string): PairFile {
  return atOnce(readPairsSliced(bytes, file));
}

export function* readPairsSliced(bytes: Uint8Array, file: string): Slices<PairFile> {
  const { badLines, comments: _, raised: _raised, ...pairFile } = yield* scanPairsSliced(bytes, file);
  if (badLines.length > 0) throw badLinesError(badLines, file);
  if (pairFile.pairs.length === 0)
    throw new InputError('there is not one pair in the file', {
      where: file,
      hint: 'write one pair a line, as question|answer: is it big|YES',
    });
  return pairFile;
}

/**
 * The same without an opinion about lines: bad ones are returned beside the good, for `data lint`.
 * @throws InputError for text that cannot be decoded, and for a file without a byte
 */
export function scanPairs(bytes: Uint8Array, file: string): ScannedFile {
  return atOnce(scanPairsSliced(bytes, file));
}

export function* scanPairsSliced(bytes: Uint8Array, file: string): Slices<ScannedFile> {
  const folder = new Folder();
  const heads = new HeadReader(folder);
  const pairs: Pair[] = [];
  const badLines: BadLine[] = [];
  const comments: ScannedFile['comments'] = [];
  const raised: ScannedFile['raised'] = [];
  yield* eachSliced(textLines(bytes, file), (text, index) => {
    const line = index + 1;
    if (!saysSomething(text)) {
      if (text.includes('|')) comments.push({ line, text: text.trim() });
      return;
    }
    const head = heads.read(text, line, pairs.length > 0);
    if (head === true) return;
    const result = head ?? readLine(text, line, folder, heads.head);
    if ('remedy' in result) badLines.push(result);
    else {
      pairs.push(...result);
      const written = text.split('|').filter((_, field) => field % 2 === 1);
      for (const [turn, { answer }] of result.entries())
        if (/[a-z]/.test(written[turn]!)) raised.push({ line, from: written[turn]!.trim(), to: answer });
    }
  });
  const { head } = heads;
  const unknown = head.unknown?.answer;
  return {
    file,
    pairs: yield* withoutOpenings(pairs),
    head,
    folds: folder.folds,
    badLines,
    comments,
    raised,
    ...(unknown !== undefined && { unknown }),
  };
}

/** Without what is said on the way to a dialogue's last turn, where that is taught anyway. */
function* withoutOpenings(pairs: readonly Pair[]): Slices<Pair[]> {
  const last = new Map(pairs.map((pair) => [pair.line, pair]));
  if (last.size === pairs.length) return [...pairs];
  const key = ({ question, answer, after = '' }: Pair): string => [after, asked(question), answer].join('|');
  const taught = new Set<string>();
  yield* eachSliced(last.values(), (pair) => taught.add(key(pair)));
  const kept: Pair[] = [];
  yield* eachSliced(pairs, (pair) => {
    const isLast = last.get(pair.line) === pair;
    if (isLast || !taught.has(key(pair))) kept.push(pair);
    if (!isLast) taught.add(key(pair));
  });
  return kept;
}

/** @returns the pairs of the line: one, or one per turn of a dialogue */
function readLine(text: string, line: number, folder: Folder, head: Head): Pair[] | BadLine {
  const bad = (column: number, message: string, remedy: string): BadLine => ({ line, column, message, remedy });
  const fields = text.split('|');
  /** Column of each field. */
  const columns: number[] = [];
  fields.reduce((column, field) => {
    columns.push(column);
    return column + field.length + 1;
  }, 1);
  if (fields.length === 1)
    return bad(1, `no "|" in ${quote(text)}`, 'put "|" between question and answer, or "#" before a comment');
  if (fields.length > 2 && fields[0]!.trim() === '')
    return bad(1, `the dialogue begins with an answer: ${quote(text)}`, DIALOGUE_REMEDY);
  if (fields.length % 2 !== 0)
    return bad(columns[2]!, `a question without an answer at the end of ${quote(text)}`, DIALOGUE_REMEDY);
  const pairs: Pair[] = [];
  for (let at = 0; at < fields.length; at += 2) {
    const turn = readTurn(fields[at]!, fields[at + 1]!, line, folder);
    if ('remedy' in turn) return { ...turn, column: columns[turn.column === 1 ? at : at + 1]! };
    const after = pairs.at(-1)?.answer;
    if (after !== undefined && (after === head.unknown?.answer || after === head.repeat?.answer))
      return bad(
        columns[at]!,
        `something follows ${after}, which is not remembered`,
        'let dialogues go on after other answers: the fallback, and what was only said again, change no subject',
      );
    const before = pairs.flatMap(({ question, answer }) => [question, answer]);
    pairs.push({ ...turn, ...(after !== undefined && { after, before }) });
  }
  return pairs;
}

const DIALOGUE_REMEDY = 'write question|answer, or a dialogue as question|answer|question|answer';

/** One question with its answer. The column of what is wrong is 1 for the question, else 2. */
function readTurn(rawQuestion: string, rawAnswer: string, line: number, folder: Folder): Pair | BadLine {
  const bad = (column: number, message: string, remedy: string): BadLine => ({ line, column, message, remedy });
  const question = asWritten(rawQuestion);
  const answer = folder.fold(rawAnswer.trim(), line).trim().toUpperCase();
  const empty = (side: string, raw: string, column: number): BadLine =>
    raw === ''
      ? bad(
          column,
          `no ${side} ${side === 'question' ? 'before' : 'after'} the "|"`,
          `write the ${side}, or delete the line`,
        )
      : bad(
          column,
          `nothing of the ${side} ${quote(raw)} can be ${side === 'question' ? 'typed' : 'written in ASCII'}`,
          side === 'question' ? 'write the question in letters' : 'write the answer in ASCII',
        );
  if (!canBeTyped(question)) return empty('question', rawQuestion.trim(), 1);
  if (answer === '') return empty('answer', rawAnswer.trim(), 2);
  if (answer.length > MAX_REPLY)
    return bad(
      2,
      `the answer has ${answer.length} characters: ${quote(answer)}`,
      `shorten answers to ${MAX_REPLY} characters`,
    );
  return { question, answer, line };
}

function quote(text: string): string {
  const trimmed = text.trim();
  return `"${trimmed.length > 40 ? `${trimmed.slice(0, 37)}...` : trimmed}"`;
}

function badLinesError(badLines: BadLine[], file: string): InputError {
  const first = badLines[0]!;
  const where = `${file}:${first.line}:${first.column}`;
  const hint = [...new Set(badLines.map((bad) => bad.remedy))].join('; ');
  if (badLines.length === 1) return new InputError(first.message, { where, hint });
  const shown = badLines.slice(0, SHOWN).map((bad) => `  ${file}:${bad.line}:${bad.column}: ${bad.message}`);
  const more = badLines.length - shown.length;
  if (more > 0) shown.push(`  ... and ${more} more`);
  return new InputError(`${badLines.length} lines are not pairs\n${shown.join('\n')}`, { where, hint });
}

/**
 * The lines of a UTF-8 file, whatever ends them; a byte-order mark and CP/M's end-of-file padding (1Ah) are dropped.
 * @throws InputError for another encoding, naming it and its cure, and for a file without a byte
 */
export function textLines(bytes: Uint8Array, file: string): string[] {
  if (bytes.length === 0)
    throw new InputError('the file is empty', { where: file, hint: 'write one pair a line, as question|answer' });
  checkWideEncodings(bytes, file);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0x1a) end--;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end));
  } catch (cause) {
    throw notUtf8(bytes, file, cause);
  }
  return text.split(/\r\n|\n|\r/);
}

/** Encodings with a signature, longest first. */
const MARKS = [
  { bytes: [0xff, 0xfe, 0, 0], name: 'UTF-32' },
  { bytes: [0, 0, 0xfe, 0xff], name: 'UTF-32' },
  { bytes: [0xff, 0xfe], name: 'UTF-16' },
  { bytes: [0xfe, 0xff], name: 'UTF-16' },
];

/** Refuse UTF-16 and UTF-32, with or without their mark, and files that are no text at all. */
function checkWideEncodings(bytes: Uint8Array, file: string): void {
  const mark = MARKS.find((m) => m.bytes.every((byte, i) => bytes[i] === byte));
  if (mark) throw otherEncoding(mark.name, file);
  const nul = bytes.indexOf(0);
  if (nul < 0) return;
  // English in UTF-16 without a mark has a NUL as every other byte.
  const nuls = [0, 0];
  bytes.forEach((byte, i) => byte === 0 && nuls[i & 1]!++);
  const most = bytes.length / 2;
  if (nuls[1]! > 0.7 * most && nuls[0] === 0) throw otherEncoding('UTF-16LE', file);
  if (nuls[0]! > 0.7 * most && nuls[1] === 0) throw otherEncoding('UTF-16BE', file);
  throw new InputError('there is a NUL byte in the file, so it is no text', {
    where: place(bytes, nul, file),
    hint: 'give a plain text file with one question|answer a line',
  });
}

/** A file with bytes above 7Fh that are not UTF-8: nearly always Latin-1 or its Windows relative. */
function notUtf8(bytes: Uint8Array, file: string, cause: unknown): InputError {
  const at = firstInvalid(bytes);
  const unassigned = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
  const where = place(bytes, at, file);
  if (bytes.some((byte) => unassigned.includes(byte)))
    return new InputError(`byte ${hex(bytes[at]!)} is not UTF-8`, {
      where,
      hint: 'save the file as UTF-8 in your editor',
      cause,
    });
  const windows = bytes.some((byte) => byte >= 0x80 && byte <= 0x9f);
  return otherEncoding(windows ? 'WINDOWS-1252' : 'LATIN1', file, where, cause);
}

function otherEncoding(encoding: string, file: string, where = file, cause?: unknown): InputError {
  const shellName = /^[\w./@+-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
  const target = /^[\w./@+-]+$/.test(file) ? `${file}.utf8` : `'${file.replaceAll("'", "'\\''")}.utf8'`;
  return new InputError(`the file is not UTF-8 but looks like ${encoding}`, {
    where,
    hint: `iconv -f ${encoding} -t UTF-8 ${shellName} > ${target}`,
    cause,
  });
}

/** Offset of the first byte that is no part of a UTF-8 character. */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at]!;
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    try {
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(at, at + length));
    } catch {
      return at;
    }
    at += length;
  }
  return 0;
}

function place(bytes: Uint8Array, offset: number, file: string): string {
  const before = bytes.subarray(0, offset);
  const line = before.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 1);
  return `${file}:${line}:${offset - before.lastIndexOf(0x0a)}`;
}

function hex(byte: number): string {
  return `${byte.toString(16).toUpperCase().padStart(2, '0')}h`;
}
