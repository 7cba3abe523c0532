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
 * Nothing is typed before what was to come has come, so a program that does not look at the keyboard while it
 * thinks loses nothing, and whatever differs between two targets differs because of them. Before each typing the
 * line is drained; what comes is only searched from the last match on. However it talks, a program gets no more than the
 * bounds of an answer (ANSWER_BOUNDS).
 */
import { Wait as Waiting } from '../link/wait.js';
import { latin1 } from '../seams/bytes.js';
import { CPM_HOST, QUESTION_DIGITS } from '../seams/prompt.js';
import { LinkError, RefusedError, Z80lmError } from '../seams/errors.js';
import type { Target, TargetOutput } from '../seams/target.js';
import { ANSWER_BOUNDS, PROMPT, askAll, promptAt, promptRoom, turnsOf, type Script, type Turn, type Wait } from './turns.js'; // prettier-ignore
import { incidentOf, type Exchange, type Incident, type Transcript } from './transcript.js';

/** Longest wait for the first prompt where the script allows less: loading from a slow disk, and the banner. */
const OPENING_MS = 15_000;
/** A prompt with one character damaged is taken for one when nothing more came for so long. */
const DAMAGED_MS = 2_000;
/** The host's prompt is one when nothing follows it. */
const QUIET_MS = 300;
/** After the prompt, on a real line: time for a byte too much to arrive. A USB adapter may hold one for 16 ms. */
const SETTLE_MS = 20;
/** The host's prompt, where the program's own should be, is within so much text. */
const HOST_PROMPT_ROOM = 60;
/** Of a question, at the end. */
const NUMBER = new RegExp(`\\d{1,${QUESTION_DIGITS}}(?=>? ?$)`);
const LF = 0x0a;

export type ConverseEvent =
  { type: 'console'; bytes: Uint8Array } | { type: 'opened' } | { type: 'answered'; exchange: Exchange };

/** One console byte, its time, and how far the target's counters were. */
interface Stamped {
  byte: number;
  atMs: number;
  tStates: number | undefined;
  fetches: number | undefined;
}

/**
 * Start the loaded program, play the script, return the transcript; events tell the console live.
 * @throws LinkError(timedOut) naming the question and showing the unmatched tail where no prompt comes; whatever
 *   the target throws
 * @param pause waited for before anything is typed
 * @param signal ends it
 */
export async function* converse(
  target: Target,
  script: Script | readonly string[],
  pause?: () => Promise<void>,
  signal?: AbortSignal,
): AsyncGenerator<ConverseEvent, Transcript> {
  const { opening, turns } = turnsOf('steps' in script ? script : askAll(script));
  const conversation = new Conversation(target, { signal });
  const opened = yield* conversation.open(opening);
  if (opened.incident) throw opened.incident.error;
  yield { type: 'opened' };
  const exchanges: Exchange[] = [];
  for (const turn of turns) {
    await pause?.();
    const exchange = yield* conversation.play(turn);
    if (exchange.incident) throw exchange.incident.error;
    exchanges.push(exchange);
    yield { type: 'answered', exchange };
  }
  return { target: target.name, opening: opened.raw, exchanges };
}

/** What was shown up to the first prompt. */
export interface Opening {
  raw: Uint8Array;
  incident?: Incident;
}

type ConsoleEvents<T> = AsyncGenerator<Extract<ConverseEvent, { type: 'console' }>, T>;

export interface ConversationLimits {
  signal?: AbortSignal | undefined;
  /** Of an answer; ANSWER_BOUNDS unless given. */
  totalMs?: number;
  mostBytes?: number;
}

/** A conversation turn by turn. Failures are part of what is returned, so that a caller can go on after one. */
export class Conversation {
  /** The turn before, where it ended in a prompt. */
  private last: { raw: Uint8Array } | undefined;
  /** What came behind the last match and belongs to the next turn. */
  private carry: Stamped[] = [];
  private left = false;
  private failed = false;

  constructor(
    readonly target: Target,
    private readonly limits: ConversationLimits = {},
  ) {}

  /** Nothing more can be asked: the program ended, or something failed. */
  get over(): boolean {
    return this.left || this.failed;
  }

