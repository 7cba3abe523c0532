/**
 * Time a program on a board: metronome and answers on the emulator, which counts, and on the board, which is
 * stamped; then one report.
 */
import type { Clock } from '../seams/clock.js';
import type { LoadProgress, Program, Target } from '../seams/target.js';
import { converse, type ConverseEvent } from './converse.js';
import { Metronome, type Beat } from './metronome.js';
import { median } from './regression.js';
import { finish } from './streams.js';
import type { Script } from './turns.js';
import { boardCycles, estimateClock, queuedMs, relativeWidth, type ClockEstimate, type Run } from './timing.js';
import type { Exchange, Transcript } from './transcript.js';

export interface TimingOptions {
  board: Target;
  /** For the report; the target's own unless given. */
  boardName?: string;
  emulator: Target;
  program: Program;
  /** Undefined: the clock is estimated from the answers alone, and wait states cannot be told. */
  metronome: Program | undefined;
  script: Script;
  /** How often the script is played. */
  repeat: number;
  /** Put the programs on the board first. */
  load: boolean;
  clock: Clock;
  /** Bits a second of the line, where there is one. */
  baud: number | undefined;
  /** The metronome is played until the clock is known within this share … */
  precision?: number;
  /** … or for so long. */
  metronomeMs?: number;
  signal?: AbortSignal | undefined;
}

const TIMING_DEFAULTS = { precision: 0.002, metronomeMs: 60_000 };
/** However exact it looks. */
const LEAST_METRONOME_MS = 8_000;
/** How far the rounds agree is what is known of the clock: with fewer, nobody can say. 80 s at 1 MHz. */
const LEAST_ROUNDS = 5;
/** If rounds come damaged over and over, as many times `metronomeMs` are enough. */
const MOST_TIMES = 4;
/** A computer that wakes us so many ms late, as a rule, is too late for stamps as well. Node's timers are one or two late. */
const LATE_MS = 5;
const ECHOES = 12;
/** The chat program answers a question of its own five times, each answer in brackets. */
const BARE = '/TIME 5';
/** Of FTDI's adapters, unless told otherwise; others have less. */
const LATENCY_TIMER_MS = 16;
/** Its multiples, modulo 1, leave no gaps. */
const GOLDEN = 0.618034;
/** 8N1. */
const BITS = 10;

export type TimingEvent =
  | { type: 'load'; program: string; progress: LoadProgress }
  | { type: 'echoes'; leastMs: number; medianMs: number; mostMs: number }
  | { type: 'round'; rounds: number; estimate: ClockEstimate | undefined }
  | Exclude<ConverseEvent, { type: 'console' }>;

export interface AnswerTime {
  question: string;
  answer: string;
  /** Inferences: the characters and the end mark. */
  characters: number;
  measuredMs: number;
  predictedMs: number;
}

export interface TimingReport {
  format: 'z80lm timing 1';
  board: string;
  program: { name: string; bytes: number };
  line: {
    baud: number | undefined;
    /** Start bit to stop bit. */
    charMs: number | undefined;
    /** From a key to its echo, and what of it the line does not explain: twice the adapter's latency. */
    echoMs: { least: number; median: number; most: number } | undefined;
    latencyMs: { least: number; median: number; most: number } | undefined;
    /** Taken from each answer: its first character stood behind a line feed that was still on the line. */
    correctionMs: number;
  };
  clock: ClockEstimate;
  answers: AnswerTime[];
  /** The program's own TIME mode: inference between its marks, with no line end or echo near. */
  bare: { rounds: number; inferences: number; measuredMs: number; predictedMs: number } | undefined;
  /** Answers that differed on the board, and were left out. */
  leftOut: number;
  perCharacter: {
    tStates: number;
    fetches: number;
    measuredMs: number;
    /** At the estimated clock, with its wait states, without the console. */
    predictedMs: number;
    /** measured / predicted - 1 */
    off: number;
    /** Of the measured time, what the console takes for a character. */
    consoleShare: number;
  };
  /** The clock at which an emulator without wait states is as fast as this board: for `run --like`. */
  effectiveHz: number;
}

