/**
 * What may be wrong with training data, found before training: findings as data, each with its places and its
 * cure; `repair` applies the cures.
 */
import { MOST_BUCKETS } from '../model/closed-set.js';
import { guessOf } from '../model/game.js';
import { pieceBuckets } from '../model/pieces.js';
import { MAX_QUESTION, asked, fold, typed } from '../model/question.js';
import { atOnce, eachSliced, type Slices } from '../seams/slices.js';
import { utf8 } from '../seams/bytes.js';
import { counted, percent } from '../seams/words.js';
import { fallbacksOf, unknownText } from './fallback.js';
import { pairText, type ScannedFile } from './pairs.js';
import { PLAY_FINDINGS, playFindings } from './play-lint.js';

export const FINDING_KINDS = {
  'bad line': 'no pair: the trainer refuses the file',
  'no pairs': 'nothing to learn from: the trainer refuses the file',
  'two fallbacks': 'files that answer questions about something else differently: the trainer refuses them',
  'no fallback': 'no answer to questions about something else',
  contradiction: 'the same question with different answers',
  lookalike: 'different questions that hash to the same trigram counts, with different answers',
  duplicate: 'the same question with the same answer again',
  'cut off': 'questions longer than a line of the board, of which the rest is not heard',
  'nothing left': 'questions of which a model sees nothing',
  dropped: 'characters of questions that no line takes',
  'maybe a pair': 'a comment with a "|" in it',
  'small letters': 'answers that are learnt, and said, in capitals',
  'non-ASCII': 'characters of answers that are replaced or dropped',
  'one answer': 'nothing to choose from: the model says it to every question',
  imbalance: 'an answer with too many or too few pairs',
  ...PLAY_FINDINGS,
} as const;
export type FindingKind = keyof typeof FINDING_KINDS;

export interface Place {
  file: string;
  line: number;
}

export interface Finding {
  kind: FindingKind;
  /** Errors stop the trainer, or make it learn two answers at once. */
  level: 'error' | 'warning';
  message: string;
  places: Place[];
  cure: string;
}

export interface LintReport {
  pairs: number;
  /** Share of whole answers that the best possible model gets right, 0..1: contradictions and lookalikes lower it. */
  ceiling: number;
  findings: Finding[];
}

/** Places that a finding about a whole file names. */
const PLACES = 4;
/** An answer with a larger share draws the others to itself. */
const MOST_SHARE = 0.6;
/** An answer with fewer pairs is hardly learnt. */
const FEWEST_PAIRS = 5;
/** But a guess names its secret, and follow-ups have their answer before to tell them apart. */
const FEWEST_OF_CONTEXT = 2;

/** One pair and where it is. */
interface Entry extends Place {
  question: string;
  answer: string;
  /** In a dialogue, the answer before. */
  after?: string;
}

/** Examine files as the trainer would read them: together. */
export function lint(files: readonly ScannedFile[]): LintReport {
  return atOnce(lintSliced(files));
}

export function* lintSliced(files: readonly ScannedFile[]): Slices<LintReport> {
  const entries: Entry[] = files.flatMap(({ file, pairs }) => pairs.map((pair) => ({ ...pair, file })));
  const byQuestion = yield* groupBySliced(entries, questionKey);
  const byCounts = yield* groupBySliced(entries, piecesOf);
  let most = 0;
  const ofEach = function* <T>(items: readonly T[], find: (item: T) => Finding[]): Slices<Finding[]> {
    const found: Finding[] = [];
    yield* eachSliced(items, (item) => void found.push(...find(item)));
    return found;
  };
  yield* eachSliced(byCounts, (group) => void (most += majority(group).length));
  return {
    pairs: entries.length,
    ceiling: entries.length === 0 ? 1 : most / entries.length,
    findings: [
      ...files.flatMap(badLines),
      ...files.flatMap(emptiness),
      ...fallbacks(files, entries),
      ...(yield* ofEach(byQuestion, contradictions)),
      ...(yield* ofEach(byCounts, lookalikes)),
      ...(yield* ofEach(byQuestion, duplicates)),
      ...(yield* ofEach(entries, unheard)),
      ...files.flatMap(maybePairs),
      ...files.flatMap(smallLetters),
      ...files.flatMap(folds),
      ...oneAnswer(entries),
      ...imbalances(entries, guesses(files)),
      ...playFindings(files, entries),
    ],
  };
}

