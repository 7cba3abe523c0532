/**
 * What of a model's text becomes a pair. The text is untrusted: it may be garbage, explain itself, or carry
 * instructions and escape sequences. Nothing in it is ever obeyed or shown; a line is a well-formed pair whose answer
 * is one of the allowed ones, or it is counted and dropped.
 */
import { encodeQuery } from '../../model/encoder.js';
import { typed } from '../../model/question.js';
import { sameness } from '../data-expand.js';
import { utf8 } from '../../seams/bytes.js';
import type { TextPair } from '../examples.js';
import { Folder } from '../fold.js';
import { scanPairs } from '../pairs.js';
import { GEN_UNKNOWN, type Category, type Job } from './job.js';
import { GEN } from './limits.js';

/** Why a line was dropped. */
export type Rejection =
  | 'no pair'
  | 'control characters'
  | 'odd characters'
  | 'too long'
  | 'answer not allowed'
  | 'names the secret'
  | 'does not name the secret'
  | 'duplicate'
  | 'contradiction'
  | 'no dialogue'
  | 'opens with something new'
  | 'more than asked for';

/** Control characters of ASCII and Latin-1, and Unicode's invisible and direction-changing ones. */

const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/;
/** What questions are made of. No angle brackets or backticks: kept questions are quoted in later prompts. */
const PLAIN = /^[\p{L}\p{M}\w .,;:?!'"()/&%+*$@=-]+$/u;
/** A list mark in front of a pair: "1. ", "2) ", "- ". */
const LIST_MARK = /^\s*(?:\d{1,3}[.)]|[-*])\s+/;

/** A pair, or a dialogue's last turn with what goes before it. */
export interface JudgedPair extends TextPair {
  before?: string[];
}

/** Holds what is there, and lets in what is new and agrees with it. */
export class Judge {
  readonly #job: Job;
  readonly #secret: RegExp | undefined;
  /** Answers by question after the answer before, and by its trigram counts: the model cannot tell apart what has the same. */
  readonly #answers = new Map<string, string>();
  readonly #looks = new Map<string, string>();

  constructor(job: Job) {
    this.#job = job;
    this.#secret = job.kind === 'topic' ? secretOf(job.subject) : undefined;
  }

  /** Take note of a pair that is there already. */
  learn({ question, answer, after = '' }: TextPair): void {
    this.#answers.set(`${after}|${sameness(question)}`, answer);
    this.#looks.set(`${after}|${looksOf(question)}`, answer);
  }

  /** The pair in a line of a model's text, or why it is none; undefined for lines that say nothing. */
  judge(line: string, category: Category): JudgedPair | Rejection | undefined {
    if (line.trim() === '') return undefined;
    if (CONTROL.test(line)) return 'control characters';
    if (line.length > GEN.longestLine) return 'too long';
    const turns = scanPairs(utf8(line.replace(LIST_MARK, '')), '').pairs;
    const pair = turns.at(-1);
    if (!pair) return 'no pair';
    if (turns.length !== (category.turns ?? 1)) return category.turns ? 'no dialogue' : 'no pair';
    const opening = category.turns && this.#opening(turns[0]!);
    if (opening === null) return 'opens with something new';
    const question = withPlainSigns(pair.question);
    const allowed = category.answers ?? this.#job.answers;
    const answer = allowed ? pair.answer.replace(/[.!]+$/, '') : pair.answer;
    if (!PLAIN.test(question) || !PLAIN.test(answer)) return 'odd characters';
    if (question.length > GEN.longestQuestion || answer.length > GEN.longestAnswer) return 'too long';
    if (allowed && !allowed.includes(answer)) return 'answer not allowed';
    const named = this.#secret?.test(new Folder().fold(question, 1));
    if (category.names === 'must not' && named) return 'names the secret';
    if (category.names === 'must' && !named) return 'does not name the secret';
    if (sameness(question) === '') return 'no pair';
    const context = `${opening?.answer ?? ''}|`;
    const key = `${context}${sameness(question)}`;
    const there = this.#answers.get(key) ?? this.#looks.get(`${context}${looksOf(question)}`);
    if (there !== undefined && there !== answer) return 'contradiction';
    if (this.#answers.has(key)) return 'duplicate';
    return { question, answer, ...(opening && { after: opening.answer, before: [opening.question, opening.answer] }) };
  }

  /** What a dialogue goes on from, if it is there and is remembered: what it answers is nobody's to invent. */
  #opening(turn: TextPair): TextPair | null {
    const question = withPlainSigns(turn.question);
    const answer = this.#answers.get(`|${sameness(question)}`);
    if (answer === undefined || answer === GEN_UNKNOWN || !PLAIN.test(question)) return null;
    return answer === turn.answer.replace(/[.!]+$/, '') || answer === turn.answer ? { question, answer } : null;
  }
}

/** A question names the secret if it has a whole word of it, singular or plural, articles and the like aside. */
function secretOf(subject: string): RegExp {
  const words = subject.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const telling = words.filter((word) => !/^(a|an|the|some|of|in|on|to|and|for|with|from)$/.test(word));
  // Only all of them together, in any order, name "fire engine": a question may well ask about fire.
  const each = (telling.length > 0 ? telling : words).map((word) => `(?=.*\\b${word}(s|es)?\\b)`);
  return new RegExp(`^${each.join('')}`, 'i');
}

/** Curly quotes and long dashes become what people type; letters stay as they are. */
function withPlainSigns(question: string): string {
  return question.replace(/[^\p{L}\p{M}\p{N}]+/gu, (signs) => new Folder().fold(signs, 1)).trim();
}

function looksOf(question: string): string {
  return encodeQuery(typed(question)).join();
}

/** Cuts a stream of text into lines; what is longer than any pair is not kept whole. */
export class Lines {
  #rest = '';

  push(text: string): string[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop()!.slice(0, GEN.longestLine + 2);
    return lines;
  }

  /** The last line, if the text ended without a line end. */
  end(): string {
    const rest = this.#rest;
    this.#rest = '';
    return rest;
  }
}