/** @returns undefined where nothing could be estimated (no answer was the same on both, or none has a length) */
export async function* timeRun(options: TimingOptions): AsyncGenerator<TimingEvent, TimingReport | undefined> {
  const { board, emulator, program, metronome, script, repeat, clock, baud } = options;
  const charMs = baud === undefined ? undefined : (BITS * 1000) / baud;
  const lateMs: number[] = [];
  const pause = dither(clock, lateMs);
  const runs: Run[] = [];
  let echoes: number[] = [];
  if (metronome) {
    const counted = await countBeats(emulator, metronome, options.signal);
    if (options.load) yield* load(board, metronome);
    const player = new Metronome(board, () => clock.now(), pause, metronome.name, options.signal);
    await player.start();
    echoes = await player.echoes(ECHOES);
    yield { type: 'echoes', leastMs: Math.min(...echoes), medianMs: median(echoes), mostMs: Math.max(...echoes) };
    yield* playMetronome(player, counted, runs, options);
    await player.leave();
  }
  const steps = Array.from({ length: repeat }, () => script.steps).flat();
  for await (const _ of emulator.load(program));
  const counted = await finish(
    converse(emulator, { ...script, steps: [...steps, { ask: BARE }] }, undefined, options.signal),
  );
  const hasTimeMode = brackets(counted.exchanges.at(-1)!.answer).length > 0;
  if (options.load) yield* load(board, program);
  const asked = hasTimeMode ? [...steps, { ask: BARE }] : steps;
  const stamped = yield* answered(converse(board, { ...script, steps: asked }, pause, options.signal));
  const all = stamped.exchanges.map((measured, i) => ({ reference: counted.exchanges[i]!, measured }));
  const same = all.filter(
    ({ reference, measured }) => reference.answer === measured.answer && measured.characterMs.length > 0,
  );
  const pairs = same.filter(({ reference }) => reference.question !== BARE);
  const bare = same.filter(({ reference }) => reference.question === BARE).flatMap(bareRuns);
  const estimated = (correctionMs: number): ClockEstimate | undefined =>
    estimateClock([...runs, ...bare, ...pairs.map((pair) => answerRun(pair, correctionMs))]);
  const first = estimated(0);
  // An answer starts with a line feed's stamp: how long that waited is known only with the console's time.
  const correctionMs = first === undefined || charMs === undefined ? 0 : queuedMs(first, charMs);
  const estimate = estimated(correctionMs);
  if (!estimate || pairs.length === 0) return undefined;
  const late = median(lateMs);
  estimate.doubt ??= late > LATE_MS ? `this computer is busy: it wakes ${late.toFixed(0)} ms late` : undefined;
  return report({ options, estimate, pairs, bare, echoes, charMs, correctionMs, leftOut: all.length - same.length });
}

async function countBeats(emulator: Target, metronome: Program, signal: AbortSignal | undefined): Promise<Beat[]> {
  for await (const _ of emulator.load(metronome));
  const player = new Metronome(emulator, undefined, undefined, undefined, signal);
  await player.start();
  return player.play();
}

async function* playMetronome(
  player: Metronome,
  counted: readonly Beat[],
  runs: Run[],
  options: TimingOptions,
): AsyncGenerator<TimingEvent, void> {
  const { precision = TIMING_DEFAULTS.precision, metronomeMs = TIMING_DEFAULTS.metronomeMs } = options;
  const began = options.clock.now();
  const played = (): number => options.clock.now() - began;
  for (;;) {
    const beats = await player.play();
    // A round that lost a character is no use: nobody knows which.
    if (beats.map(({ letter }) => letter).join() === counted.map(({ letter }) => letter).join()) {
      const stamps = beats.map(({ atMs }, i) => ({ atMs, tStates: counted[i]!.tStates, fetches: counted[i]!.fetches }));
      runs.push({ kind: 'metronome', stamps });
    }
    const estimate = estimateClock(runs);
    yield { type: 'round', rounds: runs.length, estimate };
    const isExact = estimate !== undefined && relativeWidth(estimate.hz) <= precision;
    const isEnough = (isExact && played() >= LEAST_METRONOME_MS) || played() >= metronomeMs;
    if ((isEnough && runs.length >= LEAST_ROUNDS) || played() >= MOST_TIMES * metronomeMs) return;
  }
}

/**
 * Pauses that spread evenly over an adapter's latency timer. We type when something has come, and that comes with
 * the timer's tick: without them every round would be late by the same amount, which no average takes out.
 */
function dither(clock: Clock, lateMs: number[]): () => Promise<void> {
  let count = 0;
  return async () => {
    const ms = ((count++ * GOLDEN) % 1) * LATENCY_TIMER_MS;
    const due = clock.now() + ms;
    await clock.sleep(ms);
    lateMs.push(clock.now() - due);
  };
}

interface Pair {
  reference: Exchange;
  measured: Exchange;
}

/** The end of the echo is the start, as both count it. */
function answerRun({ reference, measured }: Pair, correctionMs: number): Run {
  const tStates = [0, ...reference.characterTStates!];
  const fetches = [0, ...reference.characterFetches!];
  const atMs = [-correctionMs, ...measured.characterMs];
  return { kind: 'answer', stamps: atMs.map((ms, i) => ({ atMs: ms, tStates: tStates[i]!, fetches: fetches[i]! })) };
}

