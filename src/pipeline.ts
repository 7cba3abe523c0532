/**
 * The whole way as one stream of typed events: data → train → build → emulate → flash → compare → time.
 *
 * Each stage takes what the ones before it made, and knows its inputs by their hash: a stage whose inputs are those
 * of its last run is fresh and need not run again. Nothing here prints: the command line and the terminal UI render
 * the same events.
 */
import { buildProgram, type BuiltProgram, type LayoutName } from './build/program.js';
import { seedLine } from './build/signature.js';
import { firmwareReader } from './build/firmware-files.js';
import { emulatorTarget } from './emu/target.js';
import { timingOf, type Timing } from './hil/answer-times.js';
import { compareTranscripts, type Comparison } from './hil/compare.js';
import { converse } from './hil/converse.js';
import { consoleOf, type Transcript } from './hil/transcript.js';
import type { Network } from './model/network.js';
import { encodeModel } from './model/npz.js';
import { untilAborted } from './pipeline/abort.js';
import {
  STAGES,
  type PipelineEvent,
  type PipelineSummary,
  type Side,
  type Stage,
  type StageState,
  type TrainFigures,
  type Transfer,
} from './pipeline/events.js';
import { hashOf } from './pipeline/hash.js';
import { MODEL, readTrainingNote, writeTrainingNote } from './pipeline/training-note.js';
import type { ByteLink } from './seams/byte-link.js';
import type { Clock } from './seams/clock.js';
import { LinkError } from './seams/errors.js';
import type { FileStore } from './seams/file-store.js';
import type { Program, Target } from './seams/target.js';
import { statsOf } from './trainer/data-stats.js';
import type { TrainDone } from './trainer/events.js';
import { readPairs, type Pair, type PairFile } from './trainer/pairs.js';
import { playOf, type Play } from './trainer/play.js';
import { train, type TrainOptions } from './trainer/train.js';
import type { SourceReader } from './z80asm/index.js';

const TITLES: Readonly<Record<Stage, string>> = {
  data: 'read the text pairs',
  train: 'learn from them',
  build: 'model and firmware to a CP/M program',
  emulate: 'ask it in the emulator',
  flash: 'send it to the board and read it back',
  compare: 'ask the board the same, byte for byte',
  time: 'what was measured beside what was predicted',
};

/** Which sources a build reads, and which board a program was sent to, is known only when that is done. */
const INPUTS_KNOWN_AFTER: ReadonlySet<Stage> = new Set(['build', 'flash']);

export interface PipelineOptions {
  /** Files of pairs. */
  data: { training: string; heldOut?: string | undefined };
  training: Omit<TrainOptions, 'pairs' | 'heldOut' | 'signal' | 'clock'>;
  questions: readonly string[];
  /** Where model.npz, the program, its listing, its symbols and both transcripts go. */
  outDir: string;
  /** 8.3, in capitals: GUESS.COM */
  programName: string;
  layout?: LayoutName | undefined;
  maxSize?: number | undefined;
  /** The clock that the prediction is for. */
  clockHz: number;
  /** Keep a note beside the model of what it was trained on, so that the next session finds it fresh. */
  remember?: boolean;
}

/** The board's line. */
export interface OpenBoard {
  link: ByteLink;
  /** What there is to say about the line, once. */
  remark?: string | undefined;
  close(): Promise<void>;
}

/** The world around the pipeline. */
export interface PipelineHost {
  files: FileStore;
  clock: Clock;
  /** Open the board's line: the virtual board's, or the port that the user named. */
  openBoard(): Promise<OpenBoard>;
  /** The board on that line as a target. */
  boardTarget(link: ByteLink, signal: AbortSignal): Promise<Target>;
}

/** What each stage makes. */
interface Made {
  data: { pairs: Pair[]; heldOut: Pair[]; unknown?: string; play: Play };
  train: { network: Network; model: Uint8Array; figures: TrainFigures };
  build: BuiltProgram;
  emulate: Transcript;
  flash: Transfer;
  compare: { measured: Transcript; comparison: Comparison };
  time: Timing;
}

