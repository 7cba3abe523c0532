/**
 * The whole way as one stream of typed events: train → build → emulate → flash → talk → compare.
 *
 * Each stage takes what the one before it made. Nothing here prints: the command line renders these events today,
 * and whatever else wants to show the pipeline renders the same ones.
 */
import { buildProgram, type BuiltProgram } from './build/program.js';
import { firmwareReader } from './build/firmware-files.js';
import { emulatorTarget } from './emu/target.js';
import { compareTranscripts, type Comparison } from './hil/compare.js';
import { converse } from './hil/converse.js';
import { msPerCharacter, tStatesPerCharacter, type Exchange, type Transcript } from './hil/transcript.js';
import type { Network } from './model/network.js';
import { encodeModel } from './model/npz.js';
import type { ByteLink } from './seams/byte-link.js';
import type { Clock } from './seams/clock.js';
import type { FileStore } from './seams/file-store.js';
import type { LoadProgress, Program, Target } from './seams/target.js';
import type { TrainDone, TrainEvent } from './trainer/events.js';
import { train, type TrainOptions } from './trainer/train.js';

/** In the order in which they run. */
export const STAGES = ['train', 'build', 'emulate', 'flash', 'talk', 'compare'] as const;
export type Stage = (typeof STAGES)[number];

/** Which of the two is speaking. */
export type Side = 'emulator' | 'board';

export type PipelineEvent =
  | { type: 'stage'; stage: Stage; title: string }
  | { type: 'stage-done'; stage: Stage; elapsedMs: number }
  | { type: 'training'; event: TrainEvent }
  | { type: 'file'; path: string; bytes: number }
  | { type: 'built'; built: BuiltProgram }
  | { type: 'board'; path: string }
  | { type: 'load'; side: Side; progress: LoadProgress }
  | { type: 'console'; side: Side; bytes: Uint8Array }
  | { type: 'answered'; side: Side; exchange: Exchange }
  | { type: 'compared'; comparison: Comparison }
  | { type: 'summary'; summary: PipelineSummary };

export interface PipelineSummary {
  equal: boolean;
  training: { backend: string } & Pick<TrainDone, 'training' | 'heldOut' | 'nonZero' | 'elapsedMs'>;
  programBytes: number;
  transfer: { bytes: number; ms: number; retries: number };
  clockHz: number;
  /** By the emulator: exact, and at `clockHz` the prediction. */
  tStatesPerCharacter: number;
  predictedMs: number;
  /** On the board, by the arrival of bytes. */
  measuredMs: number;
  comparison: Comparison;
}

export interface PipelineOptions {
  training: Omit<TrainOptions, 'signal' | 'clock'>;
  questions: readonly string[];
  /** Where model.npz, the program, its listing, its symbols and both transcripts go. */
  outDir: string;
  /** 8.3, in capitals: GUESS.COM */
  programName: string;
  maxSize?: number | undefined;
  /** The clock that the prediction is for. */
  clockHz: number;
  signal: AbortSignal;
}

/** The world around the pipeline. */
export interface PipelineHost {
  files: FileStore;
  clock: Clock;
  /** Open the board's line: the virtual board's, or the port that the user named. */
  openBoard(): Promise<{ link: ByteLink; close(): Promise<void> }>;
  /** The board on that line as a target. */
  boardTarget(link: ByteLink): Promise<Target>;
}

/**
 * Run all stages. The last event is `summary`.
 * @throws whatever a stage throws; files of finished stages stay
 */
export async function* pipeline(options: PipelineOptions, host: PipelineHost): AsyncGenerator<PipelineEvent, void> {
  const stages = new Stages(options, host);
  const { network, done, backend } = yield* stages.run('train', 'learn from text pairs', stages.train());
  const built = yield* stages.run('build', 'model and firmware to a CP/M program', stages.build(network));
  const program: Program = { name: options.programName, bytes: built.program };
  const predicted = yield* stages.run('emulate', 'ask it in the emulator', stages.emulate(program));
  const board = await host.openBoard();
  try {
    yield { type: 'board', path: board.link.name };
    const target = await host.boardTarget(board.link);
    const transfer = yield* stages.run(
      'flash',
      'send it to the board and read it back',
      stages.load('board', target, program),
    );
    const measured = yield* stages.run('talk', 'ask the board the same', stages.talk('board', target));
    const comparison = yield* stages.run('compare', 'byte for byte', stages.compare(predicted, measured));
    yield {
      type: 'summary',
      summary: {
        equal: comparison.equal,
        training: { backend, ...pick(done) },
        programBytes: built.program.length,
        transfer,
        clockHz: options.clockHz,
        tStatesPerCharacter: tStatesPerCharacter(predicted) ?? NaN,
        predictedMs: msPerCharacter(predicted),
        measuredMs: msPerCharacter(measured),
        comparison,
      },
    };
  } finally {
    await board.close();
  }
}

