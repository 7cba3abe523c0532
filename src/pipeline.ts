/**
 * The whole way as one stream of typed events: data → train → build → emulate → flash → compare → time.
 *
 * Each stage takes what the ones before it made, and knows its inputs by their hash: a stage whose inputs are those
 * of its last run is fresh and need not run again. Nothing here prints: the command line and the terminal UI render
 * the same events.
 */
import { buildProgram, TooLargeError, type BuiltProgram } from './build/program.js';
import { seedLine } from './build/signature.js';
import { firmwareReader } from './build/firmware-files.js';
import { emulatorTarget } from './emu/target.js';
import { timingOf, type Timing } from './hil/answer-times.js';
import { compareTranscripts } from './hil/compare.js';
import type { Transcript } from './hil/transcript.js';
import { CPM } from './machines/cpm.js';
import type { Machine } from './machines/machine.js';
import { untilAborted, type StageEnd } from './pipeline/abort.js';
import {
  STAGES,
  type PipelineEvent,
  type PipelineSummary,
  type Side,
  type Stage,
  type StageState,
  type Transfer,
} from './pipeline/events.js';
import { inputsOf, trainingLimit } from './pipeline/inputs.js';
import type { Made, Result } from './pipeline/made.js';
import { loadOnto, talkTo } from './pipeline/on-target.js';
import { planOf, type PlannedStage } from './pipeline/plan.js';
import { costFunction } from './pipeline/program-cost.js';
import { RunHistory, expectedTrainingMs, type Run, type Trained } from './pipeline/run-history.js';
import { isSame, standingOf, type Ingredients, type Standing } from './pipeline/standing.js';
import { trainRun } from './pipeline/training.js';
import type { OpenBoard, PipelineHost, PipelineOptions } from './pipeline/world.js';
import type { ByteLink } from './seams/byte-link.js';
import { InputError, LinkError } from './seams/errors.js';
import type { Target } from './seams/target.js';
import { statsOf } from './trainer/data-stats.js';
import { readPairs, type PairFile } from './trainer/pairs.js';
import { playOf } from './trainer/play.js';
import type { SourceReader } from './z80asm/index.js';

export type { OpenBoard, PipelineHost, PipelineOptions };

const TITLES: Readonly<Record<Stage, string>> = {
  data: 'read the text pairs',
  train: 'learn from them',
  build: 'model and firmware to a program',
  emulate: 'ask it in the emulator',
  flash: 'send it to the board and read it back',
  compare: 'ask the board the same, byte for byte',
  time: 'what was measured beside what was predicted',
};