interface Result<S extends Stage> {
  /** Hash of what it was made from. */
  inputs: string;
  made: Made[S];
  elapsedMs: number;
  /** Tells runs with the same inputs apart, where a run is more than its inputs: on a board. */
  serial: number;
}

export interface RunOptions {
  /** The last stage to run; all of them by default. */
  to?: Stage;
  /** Run these though they are fresh. */
  again?: readonly Stage[];
  signal: AbortSignal;
}

type Events<T> = AsyncGenerator<PipelineEvent, T>;

/** Run all stages, once. The last event is `summary`. @throws whatever a stage throws; files of finished stages stay */
export async function* pipeline(
  options: PipelineOptions,
  host: PipelineHost,
  signal: AbortSignal,
): AsyncGenerator<PipelineEvent, void> {
  const whole = new Pipeline(options, host);
  try {
    yield* whole.run({ signal });
  } finally {
    await whole.close();
  }
}

/** The stages and what they have made, for as long as a session lasts. */
export class Pipeline {
  #results: { [S in Stage]?: Result<S> } = {};
  /** The firmware sources that the last build read. */
  readonly #sources = new Set<string>();
  #board: (OpenBoard & { number: number }) | undefined;
  #boards = 0;
  #serials = 0;

  constructor(
    /** May be replaced between runs; what depends on a change is then stale. */
    public options: PipelineOptions,
    private readonly host: PipelineHost,
  ) {
    const trained = options.remember && readTrainingNote(host.files, options.outDir);
    if (trained) this.#results.train = { ...trained, serial: 0 };
  }

  /** Where every stage stands now. Reads the data files and the firmware again. */
  states(): StageState[] {
    return STAGES.map((stage) => ({
      stage,
      state: this.#results[stage] === undefined ? 'never' : this.#isFresh(stage) ? 'fresh' : 'stale',
      elapsedMs: this.#results[stage]?.elapsedMs,
    }));
  }

