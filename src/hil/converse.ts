/**
 * Hold a conversation with a program on any Target, strictly prompt-driven:
 *
 *     target                         us
 *     … banner … CR LF '> '   -->
 *                             <--    question CR
 *     question (echo) CR LF   -->
 *     A N S W E R             -->    (each character stamped as it arrives)
 *     CR LF '> '              -->
 *
 * Nothing is typed before the prompt has come, so a program that does not look at the keyboard while it thinks
 * loses nothing, and whatever differs between two targets differs because of them.
 */
import { LinkError } from '../seams/errors.js';
import type { Target, TargetOutput } from '../seams/target.js';
import type { Exchange, Transcript } from './transcript.js';

/** What the chat program prints when it waits for a question. */
export const PROMPT = '\r\n> ';

export interface ConverseSettings {
  /** Longest wait for the first prompt: loading from a slow disk and the banner. */
  openingMs: number;
  /** Longest silence while answering. The original program's slow layout needs 3.6 s a character at 7.37 MHz. */
  silenceMs: number;
}

export const CONVERSE_DEFAULTS: ConverseSettings = { openingMs: 15_000, silenceMs: 15_000 };

export type ConverseEvent =
  { type: 'console'; bytes: Uint8Array } | { type: 'opened' } | { type: 'answered'; exchange: Exchange };

/** One console byte and its time. */
interface Stamped {
  byte: number;
  atMs: number;
  tStates: number | undefined;
}

/**
 * Start the loaded program, ask the questions, return the transcript; events tell the console live.
 * @throws LinkError(timedOut) naming the question and showing the unmatched tail where no prompt comes
 */
export async function* converse(
  target: Target,
  questions: readonly string[],
  settings: Partial<ConverseSettings> = {},
): AsyncGenerator<ConverseEvent, Transcript> {
  const { openingMs, silenceMs } = { ...CONVERSE_DEFAULTS, ...settings };
  await target.start('');
  const opening = yield* readToPrompt(target, openingMs, 'after the program was started');
  yield { type: 'opened' };
  const exchanges: Exchange[] = [];
  for (const question of questions) {
    await target.type(new TextEncoder().encode(`${question}\r`));
    const shown = yield* readToPrompt(target, silenceMs, `after the question ${JSON.stringify(question)}`);
    const exchange = toExchange(question, shown);
    exchanges.push(exchange);
    yield { type: 'answered', exchange };
  }
  return { target: target.name, opening: Uint8Array.from(opening, (s) => s.byte), exchanges };
}

async function* readToPrompt(
  target: Target,
  silenceMs: number,
  when: string,
): AsyncGenerator<ConverseEvent, Stamped[]> {
  const shown: Stamped[] = [];
  for (;;) {
    const output = await target.read(silenceMs);
    if (!output) {
      const tail = printable(shown.slice(-60));
      throw new LinkError(`no prompt came ${when}`, {
        where: target.name,
        timedOut: true,
        hint: tail ? `the last thing it said was "${tail}"` : 'it said nothing at all: is the program running?',
      });
    }
    yield { type: 'console', bytes: output.bytes };
    append(shown, output);
    if (endsWithPrompt(shown)) return shown;
  }
}

function append(shown: Stamped[], { bytes, atMs, tStates }: TargetOutput): void {
  for (const byte of bytes) shown.push({ byte, atMs, tStates });
}

function endsWithPrompt(shown: Stamped[]): boolean {
  return text(shown.slice(-PROMPT.length)) === PROMPT;
}

/** The echo ends at the first line feed; the answer is what follows, up to the prompt. */
function toExchange(question: string, shown: Stamped[]): Exchange {
  const echoEnd = shown.findIndex((s) => s.byte === 0x0a);
  const answer = shown.slice(echoEnd + 1, Math.max(echoEnd + 1, shown.length - PROMPT.length));
  const start = shown[Math.max(echoEnd, 0)]!;
  const marks = [...answer, shown.at(-PROMPT.length)!];
  const counts = marks.map((mark) => mark.tStates! - start.tStates!);
  return {
    question,
    raw: Uint8Array.from(shown, (s) => s.byte),
    answer: text(answer),
    characterMs: marks.map((mark) => mark.atMs - start.atMs),
    ...(start.tStates !== undefined && { characterTStates: counts }),
  };
}

function text(stamped: Stamped[]): string {
  return String.fromCharCode(...stamped.map((s) => s.byte));
}

/** For a message on a terminal: nothing but printable ASCII gets through. */
function printable(stamped: Stamped[]): string {
  return text(stamped)
    .replace(/[^ -~]+/g, ' ')
    .trim();
}
