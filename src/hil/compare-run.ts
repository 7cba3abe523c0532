/**
 * The whole comparison: a reference (the emulator, or a recorded transcript) and one or more boards, each in a
 * lane of its own, side by side; then what differs is asked once more, and judged.
 *
 *     reference   ─ turn ─ turn ─ turn ─┐
 *     board 1     ─── turn ─── turn ─── turn ──► compare ──► ask again what differs ──► verdict
 *     board 2     ── turn ── turn ── turn ─┘
 */
import { EXIT, type ExitStatus } from '../seams/errors.js';
import type { Program } from '../seams/target.js';
import { compareExchange, compareTranscripts, type Comparison, type ExchangeComparison } from './compare.js';
import { LaneSession, type Lane, type LaneEvent, type LaneOptions } from './lane.js';
import { merge } from './streams.js';
import { Normaliser } from './normalise.js';
import { turnsOf, type Script } from './turns.js';
import type { Exchange, Transcript } from './transcript.js';

export interface CompareOptions extends LaneOptions {
  program: Program;
  script: Script;
  /** What the others are compared with: a lane that runs beside them, or a transcript from earlier. */
  reference: Lane | Transcript;
  others: readonly Lane[];
  /** Apply the rules of normalise.ts. */
  normalise: boolean;
  /** Ask once more where a board's answer differs. */
  recheck: boolean;
}

export type CompareEvent =
  | LaneEvent
  | { type: 'asking again'; lane: string; question: string }
  | { type: 'compared'; lane: string; comparison: Comparison };

export interface CompareReport {
  reference: Transcript;
  transcripts: Transcript[];
  comparisons: Comparison[];
  equal: boolean;
  /** 0 equal; 1 something differs, or the emulated program failed; 3 all that is wrong is due to a line or board. */
  status: ExitStatus;
}

/** Run it; the report is returned when all lanes are done. Events of the lanes come as they happen. */
export async function* compareRun(options: CompareOptions): AsyncGenerator<CompareEvent, CompareReport> {
  const { reference, others, program, script, normalise, recheck } = options;
  const played = turnsOf(script);
  const session = (lane: Lane): LaneSession => new LaneSession(lane, program, played, options);
  const sessions = others.map(session);
  const referenceSession = 'open' in reference ? session(reference) : undefined;
  const closeAll = async (): Promise<void> => {
    await Promise.all([...sessions, referenceSession].map((one) => one?.close()));
  };
  try {
    options.signal?.throwIfAborted();
    const all = referenceSession ? [referenceSession, ...sessions] : sessions;
    const transcripts = yield* merge(
      all.map((one) => one.run()),
      options.signal,
    );
    options.signal?.throwIfAborted();
    const left = 'open' in reference ? transcripts.shift()! : reference;
    const comparisons: Comparison[] = [];
    for (const [index, right] of transcripts.entries()) {
      const comparison = compareTranscripts(left, right, { normalise });
      if (recheck) yield* askAgain(comparison, left, right, sessions[index]!);
      options.signal?.throwIfAborted();
      comparisons.push(comparison);
      yield { type: 'compared', lane: right.target, comparison };
    }
    const status = statusOf(comparisons);
    return { reference: left, transcripts, comparisons, equal: status === EXIT.done, status };
  } finally {
    await closeAll();
  }

  /** An answer that comes right the second time was spoilt by the line; one that comes again is the program's. */
  async function* askAgain(
    comparison: Comparison,
    left: Transcript,
    right: Transcript,
    lane: LaneSession,
  ): AsyncGenerator<CompareEvent, void> {
    for (const [at, turn] of played.turns.entries()) {
      const compared = comparison.exchanges[at + 1];
      if (compared?.verdict !== 'differs' && compared?.verdict !== 'line') continue;
      if (!(turn.waits.length === 1 && turn.waits[0]!.isPrompt && !left.exchanges[at]!.left)) continue;
      yield { type: 'asking again', lane: right.target, question: turn.question };
      const exchange = yield* lane.again(turn);
      if (!exchange || exchange.incident) continue;
      compared.again = judge(compared, left.exchanges[at]!, right.exchanges[at]!, exchange, normalise);
      if (compared.again === 'came right') compared.verdict = 'line';
      if (compared.again === 'came again') compared.verdict = 'differs';
    }
  }
}

function judge(
  { question }: ExchangeComparison,
  left: Exchange,
  first: Exchange,
  second: Exchange,
  normalise: boolean,
): NonNullable<ExchangeComparison['again']> {
  const same = (a: Exchange, b: Exchange): boolean =>
    compareExchange(question, a, b, normalise ? new Normaliser() : undefined).verdict === 'same';
  return same(left, second) ? 'came right' : same(first, second) ? 'came again' : 'differs anew';
}

function statusOf(comparisons: readonly Comparison[]): ExitStatus {
  const exchanges = comparisons.flatMap((comparison) => comparison.exchanges);
  const programAtFault = ({ verdict, incidents = [] }: ExchangeComparison): boolean =>
    verdict === 'differs' ||
    (verdict === 'missing' && incidents.some(({ side, kind }) => side === 'left' || kind === 'endless'));
  if (exchanges.every(({ verdict }) => verdict === 'same')) return EXIT.done;
  return exchanges.some(programAtFault) ? EXIT.no : EXIT.link;
}