  /** Start the loaded program. */
  async *open(waits: readonly Wait[]): ConsoleEvents<Opening> {
    const patient = waits.map((wait) => ({ ...wait, timeoutMs: Math.max(wait.timeoutMs, OPENING_MS) }));
    const shown: Stamped[] = [];
    const incident = yield* this.attempt(async function* (this: Conversation) {
      await this.target.start('');
      yield* this.await(patient, shown, 'after the program was started');
      if (this.left) throw this.ended('the program ended before it asked for anything', shown);
    });
    const opening: Opening = { raw: bytesOf(shown), ...(incident && { incident }) };
    if (waits.at(-1)?.isPrompt) this.last = opening;
    return opening;
  }

  /** Type, and wait for what is to come. */
  async *play(turn: Turn): ConsoleEvents<Exchange> {
    let shown: Stamped[] = [];
    const incident = yield* this.attempt(async function* (this: Conversation) {
      if (this.left) throw this.ended(`the program had ended before ${JSON.stringify(turn.question)} was asked`, []);
      yield* this.drain(turn.question);
      shown = this.carry;
      this.carry = [];
      await this.target.type(turn.keys);
      yield* this.await(turn.waits, shown, `after the question ${JSON.stringify(turn.question)}`);
    });
    const exchange: Exchange = {
      ...toExchange(turn, shown),
      ...(this.left && !incident && { left: true }),
      ...(incident && { incident }),
    };
    this.last = turn.waits.at(-1)?.isPrompt ? exchange : undefined;
    return exchange;
  }

  private async *attempt(work: (this: Conversation) => ConsoleEvents<void>): ConsoleEvents<Incident | undefined> {
    try {
      yield* work.call(this);
      return undefined;
    } catch (error) {
      if (!(error instanceof Z80lmError)) throw error;
      this.failed = true;
      if (error instanceof ProgramLeft) return { kind: 'left', error };
      return error instanceof Endless ? { kind: 'endless', error } : incidentOf(error);
    }
  }

  /** What comes behind a prompt belongs to the turn before, and must not be taken for the next echo. */
  private async *drain(question: string): ConsoleEvents<void> {
    const settleMs = this.target.abilities.realTime ? SETTLE_MS : 0;
    const waiting = this.waiting(`silence before ${JSON.stringify(question)} is asked`);
    for (;;) {
      const output = await waiting.next(settleMs);
      if (!output) {
        if (waiting.end === 'silence') return;
        throw this.endless(waiting, `before the question ${JSON.stringify(question)}`, this.carry);
      }
      yield { type: 'console', bytes: output.bytes };
      if (this.last) this.last.raw = Uint8Array.from([...this.last.raw, ...output.bytes]);
      else append(this.carry, output);
    }
  }

  /** Read until all that is awaited has come, into `shown`. */
  private async *await(waits: readonly Wait[], shown: Stamped[], when: string): ConsoleEvents<void> {
    let mark = 0;
    const waiting = this.waiting(`what was to come ${when}`, waits);
    for (const wait of waits) {
      /** Up to here the text does not begin. */
      let searched = mark;
      for (;;) {
        const found = wait.isPrompt ? endOfPrompt(shown, mark, wait.text) : endOf(shown, searched, wait.text);
        searched = Math.max(mark, shown.length - wait.text.length + 1);
        if (found !== undefined) {
          mark = found;
          break;
        }
        const atHost = this.target.abilities.realTime && this.isAtHost(shown);
        const damaged = wait.isPrompt && this.target.abilities.realTime && isDamagedPrompt(shown, wait.text);
        const silenceMs = Math.min(wait.timeoutMs, atHost ? QUIET_MS : damaged ? DAMAGED_MS : Infinity);
        const output = await waiting.next(silenceMs);
        if (output) {
          yield { type: 'console', bytes: output.bytes };
          append(shown, output);
          continue;
        }
        if (waiting.end !== 'silence') throw this.endless(waiting, when, shown);
        if (damaged) return;
        if (atHost || this.target.ended) {
          this.left = true;
          if (wait.isPrompt) return;
          throw this.ended(`the program ended ${when}, before it said ${JSON.stringify(wait.text)}`, shown);
        }
        throw new LinkError(`no ${wait.isPrompt ? 'prompt' : JSON.stringify(wait.text)} came ${when}`, {
          where: this.target.name,
          timedOut: true,
          hint: lastWords(shown) || 'it said nothing at all: is the program running?',
        });
      }
    }
    this.carry = shown.splice(mark);
  }

  private isAtHost(shown: Stamped[]): boolean {
    return (this.target.host ?? CPM_HOST).isAt(text(shown.slice(-HOST_PROMPT_ROOM)));
  }