  /** What a stage made, fresh or not. */
  made<S extends Stage>(stage: S): Made[S] | undefined {
    return (this.#results[stage] as Result<S> | undefined)?.made;
  }

  /** Run the stages in order up to `to`, leaving out what is fresh. The last event of a run to the end is `summary`. */
  async *run({ to = 'time', again = [], signal }: RunOptions): AsyncGenerator<PipelineEvent, void> {
    for (const stage of STAGES.slice(0, STAGES.indexOf(to) + 1)) {
      signal.throwIfAborted();
      // Before the work: a file that is edited meanwhile leaves the stage stale.
      const inputs = this.#inputs(stage);
      if (!again.includes(stage) && this.#isFresh(stage, inputs)) {
        yield { type: 'stage-fresh', stage, elapsedMs: this.#results[stage]!.elapsedMs };
        continue;
      }
      const started = this.host.clock.now();
      yield { type: 'stage', stage, title: TITLES[stage] };
      const made = yield* untilAborted(this.#work(stage, signal), this.host.clock, signal);
      signal.throwIfAborted();
      const elapsedMs = this.host.clock.now() - started;
      this.#keep(stage, INPUTS_KNOWN_AFTER.has(stage) ? this.#inputs(stage) : inputs, made, elapsedMs);
      yield { type: 'stage-done', stage, elapsedMs };
    }
    if (to === 'time') yield { type: 'summary', summary: this.#summary() };
  }

  /** Forget the board: what it holds is not known any more. */
  async close(): Promise<void> {
    const board = this.#board;
    this.#board = undefined;
    await board?.close();
  }

  #work(stage: Stage, signal: AbortSignal): Events<Made[Stage]> {
    const work: { [S in Stage]: () => Events<Made[S]> } = {
      data: () => this.#data(),
      train: () => this.#train(signal),
      build: () => this.#build(),
      emulate: () => this.#emulate(signal),
      flash: () => this.#flash(signal),
      compare: () => this.#compare(signal),
      time: () => this.#time(),
    };
    return work[stage]();
  }

  #keep<S extends Stage>(stage: S, inputs: string | undefined, made: Made[S], elapsedMs: number): void {
    (this.#results as Record<Stage, unknown>)[stage] =
      inputs === undefined ? undefined : { inputs, made, elapsedMs, serial: ++this.#serials };
    const { remember, outDir } = this.options;
    if (stage === 'train' && remember) writeTrainingNote(this.host.files, outDir, this.#results.train!);
  }

  #isFresh(stage: Stage, inputs = this.#inputs(stage)): boolean {
    return inputs !== undefined && this.#results[stage]?.inputs === inputs;
  }

  /** The hash of what a stage would work on now; undefined where that is not there. */
  #inputs(stage: Stage): string | undefined {
    const { data, training, questions, programName, layout, maxSize, clockHz } = this.options;
    const { workers: _workers, samples: _samples, ...learning } = training;
    const model = this.made('train')?.model;
    const program = this.made('build')?.program;
    const board = this.#board?.number.toString();
    const serial = (of: Stage): string | undefined => this.#results[of]?.serial.toString();
    const inputs: { [S in Stage]: () => string | undefined } = {
      data: () => hashOf(this.#contents(data.training), data.heldOut === undefined ? '' : this.#contents(data.heldOut)),
      train: () => hashOf(this.#inputs('data'), JSON.stringify(learning)),
      build: () =>
        hashOf(
          model,
          JSON.stringify({ programName, layout, maxSize }),
          ...[...this.#sources].map((path) => firmwareReader(this.host.files).readBinary(path) ?? ''),
        ),
      emulate: () => hashOf(program, JSON.stringify({ questions, clockHz })),
      flash: () => hashOf(program, programName, board),
      compare: () => hashOf(this.#results.emulate?.inputs, this.#results.flash?.inputs, serial('flash')),
      time: () => hashOf(this.#results.compare?.inputs, serial('compare')),
    };
    return inputs[stage]();
  }

  #contents(path: string): Uint8Array | undefined {
    return this.host.files.exists(path) ? this.host.files.read(path) : undefined;
  }

  async *#data(): Events<Made['data']> {
    const { training, heldOut } = this.options.data;
    const read = (path: string): PairFile => readPairs(this.host.files.read(path), path);
    const file = read(training);
    const { pairs, unknown } = file;
    const made = {
      pairs,
      heldOut: heldOut === undefined ? [] : read(heldOut).pairs,
      ...(unknown !== undefined && { unknown }),
      play: playOf([file]),
    };
    yield { type: 'data', stats: statsOf(made.pairs), heldOutPairs: made.heldOut.length };
    return made;
  }

  async *#train(signal: AbortSignal): Events<Made['train']> {
    const { clock } = this.host;
    let backend = '';
    let done: TrainDone | undefined;
    const { unknown, play, ...data } = this.made('data')!;
    const { training } = this.options;
    const closed = { unknown, ...play, ...training.closed };
    for await (const event of train({ ...training, ...data, closed, signal, clock })) {
      if (event.type === 'start') backend = event.backend;
      if (event.type === 'done') done = event;
      yield { type: 'training', event };
    }
    const { type: _type, network, checkpoint: _checkpoint, ...figures } = done!;
    const model = encodeModel(network);
    // From here on the file is another; one that was stopped in the middle is not kept below, and neither is the last.
    delete this.#results.train;
    yield this.#write(MODEL, model);
    return { network, model, figures: { backend, ...figures } };
  }

  async *#build(): Events<BuiltProgram> {
    const { maxSize, programName, layout } = this.options;
    const options = { ...(maxSize !== undefined && { maxSize }), ...(layout && { layout }) };
    const built = buildProgram(this.made('train')!.network, options, this.#firmware());
    const stem = programName.replace(/\.COM$/, '');
    yield this.#write(programName, built.program);
    yield this.#write(`${stem}.lst`, built.listing());
    yield this.#write(`${stem}.sym`, built.symbolFile());
    yield { type: 'built', built };
    return built;
  }

  /** The firmware's sources; which of them a build reads is noted, for they are its inputs. */
  #firmware(): SourceReader {
    const reader = firmwareReader(this.host.files);
    const noted = <T>(read: (path: string) => T) => {
      return (path: string): T => {
        this.#sources.add(path);
        return read(path);
      };
    };
    return { readText: noted(reader.readText), readBinary: noted(reader.readBinary) };
  }

  async *#emulate(signal: AbortSignal): Events<Transcript> {
    const target = emulatorTarget({ clockHz: this.options.clockHz, clock: this.host.clock });
    yield* this.#load('emulator', target);
    return yield* this.#talk('emulator', target, signal);
  }

  async *#flash(signal: AbortSignal): Events<Transfer> {
    return yield* this.#onBoard(async function* (this: Pipeline, link) {
      const { remark } = this.#board!;
      yield { type: 'board', path: link.name, ...(remark !== undefined && { remark }) };
      return yield* this.#load('board', await this.host.boardTarget(link, signal));
    });
  }