/**
 * One file without its bad lines, its duplicates and the minority of each contradiction (of equals, the first
 * answer stays). Comments, blank lines and the head stay, pairs and the fallback are written as the trainer
 * reads them; of a dialogue all up to the last turn that stays.
 * @param lines the file's lines as they are
 */
export function repair(scanned: ScannedFile, lines: readonly string[]): { lines: string[]; dropped: number } {
  const { unknown, head, pairs, file } = scanned;
  const entries = pairs.map((pair) => ({ ...pair, file }));
  const kept = new Set(groupBy(entries, questionKey).map((group) => majority(group)[0]!));
  const pairLines = new Set(pairs.map(({ line }) => line));
  // Of several in a line the last counts.
  const keptAt = new Map(entries.filter((entry) => kept.has(entry)).map((entry) => [entry.line, entry]));
  const bad = new Set(scanned.badLines.map(({ line }) => line));
  const out: string[] = [];
  lines.forEach((text, index) => {
    const pair = keptAt.get(index + 1);
    if (pair) out.push(pairText(pair));
    else if (unknown !== undefined && index + 1 === head.unknown?.line) out.push(unknownText(unknown));
    else if (!pairLines.has(index + 1) && !bad.has(index + 1)) out.push(text);
  });
  return { lines: out, dropped: lines.length - out.length };
}

/**
 * Case, blanks and signs do not make another question: a closed model sees none of them. What was answered before does: after
 * another answer it is another question.
 */
function questionKey({ question, after = '' }: Entry): string {
  return `${after}|${asked(question)}`;
}

/** What the encoder makes of it: two questions of the same pieces in another order are one to it. */
function piecesOf({ question, after = '' }: Entry): string {
  const pieces = pieceBuckets(fold(typed(question)), MOST_BUCKETS).sort((a, b) => a - b);
  return `${after}|${pieces.join()}`;
}

/** As it is told: with the answer before. */
function told({ question, after }: Entry): string {
  return `"${question}"${after === undefined ? '' : ` after ${after}`}`;
}

function emptiness({ file, pairs, badLines }: ScannedFile): Finding[] {
  if (pairs.length > 0 || badLines.length > 0) return [];
  return [
    {
      kind: 'no pairs',
      level: 'error',
      message: 'there is no pair in the file',
      places: [{ file, line: 1 }],
      cure: 'write one pair per line, as question|answer: is it big|YES',
    },
  ];
}

/** A model must not say just anything to what it was not taught: somebody has to tell what else. */
function fallbacks(files: readonly ScannedFile[], entries: readonly Entry[]): Finding[] {
  const named = fallbacksOf(files);
  if (named.length > 1)
    return [
      {
        kind: 'two fallbacks',
        level: 'error',
        message: named.map(({ answer }) => unknownText(answer)).join(' and '),
        places: named.map(({ file }) => ({ file, line: files.find((one) => one.file === file)!.head.unknown!.line })),
        cure: 'name the same answer in all files, or leave the line out of some',
      },
    ];
  if (named.length === 1 || entries.length === 0) return [];
  return [
    {
      kind: 'no fallback',
      level: 'warning',
      message: 'no line says what a model answers if it does not know',
      places: [{ file: entries[0]!.file, line: 1 }],
      cure: 'add such a line before the first pair, with an answer of yours: unknown: HUH?',
    },
  ];
}