/** Where the brackets are, [from, to]. */
function brackets(answer: string): [number, number][] {
  return [...answer.matchAll(/\[[^[\]]*\]/g)].map(({ 0: text, index }) => [index, index + text.length - 1]);
}

/** From each bracket to its partner. */
function bareRuns({ reference, measured }: Pair): Run[] {
  return brackets(reference.answer).map(([from, to]) => ({
    kind: 'answer',
    stamps: measured.characterMs.slice(from, to + 1).map((atMs, i) => ({
      atMs,
      tStates: reference.characterTStates![from + i]!,
      fetches: reference.characterFetches![from + i]!,
    })),
  }));
}

function report(found: {
  options: TimingOptions;
  estimate: ClockEstimate;
  pairs: readonly Pair[];
  bare: readonly Run[];
  echoes: readonly number[];
  charMs: number | undefined;
  correctionMs: number;
  leftOut: number;
}): TimingReport {
  const { options, estimate, pairs, bare, echoes, charMs, correctionMs, leftOut } = found;
  const toMs = (cycles: number): number => (1000 * cycles) / estimate.hz.value;
  const answers = pairs.map(({ reference, measured }): AnswerTime => {
    const [tStates, fetches] = [reference.characterTStates!.at(-1)!, reference.characterFetches!.at(-1)!];
    return {
      question: reference.question,
      answer: reference.answer,
      characters: measured.characterMs.length,
      measuredMs: measured.characterMs.at(-1)! + correctionMs,
      predictedMs: toMs(boardCycles(estimate, tStates, fetches)),
    };
  });
  const total = (value: (pair: Pair) => number): number => pairs.reduce((sum, pair) => sum + value(pair), 0);
  const characters = total(({ measured }) => measured.characterMs.length);
  const predictedMs = answers.reduce((sum, answer) => sum + answer.predictedMs, 0) / characters;
  // The median answer: one that a busy host held up must not move it.
  const off = median(answers.map((answer) => answer.measuredMs / answer.predictedMs)) - 1;
  const measuredMs = predictedMs * (1 + off);
  const tStates = total(({ reference }) => reference.characterTStates!.at(-1)!) / characters;
  const { metronome, answer } = estimate.consoleTStates;
  const spread = { least: Math.min(...echoes), median: median(echoes), most: Math.max(...echoes) };
  const lineless = (ms: number): number => Math.max(0, ms - 2 * (charMs ?? 0));
  return {
    format: 'z80lm timing 1',
    board: options.boardName ?? options.board.name,
    program: { name: options.program.name, bytes: options.program.bytes.length },
    line: {
      baud: options.baud,
      charMs,
      echoMs: echoes.length > 0 ? spread : undefined,
      latencyMs:
        echoes.length > 0
          ? { least: lineless(spread.least), median: lineless(spread.median), most: lineless(spread.most) }
          : undefined,
      correctionMs,
    },
    clock: estimate,
    answers,
    bare: bareTimes(bare, estimate),
    leftOut,
    perCharacter: {
      tStates,
      fetches: total(({ reference }) => reference.characterFetches!.at(-1)!) / characters,
      measuredMs,
      predictedMs,
      off,
      consoleShare: toMs((metronome ?? answer)?.value ?? NaN) / measuredMs,
    },
    effectiveHz: Math.round((1000 * tStates) / measuredMs),
  };
}

function bareTimes(runs: readonly Run[], estimate: ClockEstimate): TimingReport['bare'] {
  if (runs.length === 0) return undefined;
  const times = runs.map(({ stamps }) => {
    const [from, to] = [stamps[0]!, stamps.at(-1)!];
    const cycles = boardCycles(estimate, to.tStates - from.tStates, to.fetches - from.fetches);
    const inferences = stamps.length - 1;
    return {
      inferences,
      measuredMs: (to.atMs - from.atMs) / inferences,
      predictedMs: ((1000 / estimate.hz.value) * cycles) / inferences,
    };
  });
  return {
    rounds: runs.length,
    inferences: times.reduce((sum, { inferences }) => sum + inferences, 0),
    measuredMs: median(times.map(({ measuredMs }) => measuredMs)),
    predictedMs: median(times.map(({ predictedMs }) => predictedMs)),
  };
}

async function* load(target: Target, program: Program): AsyncGenerator<TimingEvent, void> {
  for await (const progress of target.load(program)) yield { type: 'load', program: program.name, progress };
}

async function* answered(stream: AsyncGenerator<ConverseEvent, Transcript>): AsyncGenerator<TimingEvent, Transcript> {
  for (;;) {
    const { done, value } = await stream.next();
    if (done) return value;
    if (value.type !== 'console') yield value;
  }
}