  async *#compare(signal: AbortSignal): Events<Made['compare']> {
    const measured = yield* this.#onBoard(async function* (this: Pipeline, link) {
      return yield* this.#talk('board', await this.host.boardTarget(link, signal), signal);
    });
    const comparison = compareTranscripts(this.made('emulate')!, measured);
    yield { type: 'compared', comparison };
    return { measured, comparison };
  }

  async *#time(): Events<Timing> {
    const timing = timingOf(this.made('emulate')!, this.made('compare')!.measured, this.options.clockHz);
    yield { type: 'timed', timing };
    return timing;
  }

  /** A board whose line is lost is not kept. */
  async *#onBoard<T>(work: (this: Pipeline, link: ByteLink) => Events<T>): Events<T> {
    this.#board ??= { ...(await this.host.openBoard()), number: ++this.#boards };
    try {
      return yield* work.call(this, this.#board.link);
    } catch (error) {
      if (error instanceof LinkError && error.reason.disconnected) await this.close();
      throw error;
    }
  }

  async *#load(side: Side, target: Target): Events<Transfer> {
    const { clock } = this.host;
    const program: Program = { name: this.options.programName, bytes: this.made('build')!.program };
    let sendBegan: number | undefined;
    let sendEnded: number | undefined;
    let retries = 0;
    for await (const progress of target.load(program)) {
      if (progress.phase === 'send') sendBegan ??= clock.now();
      else if (sendBegan !== undefined) sendEnded ??= clock.now();
      retries = progress.retries;
      yield { type: 'load', side, progress };
    }
    return { bytes: program.bytes.length, ms: (sendEnded ?? 0) - (sendBegan ?? 0), retries };
  }

  async *#talk(side: Side, target: Target, signal: AbortSignal): Events<Transcript> {
    const { questions } = this.options;
    const seed = seedLine(this.made('build')!.program, questions[0]);
    const conversation = converse(target, seed === undefined ? questions : [seed, ...questions]);
    for (;;) {
      signal.throwIfAborted();
      const step = await conversation.next();
      if (step.done) {
        yield this.#write(`${side}.log`, consoleOf(step.value));
        return step.value;
      }
      const event = step.value;
      if (event.type !== 'opened') yield { ...event, side };
    }
  }

  #write(name: string, data: Uint8Array | string): PipelineEvent {
    const path = `${this.options.outDir}/${name}`;
    this.host.files.write(path, data);
    return { type: 'file', path, bytes: data.length };
  }

  #summary(): PipelineSummary {
    const { figures } = this.made('train')!;
    const { comparison } = this.made('compare')!;
    const { characters: _characters, ...timing } = this.made('time')!;
    const { backend, training, heldOut, nonZero, elapsedMs } = figures;
    return {
      equal: comparison.equal,
      training: { backend, training, nonZero, elapsedMs, ...(heldOut && { heldOut }) },
      programBytes: this.made('build')!.program.length,
      transfer: this.made('flash')!,
      ...timing,
      comparison,
    };
  }
}