/** Which sources a build reads, and which board a program was sent to, is known only when that is done. */
const INPUTS_KNOWN_AFTER: ReadonlySet<Stage> = new Set(['build', 'flash']);

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
  ) {}

  /** Where every stage stands now. Reads the data files and the firmware again. */
  states(): StageState[] {
    this.#recall();
    const standing = this.#standings();
    return STAGES.map((stage) => {
      const { state, why } = standing(stage);
      return { stage, state, ...(state === 'stale' && why && { why }), elapsedMs: this.#results[stage]?.elapsedMs };
    });
  }

  /** What `run` with the same words would do now. */
  plan({ to = this.#last, again = [] }: Omit<RunOptions, 'signal'>): PlannedStage[] {
    this.#recall();
    const expected = (stage: Stage): number | undefined =>
      stage === 'train'
        ? // How long another data's took says nothing.
          expectedTrainingMs(this.history.all(), this.#inputs('train'))
        : this.#results[stage]?.elapsedMs;
    return planOf(to, again, this.#standings(), expected);
  }

  /** All trainings in this folder. */
  get history(): RunHistory {
    return new RunHistory(this.host.files, this.host.folders, this.options.outDir);
  }

  /** What a stage made, fresh or not. */
  made<S extends Stage>(stage: S): Made[S] | undefined {
    return (this.#results[stage] as Result<S> | undefined)?.made;
  }

  /** Run the stages in order up to `to`, leaving out what is fresh. The last event of a run to the end is `summary`. */
  async *run({ to = this.#last, again = [], signal }: RunOptions): AsyncGenerator<PipelineEvent, void> {
    this.#recall();
    for (const stage of STAGES.slice(0, STAGES.indexOf(to) + 1)) {
      signal.throwIfAborted();
      // Before the work: a file that is edited meanwhile leaves the stage stale.
      const inputs = this.#inputs(stage);
      if (!again.includes(stage) && isSame(this.#results[stage]?.inputs, inputs)) {
        yield { type: 'stage-fresh', stage, elapsedMs: this.#results[stage]!.elapsedMs };
        if (stage === 'train') yield* this.#settle();
        continue;
      }
      const started = this.host.clock.now();
      yield { type: 'stage', stage, title: TITLES[stage] };
      let end: StageEnd | undefined;
      try {
        const work = this.#work(stage, signal, again.includes(stage));
        const made = yield* untilAborted(work, this.host.clock, signal, (told) => (end = told));
        signal.throwIfAborted();
        const elapsedMs = this.host.clock.now() - started;
        this.#keep(
          stage,
          INPUTS_KNOWN_AFTER.has(stage) ? this.#inputs(stage) : this.#read(stage, inputs),
          made,
          elapsedMs,
        );
        if (stage === 'train') yield* this.#settle();
        yield { type: 'stage-done', stage, elapsedMs };
      } catch (error) {
        if (end) yield { type: 'stage-stopped', stage, ...end };
        throw error;
      }
    }
    if (to === 'time') yield { type: 'summary', summary: this.#summary() };
  }

  /** Forget the board: what it holds is not known any more. */
  async close(lost?: LinkError): Promise<void> {
    const board = this.#board;
    this.#board = undefined;
    await board?.close(lost);
  }

  /**
   * Put the model of any run in its place, one that was cut off, too: it counts as whole from then on.
   * @throws InputError where there is no such run
   */
  take(name: string): Run {
    const { history } = this;
    const run = history.all().find((one) => one.name === name);
    const trained = run && history.load(run);
    if (!trained)
      throw new InputError(`there is no model of ${JSON.stringify(name)}`, {
        where: history.runs,
        hint: 'see which runs there are',
      });
    const { model } = trained.made;
    const taken = run.outcome === 'stopped' ? history.keep(run, model, { outcome: 'taken' }) : run;
    history.settle(taken, model, 'finished');
    this.#remember(trained);
    return taken;
  }

  #work(stage: Stage, signal: AbortSignal, anew: boolean): Events<Made[Stage]> {
    const work: { [S in Stage]: () => Events<Made[S]> } = {
      data: () => this.#data(),
      train: () => this.#train(signal, anew),
      build: () => this.#build(),
      emulate: () => this.#emulate(signal),
      flash: () => this.#flash(signal),
      compare: () => this.#compare(signal),
      time: () => this.#time(),
    };
    return work[stage]();
  }

  #keep<S extends Stage>(stage: S, inputs: Ingredients | undefined, made: Made[S], elapsedMs: number): void {
    (this.#results as Record<Stage, unknown>)[stage] =
      inputs === undefined ? undefined : { inputs, made, elapsedMs, serial: ++this.#serials };
  }

  /** A training works on what the data stage has read, which may be other data by now. */
  #read(stage: Stage, inputs: Ingredients | undefined): Ingredients | undefined {
    const data = this.#results.data?.inputs['data'];
    return stage === 'train' && inputs && data !== undefined ? { ...inputs, data } : inputs;
  }

  /** A run of these data and settings may be there, from this session or another. */
  #recall(): void {
    if (this.options.remember !== true) return;
    const inputs = this.#inputs('train');
    if (isSame(this.#results.train?.inputs, inputs)) return;
    const trained = this.history.find(inputs);
    if (trained) this.#remember(trained);
  }

  #remember({ inputs, made, run, elapsedMs }: Trained): void {
    this.#keep('train', inputs, { ...made, run }, elapsedMs);
  }

  /** The model that is worked on in its place, where that is allowed. */
  *#settle(): Generator<PipelineEvent, void> {
    const { run: name, model, figures } = this.made('train')!;
    const { history } = this;
    const run = history.all().find((one) => one.name === name);
    if (!run) return;
    const { inPlace, before } = history.settle(run, model, this.options.replace ?? 'better');
    history.prune(name);
    const { training, heldOut } = figures;
    yield {
      type: 'model-kept',
      run: name,
      folder: run.folder,
      outcome: 'finished',
      training,
      ...(heldOut && { heldOut }),
      inPlace,
      before: before && { run: before.name, answers: before.figures?.training.answers },
    };
  }

  /** Where the program and all that follows from it go: beside the model that it is made of. */
  get #home(): string {
    const { outDir } = this.options;
    const trained = this.made('train');
    const { history } = this;
    return trained && !history.isInPlace(trained.model) ? `${history.runs}/${trained.run}` : outDir;
  }

  get #machine(): Machine {
    return this.options.machine ?? CPM;
  }

  /** The last stage that can run: no line leads to some machines. */
  get #last(): Stage {
    return this.#machine.board ? 'time' : 'emulate';
  }

  /** All at one moment. */
  #standings(): (stage: Stage) => Standing {
    const known = new Map<Stage, Standing>();
    const standing = (stage: Stage): Standing => {
      const found = known.get(stage) ?? standingOf(stage, this.#results[stage]?.inputs, this.#inputs(stage), standing);
      known.set(stage, found);
      return found;
    };
    return standing;
  }

  /** What a stage would work on now; undefined where that is not there. */
  #inputs(stage: Stage): Ingredients | undefined {
    const { files } = this.host;
    const serial = (of: Stage): string | undefined => this.#results[of]?.serial.toString();
    return inputsOf(stage, this.options, files, {
      model: this.made('train')?.model,
      sources: [...this.#sources],
      program: this.made('build')?.program,
      emulated: this.#results.emulate?.inputs,
      board: this.#board && `${this.#board.number} ${this.#board.link.name}`,
      flight: serial('flash'),
      compared: serial('compare'),
    });
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

  async *#train(signal: AbortSignal, anew: boolean): Events<Made['train']> {
    const { files, clock } = this.host;
    const { unknown, play, ...data } = this.made('data')!;
    const { training } = this.options;
    const { bytes } = trainingLimit(this.options);
    const options = {
      ...training,
      ...data,
      closed: { unknown, ...play, ...training.closed },
      ...(bytes !== undefined && { budget: { limits: { bytes }, costOf: costFunction(files, this.#machine, bytes) } }),
    };
    const inputs = this.#read('train', this.#inputs('train'))!;
    const trained = yield* trainRun({ options, inputs, anew, history: this.history, files, clock, signal });
    signal.throwIfAborted();
    return { ...trained!.made, run: trained!.run };
  }

  async *#build(): Events<BuiltProgram> {
    const { maxSize, programName, layout } = this.options;
    const machine = this.#machine;
    const options = { machine, ...(maxSize !== undefined && { maxSize }), ...(layout && { layout }) };
    const built = this.#builtProgram(options);
    const stem = programName.replace(/\.[^.]*$/, '');
    yield this.#write(programName, built.file);
    yield this.#write(`${stem}.lst`, built.listing());
    yield this.#write(`${stem}.sym`, built.symbolFile());
    yield { type: 'built', built };
    return built;
  }

  /** @throws TooLargeError with what helps here, where a training has just ended */
  #builtProgram(options: Parameters<typeof buildProgram>[1]): BuiltProgram {
    try {
      return buildProgram(this.made('train')!.network, options, this.#firmware());
    } catch (error) {
      if (!(error instanceof TooLargeError)) throw error;
      const hint = 'train for more epochs: each presses the model nearer to its size, and a few are too few';
      throw new TooLargeError(error.message, error.least, hint);
    }
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
    const target = emulatorTarget({
      emulate: this.#machine.emulate,
      clockHz: this.options.clockHz,
      clock: this.host.clock,
    });
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
      if (error instanceof LinkError && error.reason.disconnected) await this.close(error);
      throw error;
    }
  }

  #load(side: Side, target: Target): Events<Transfer> {
    const program = { name: this.options.programName, bytes: this.made('build')!.file };
    return loadOnto(side, target, program, this.host.clock);
  }

  #talk(side: Side, target: Target, signal: AbortSignal): Events<Transcript> {
    const { questions } = this.options;
    const seed = seedLine(this.made('build')!.image, questions[0]);
    const asked = seed === undefined ? questions : [seed, ...questions];
    return talkTo(side, target, asked, signal, (name, said) => this.#write(name, said));
  }

  #write(name: string, data: Uint8Array | string): PipelineEvent {
    const path = `${this.#home}/${name}`;
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
      folder: this.#home,
      transfer: this.made('flash')!,
      ...timing,
      comparison,
    };
  }
}
