/**
 * The lines before the first pair that say more of a set than its pairs do, in files of pairs and in specs:
 *
 *     unknown: HUH?                           to questions about something else (fallback.ts)
 *     reply HELLO: Hello. / You again.        what is said for an answer; texts take turns
 *     repeat: AGAIN                           pairs with this answer say the last text once more
 *     game: 20                                a game, lost after so many questions, with its secrets and facts (game-lines.ts)
 *     secret a dog, puppy: animal, pet
 *     fact FLIES: bird, -penguin, ?chicken
 *
 * None of them has a "|", so each was a mistake in files of old.
 */
import { MOST_QUESTIONS } from '../model/game.js';
import { MAX_REPLY, MOST_VARIANTS, isReply } from '../model/voice.js';
import { readUnknown, unknownText, type UnknownLine } from './fallback.js';
import type { Folder } from './fold.js';
import {
  factText,
  readFact,
  readSecret,
  secretText,
  type FactLine,
  type GameLines,
  type SecretLine,
} from './game-lines.js';
import type { BadLine } from './pairs.js';

export interface ReplyLine {
  /** In capitals. */
  answer: string;
  texts: string[];
  line: number;
}

/** What a set says of itself before its pairs. */
export interface Head {
  unknown?: UnknownLine;
  replies: ReplyLine[];
  repeat?: { answer: string; line: number };
  game?: GameLines;
}

/** A line that was read, or what is wrong with it; undefined for one that is something else. */
type Read = true | BadLine | undefined;

/** Collects the lines of one file. */
export class HeadReader {
  readonly #replies: ReplyLine[] = [];
  readonly #secrets: SecretLine[] = [];
  readonly #facts: FactLine[] = [];
  #unknown: UnknownLine | undefined;
  #repeat: Head['repeat'];
  #limit: { questions: number; line: number } | undefined;

  constructor(private readonly folder: Folder) {}

  /** @param hasPairs whether a pair stands above */
  read(text: string, line: number, hasPairs: boolean): Read {
    const unknown = readUnknown(text, line, this.folder, { unknown: this.#unknown, hasPairs });
    if (unknown) {
      if ('remedy' in unknown) return unknown;
      this.#unknown = unknown;
      return true;
    }
    if (text.includes('|')) return undefined;
    const [, word, rest] = /^\s*(reply|repeat|game|secret|fact)\b(.*)$/i.exec(text) ?? [];
    if (word === undefined || (!rest!.includes(':') && word.toLowerCase() !== 'secret')) return undefined;
    if (hasPairs)
      return { line, column: 1, message: `"${word}" after a pair`, remedy: 'move the line above the first pair' };
    const fault = this.#take(word.toLowerCase(), rest!.trim(), line);
    return fault ? { line, column: 1, ...fault } : true;
  }

  get head(): Head {
    const game =
      this.#limit || this.#secrets.length > 0 || this.#facts.length > 0
        ? { limit: this.#limit, secrets: this.#secrets, facts: this.#facts }
        : undefined;
    return {
      ...(this.#unknown && { unknown: this.#unknown }),
      replies: this.#replies,
      ...(this.#repeat && { repeat: this.#repeat }),
      ...(game && { game }),
    };
  }

  #take(word: string, rest: string, line: number): Pick<BadLine, 'message' | 'remedy'> | undefined {
    if (word === 'reply') return this.#takeReply(rest, line);
    if (word === 'repeat') {
      const answer = this.folder.fold(rest.replace(/^:/, ''), line).trim().toUpperCase();
      if (answer === '' || this.#repeat)
        return { message: answer === '' ? '"repeat:" names no answer' : 'a second "repeat:"', remedy: REMEDIES.repeat };
      this.#repeat = { answer, line };
      return undefined;
    }
    if (word === 'game') {
      const questions = Number(/^:\s*(\d+)$/.exec(rest)?.[1] ?? NaN);
      if (!(questions >= 1 && questions <= MOST_QUESTIONS) || this.#limit)
        return {
          message: this.#limit ? 'a second "game:"' : `a game of ${rest.slice(1).trim()}`,
          remedy: REMEDIES.game,
        };
      this.#limit = { questions, line };
      return undefined;
    }
    if (word === 'secret') {
      const secret = readSecret(rest, line, this.folder);
      if (!secret) return { message: `no names in "secret ${rest}"`, remedy: REMEDIES.secret };
      this.#secrets.push(secret);
      return undefined;
    }
    const fact = readFact(rest, line, this.folder);
    if (!fact) return { message: `no name in "fact ${rest}"`, remedy: REMEDIES.fact };
    this.#facts.push(fact);
    return undefined;
  }

  #takeReply(rest: string, line: number): Pick<BadLine, 'message' | 'remedy'> | undefined {
    const [, name, said] = /^(.+?)\s*:(?:\s+(.*))?$/.exec(rest) ?? [];
    const answer = this.folder
      .fold(name ?? '', line)
      .trim()
      .toUpperCase();
    const texts = (said ?? '')
      .split(/(?:^|\s)\/(?=\s|$)/)
      .map((text) => this.folder.fold(text, line).trim())
      .filter((text) => text !== '');
    const long = texts.find((text) => !isReply(text));
    if (answer === '' || texts.length === 0) return { message: `no text in "reply ${rest}"`, remedy: REMEDIES.reply };
    if (long !== undefined)
      return {
        message: `a reply to ${answer} has ${long.length} characters`,
        remedy: `shorten replies to ${MAX_REPLY} characters, or part them with " / "`,
      };
    if (texts.length > MOST_VARIANTS)
      return { message: `${answer} has ${texts.length} replies`, remedy: `leave at most ${MOST_VARIANTS}` };
    const other = this.#replies.find((reply) => reply.answer === answer);
    if (other)
      return {
        message: `a second "reply ${answer}", after line ${other.line}`,
        remedy: 'put all texts into one line, with " / "',
      };
    this.#replies.push({ answer, texts, line });
    return undefined;
  }
}

const REMEDIES = {
  reply: 'write what is said for an answer: reply HELLO: Hello. / Good day.',
  repeat: 'write one line with one answer: repeat: AGAIN',
  game: `write one line with 1 to ${MOST_QUESTIONS} questions: game: 20`,
  secret: 'write its names and its traits: secret a dog, puppy: animal, pet',
  fact: 'write its name, and for what it is true: fact FLIES: bird, -penguin, ?chicken',
};

/** The lines as files have them. */
export function headText({ unknown, replies, repeat, game }: Head): string[] {
  return [
    ...(unknown ? [unknownText(unknown.answer)] : []),
    ...replies.map(({ answer, texts }) => `reply ${answer}: ${texts.join(' / ')}`),
    ...(repeat ? [`repeat: ${repeat.answer}`] : []),
    ...(game?.limit ? [`game: ${game.limit.questions}`] : []),
    ...(game?.secrets ?? []).map(secretText),
    ...(game?.facts ?? []).map(factText),
  ];
}