function pick({ training, heldOut, nonZero, elapsedMs }: TrainDone): Omit<PipelineSummary['training'], 'backend'> {
  return { training, nonZero, elapsedMs, ...(heldOut && { heldOut }) };
}

class Stages {
  constructor(
    private readonly options: PipelineOptions,
    private readonly host: PipelineHost,
  ) {}

  /** One stage between its two marks. */
  async *run<T>(stage: Stage, title: string, work: AsyncGenerator<PipelineEvent, T>): AsyncGenerator<PipelineEvent, T> {
    this.options.signal.throwIfAborted();
    const started = this.host.clock.now();
    yield { type: 'stage', stage, title };
    const result = yield* work;
    yield { type: 'stage-done', stage, elapsedMs: this.host.clock.now() - started };
    return result;
  }

  async *train(): AsyncGenerator<PipelineEvent, { network: Network; done: TrainDone; backend: string }> {
    const { training, signal } = this.options;
    let backend = '';
    let done: TrainDone | undefined;
    for await (const event of train({ ...training, signal, clock: this.host.clock })) {
      if (event.type === 'start') backend = event.backend;
      if (event.type === 'done') done = event;
      yield { type: 'training', event };
    }
    const { network } = done!;
    yield this.write('model.npz', encodeModel(network));
    return { network, done: done!, backend };
  }

  async *build(network: Network): AsyncGenerator<PipelineEvent, BuiltProgram> {
    const { maxSize, programName } = this.options;
    const built = buildProgram(network, maxSize === undefined ? {} : { maxSize }, firmwareReader(this.host.files));
    const stem = programName.replace(/\.COM$/, '');
    yield this.write(programName, built.program);
    yield this.write(`${stem}.lst`, built.listing());
    yield this.write(`${stem}.sym`, built.symbolFile());
    yield { type: 'built', built };
    return built;
  }

  async *emulate(program: Program): AsyncGenerator<PipelineEvent, Transcript> {
    const target = emulatorTarget({ clockHz: this.options.clockHz, clock: this.host.clock });
    yield* this.load('emulator', target, program);
    return yield* this.talk('emulator', target);
  }

  /** @returns bytes of the program, the time of the transfer alone, blocks repeated */
  async *load(
    side: Side,
    target: Target,
    program: Program,
  ): AsyncGenerator<PipelineEvent, PipelineSummary['transfer']> {
    const { clock } = this.host;
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

  async *talk(side: Side, target: Target): AsyncGenerator<PipelineEvent, Transcript> {
    const conversation = converse(target, this.options.questions);
    for (;;) {
      const step = await conversation.next();
      if (step.done) {
        yield this.write(`${side}.log`, wholeConsole(step.value));
        return step.value;
      }
      const event = step.value;
      if (event.type !== 'opened') yield { ...event, side };
    }
  }

  async *compare(left: Transcript, right: Transcript): AsyncGenerator<PipelineEvent, Comparison> {
    const comparison = compareTranscripts(left, right);
    yield { type: 'compared', comparison };
    return comparison;
  }

  private write(name: string, data: Uint8Array | string): PipelineEvent {
    const path = `${this.options.outDir}/${name}`;
    this.host.files.write(path, data);
    return { type: 'file', path, bytes: data.length };
  }
}

function wholeConsole({ opening, exchanges }: Transcript): Uint8Array {
  return Uint8Array.from([opening, ...exchanges.map((exchange) => exchange.raw)].flatMap((bytes) => [...bytes]));
}