  private waiting(what: string, waits: readonly Wait[] = []): Waiting<TargetOutput> {
    const { totalMs = ANSWER_BOUNDS.totalMs, mostBytes = ANSWER_BOUNDS.mostBytes, signal } = this.limits;
    // A script that allows longer silences allows an answer that has them.
    const longest = Math.max(totalMs, ...waits.map(({ timeoutMs }) => 2 * timeoutMs));
    return new Waiting(this.target, what, { totalMs: longest, mostBytes, signal });
  }

  private endless({ end, totalMs }: Waiting<TargetOutput>, when: string, shown: Stamped[]): Endless {
    const { mostBytes = ANSWER_BOUNDS.mostBytes } = this.limits;
    const much =
      end === 'amount' ? `${Math.round(mostBytes / 1024)} KB` : `for ${Math.round(totalMs / 60_000)} minutes`;
    return new Endless(`printed ${much} without a prompt ${when}`, {
      where: this.target.name,
      hint: lastWords(shown) || undefined,
    });
  }

  private ended(message: string, shown: Stamped[]): ProgramLeft {
    return new ProgramLeft(message, { where: this.target.name, hint: lastWords(shown) || undefined });
  }
}

class ProgramLeft extends LinkError {}
/** The program's fault, whatever it runs on. */
class Endless extends RefusedError {}

function append(shown: Stamped[], { bytes, atMs, tStates, fetches }: TargetOutput): void {
  for (const byte of bytes) shown.push({ byte, atMs, tStates, fetches });
}

/** Where a text that begins there or later ends. */
function endOf(shown: Stamped[], from: number, wanted: string): number | undefined {
  const at = text(shown.slice(from)).indexOf(wanted);
  return at < 0 ? undefined : from + at + wanted.length;
}

function endOfPrompt(shown: Stamped[], mark: number, prompt: string): number | undefined {
  return promptAt(text(shown.slice(Math.max(mark, shown.length - promptRoom(prompt)))), prompt) === undefined
    ? undefined
    : shown.length;
}

/** Does it end in the prompt, but for one character lost, doubled, or with one bit wrong? */
function isDamagedPrompt(shown: Stamped[], prompt: string): boolean {
  if (prompt.length < 3) return false;
  const all = text(shown.slice(-promptRoom(prompt) - 1));
  const tail = (prompt === PROMPT ? all.replace(NUMBER, '') : all).slice(-prompt.length - 1);
  return [...prompt].some((character, i) => {
    const [before, after] = [prompt.slice(0, i), prompt.slice(i + 1)];
    if (tail.endsWith(before + after) && !tail.endsWith(prompt)) return true;
    if (tail.endsWith(before + character + character + after)) return true;
    return [0, 1, 2, 3, 4, 5, 6, 7].some((bit) =>
      tail.endsWith(before + String.fromCharCode(character.charCodeAt(0) ^ (1 << bit)) + after),
    );
  });
}

/** The echo ends at the first line feed; the answer is what follows, up to the prompt. */
function toExchange({ question, waits }: Turn, shown: Stamped[]): Exchange {
  const prompt = waits.at(-1)?.isPrompt ? waits.at(-1)!.text : '';
  const echoEnd = shown.findIndex((s) => s.byte === LF);
  const end = (prompt === '' ? undefined : promptAt(text(shown), prompt)) ?? shown.length;
  const answer = shown.slice(echoEnd + 1, Math.max(echoEnd + 1, end));
  const start = shown[Math.max(echoEnd, 0)];
  const marks = [...answer, ...shown.slice(Math.max(end, echoEnd + 1)).slice(0, 1)];
  const since = (count: 'tStates' | 'fetches'): number[] => marks.map((mark) => mark[count]! - start![count]!);
  return {
    question,
    raw: bytesOf(shown),
    answer: text(answer),
    characterMs: marks.map((mark) => mark.atMs - start!.atMs),
    ...(start?.tStates !== undefined && { characterTStates: since('tStates') }),
    ...(start?.fetches !== undefined && { characterFetches: since('fetches') }),
  };
}

function bytesOf(shown: Stamped[]): Uint8Array {
  return Uint8Array.from(shown, (s) => s.byte);
}

function text(stamped: Stamped[]): string {
  return latin1(bytesOf(stamped));
}

/** For a message on a terminal: nothing but printable ASCII gets through. */
function lastWords(shown: Stamped[]): string {
  const tail = text(shown.slice(-60))
    .replace(/[^ -~]+/g, ' ')
    .trim();
  return tail && `the last thing it said was "${tail}"`;
}