function badLines({ file, badLines: bad }: ScannedFile): Finding[] {
  return bad.map(({ line, message, remedy }) => ({
    kind: 'bad line',
    level: 'error',
    message,
    places: [{ file, line }],
    cure: remedy,
  }));
}

function contradictions(group: Entry[]): Finding[] {
  const answers = byAnswer(group);
  if (answers.length < 2) return [];
  return [
    {
      kind: 'contradiction',
      level: 'error',
      message: `${told(group[0]!)} is ${spoken(answers)}`,
      places: group.map(placeOf),
      cure: 'keep one answer',
    },
  ];
}

function lookalikes(group: Entry[]): Finding[] {
  // One entry a question: what differs within a question is a contradiction, and told as such.
  const questions = groupBy(group, questionKey).map((same) => same[0]!);
  const answers = byAnswer(questions);
  if (questions.length < 2 || answers.length < 2) return [];
  const each = questions.map((entry) => `${told(entry)} (${entry.answer})`);
  return [
    {
      kind: 'lookalike',
      level: 'warning',
      message: `the model sees no difference between ${each.join(' and ')}`,
      places: questions.map(placeOf),
      cure: 'word one of them differently, or give them one answer',
    },
  ];
}

function duplicates(group: Entry[]): Finding[] {
  return byAnswer(group)
    .filter((same) => same.length > 1)
    .map((same) => ({
      kind: 'duplicate',
      level: 'warning',
      message: `${told(same[0]!)} is ${same[0]!.answer} ${same.length} times`,
      places: same.map(placeOf),
      cure: 'keep one, unless it shall weigh more',
    }));
}

/** What of a question no program hears: src/model/question.ts leaves it out, of training and of asking alike. */
function unheard(entry: Entry): Finding[] {
  const { question } = entry;
  const bytes = utf8(question);
  const told = `"${question.length > 40 ? `${question.slice(0, 37)}...` : question}"`;
  const finding = { level: 'warning' as const, places: [placeOf(entry)] };
  const heard = typed(question);
  const control = bytes.find((byte) => byte < 0x20 || byte === 0x7f);
  return [
    ...(bytes.filter((byte) => byte >= 0x20 && byte !== 0x7f).length > MAX_QUESTION
      ? [
          {
            ...finding,
            kind: 'cut off' as const,
            message: `${told} has ${bytes.length} bytes, and a line ${MAX_QUESTION}: the rest is not learnt, and cannot be typed`,
            cure: `shorten it to ${MAX_QUESTION} bytes; a letter beyond ASCII has two and more`,
          },
        ]
      : []),
    ...(control !== undefined
      ? [
          {
            ...finding,
            kind: 'dropped' as const,
            message: `${JSON.stringify(question)} has the control character ${control.toString(16).toUpperCase().padStart(2, '0')}h, which no line takes`,
            cure: 'delete it',
          },
        ]
      : []),
    ...(fold(heard).length === 0
      ? [
          {
            ...finding,
            kind: 'nothing left' as const,
            message: `${told} has no letter and no digit: signs are left out, so all such questions are one`,
            cure: 'write it in words, or delete the line',
          },
        ]
      : []),
  ];
}

function maybePairs({ file, comments }: ScannedFile): Finding[] {
  return comments.map(({ line, text }) => ({
    kind: 'maybe a pair',
    level: 'warning',
    message: `"${text}" is taken for a comment`,
    places: [{ file, line }],
    cure: 'if it is a pair, write it without the "#", which no model hears; if it is a comment, without the "|"',
  }));
}

/** One finding a file: whoever writes one answer in small letters writes all so. */
function smallLetters({ file, raised }: ScannedFile): Finding[] {
  const [first] = raised;
  if (!first) return [];
  return [
    {
      kind: 'small letters',
      level: 'warning',
      message: `"${first.from}" is learnt as ${first.to}, and so are ${counted(raised.length, 'answer')} in all`,
      places: raised.slice(0, PLACES).map(({ line }) => ({ file, line })),
      cure: 'nothing, if capitals are meant; else write what is said in a reply: reply HELLO: Hello.',
    },
  ];
}

