/** A script as it is played: what is typed, and what is awaited after it. How scripts are written is in script.ts. */
import { typed } from '../model/question.js';
import { toBytes } from '../seams/bytes.js';
import { QUESTION_DIGITS, QUESTION_PROMPT } from '../seams/prompt.js';

/** What the chat program prints when it waits for a question; in a game, the question's number stands before the `>`. */
export const PROMPT = '\r\n> ';

/** Where a prompt begins that ends the text; undefined if none does. */
export function promptAt(text: string, prompt: string): number | undefined {
  const at =
    prompt === PROMPT ? text.search(QUESTION_PROMPT) : text.endsWith(prompt) ? text.length - prompt.length : -1;
  return at < 0 ? undefined : at;
}

/** A prompt and what may stand in it besides, at most. */
export const promptRoom = (prompt: string): number => prompt.length + QUESTION_DIGITS;
/** Longest silence while answering. The original program's slow layout needs 3.6 s a character at 7.37 MHz. */
export const SILENCE_MS = 15_000;

/**
 * What an answer may take in all, so that a program that never stops talking does not keep anybody. The original program's
 * slow layout thinks for three minutes over its longest answer; 64 KB are more than all memory of such a board.
 */
export const ANSWER_BOUNDS = { totalMs: 10 * 60_000, mostBytes: 64 * 1024 };

const CR = 0x0d;

/** A question is text, and as much of it is typed as a line takes. In keys and in what is awaited, a character is a byte. */
export type ScriptStep = { ask: string } | { send: string } | { expect: string } | { timeoutMs: number };

export interface Script {
  /** What the program prints when it waits for a question. */
  prompt: string;
  /** Longest silence. */
  timeoutMs: number;
  steps: ScriptStep[];
}

/** A script that asks questions and nothing else. */
export function askAll(questions: readonly string[]): Script {
  return { prompt: PROMPT, timeoutMs: SILENCE_MS, steps: questions.map((ask) => ({ ask })) };
}

/** Something to wait for: a text anywhere after the mark, or the prompt at the end of all that came. */
export interface Wait {
  text: string;
  isPrompt: boolean;
  timeoutMs: number;
}

/** A script as it is played: type this, then wait for those. */
export interface Turn {
  /** For reports: the question, or the keys made visible. */
  question: string;
  keys: Uint8Array;
  waits: Wait[];
}

/** @returns what must come before anything is typed, and the turns */
export function turnsOf(script: Script): { opening: Wait[]; turns: Turn[] } {
  let { timeoutMs } = script;
  const opening: Wait[] = [];
  const turns: Turn[] = [];
  const current = (): Wait[] => turns.at(-1)?.waits ?? opening;
  // A question needs the prompt before it; whatever nothing else is awaited after waits for the prompt, too.
  const settle = (promptNeeded: boolean): void => {
    if (promptNeeded || current().length === 0) current().push({ text: script.prompt, isPrompt: true, timeoutMs });
  };
  for (const step of script.steps) {
    if ('timeoutMs' in step) timeoutMs = step.timeoutMs;
    else if ('expect' in step) current().push({ text: step.expect, isPrompt: false, timeoutMs });
    else {
      settle('ask' in step);
      turns.push(
        'ask' in step
          ? { question: step.ask, keys: Uint8Array.of(...typed(step.ask), CR), waits: [] }
          : { question: visible(step.send), keys: toBytes(step.send), waits: [] },
      );
    }
  }
  settle(false);
  return { opening, turns };
}

/** Keys for people: `^C`, `ESC`, text as it is. */
function visible(keys: string): string {
  return [...asText(keys)].map((key) => NAME_OF.get(key) ?? control(key)).join('');
}

/** Bytes that are UTF-8 as what they say. */
function asText(keys: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(toBytes(keys));
  } catch {
    return keys;
  }
}

function control(key: string): string {
  return key < ' ' ? `^${String.fromCharCode(key.charCodeAt(0) + 0x40)}` : key;
}

const NAME_OF = new Map([
  ['\r', '<CR>'],
  ['\x1b', '<ESC>'],
  ['\x7f', '<DEL>'],
]);