function oneAnswer(entries: Entry[]): Finding[] {
  const [first] = entries;
  if (!first || entries.some(({ answer }) => answer !== first.answer)) return [];
  return [
    {
      kind: 'one answer',
      level: 'warning',
      message: `every pair is answered ${first.answer}`,
      places: [placeOf(first)],
      cure: 'write pairs with other answers',
    },
  ];
}

function folds({ file, folds: list }: ScannedFile): Finding[] {
  return list.map(({ from, to, count, line }) => {
    const code = `U+${from.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
    const fate = to === '' ? 'is dropped' : `becomes ${JSON.stringify(to)}`;
    return {
      kind: 'non-ASCII',
      level: 'warning',
      message: `${/\p{C}/u.test(from) ? code : `${from} (${code})`} ${fate}, ${counted(count, 'time')}`,
      places: [{ file, line }],
      cure: 'write it in ASCII: an answer has no other characters',
    };
  });
}

/** The answers that guess a secret. */
function guesses(files: readonly ScannedFile[]): Set<string> {
  return new Set(files.flatMap(({ head }) => (head.game?.secrets ?? []).map(({ names }) => guessOf(names))));
}

function imbalances(entries: Entry[], guessed: ReadonlySet<string>): Finding[] {
  const answers = byAnswer(entries);
  if (answers.length < 2) return [];
  return answers.flatMap((group): Finding[] => {
    const share = group.length / entries.length;
    const [{ answer }] = group as [Entry];
    const finding = { kind: 'imbalance' as const, level: 'warning' as const, places: [placeOf(group[0]!)] };
    if (share > MOST_SHARE)
      return [
        {
          ...finding,
          message: `${percent(share)} of all pairs are answered ${answer}`,
          cure: 'write more pairs with other answers, or try z80lm data balance',
        },
      ];
    const isTold = guessed.has(answer) || group.every(({ after }) => after !== undefined);
    const fewest = isTold ? FEWEST_OF_CONTEXT : FEWEST_PAIRS;
    if (group.length < fewest)
      return [
        {
          ...finding,
          message: `${answer} has ${counted(group.length, 'pair')}`,
          cure: `write at least ${fewest} pairs for it, or use another answer`,
        },
      ];
    return [];
  });
}

/** "YES (lines 1, 3) and NO (line 2)", commonest first; with file names where there are several. */
function spoken(answers: Entry[][]): string {
  const oneFile = new Set(answers.flat().map(({ file }) => file)).size === 1;
  const told = answers.map((group) => {
    const places = group.slice(0, 4).map(({ file, line }) => (oneFile ? line : `${file}:${line}`));
    if (group.length > places.length) places.push('...');
    return `${group[0]!.answer} (${oneFile ? (group.length === 1 ? 'line ' : 'lines ') : ''}${places.join(', ')})`;
  });
  return told.join(' and ');
}

function placeOf({ file, line }: Entry): Place {
  return { file, line };
}

/** Groups by answer, largest first, of equals the one that comes first. */
function byAnswer(entries: Entry[]): Entry[][] {
  return groupBy(entries, ({ answer }) => answer).sort((a, b) => b.length - a.length);
}

function majority(entries: Entry[]): Entry[] {
  return byAnswer(entries)[0]!;
}

/** Groups in order of their first members. */
function groupBy(entries: readonly Entry[], key: (entry: Entry) => string): Entry[][] {
  return atOnce(groupBySliced(entries, key));
}

function* groupBySliced(entries: readonly Entry[], key: (entry: Entry) => string): Slices<Entry[][]> {
  const groups = new Map<string, Entry[]>();
  yield* eachSliced(entries, (entry) => {
    const name = key(entry);
    const group = groups.get(name);
    if (group) group.push(entry);
    else groups.set(name, [entry]);
  });
  return [...groups.values()];
}
