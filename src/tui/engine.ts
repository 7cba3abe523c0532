/**
 * All the work behind the UI: the pipeline, the emulator's and the board's console, the ports. It takes commands,
 * one run at a time, and tells what happens; failures are told, never thrown.
 */
import { firmwareReader, FIRMWARE_FOLDER } from '../build/firmware-files.js';
import { measureProgram } from '../build/measure.js';
import { buildProgram } from '../build/program.js';
import { sampleQuestions } from '../build/samples.js';
import { nodeClock as clock } from '../host/node-clock.js';
import { nodeFiles as files } from '../host/node-files.js';
import { nodeRunFolders as folders } from '../host/node-run-folders.js';
import { patience } from '../link/patience.js';
import { portHolders } from '../link/port-access.js';
import { portAddress } from '../link/port-address.js';
import { listPorts, resolvePort } from '../link/port-list.js';
import type { Network } from '../model/network.js';
import { Pipeline, type PipelineHost, type PipelineOptions } from '../pipeline.js';
import { endsWithinMs, GRACE_MS } from '../pipeline/abort.js';
import type { Run } from '../pipeline/run-history.js';
import { percent } from '../seams/words.js';
import type { PipelineEvent, Side, Stage } from '../pipeline/events.js';
import { toBeAsked } from '../pipeline/plan.js';
import { whyWords } from '../pipeline/standing.js';
import { LinkError, RefusedError, Z80lmError } from '../seams/errors.js';
import { decodeSource, parseSymbols } from '../z80asm/index.js';
import { namedData } from '../commands/own-data.js';
import { BoardLine, MOST_WAITING, type TypedEnd } from './board-line.js';
import { ConsoleLogs } from './console-logs.js';
import { machineNamed } from '../machines/index.js';
import { EmulatorSession } from './emulator-session.js';
import type { Outbox } from './outbox.js';
import {
  STOPPED,
  VIRTUAL,
  type Command,
  type EmulatorAction,
  type EngineEvent,
  type LayoutRow,
  type Settings,
} from './protocol.js';
import { runRow, settingsOfRun } from './run-rows.js';

/** How often counters of the line are told. */
const WIRE_MS = 100;
const SOURCE_CONTEXT = 200;
const BOARD_TAKEN = 'a stage is talking to the board: wait, or stop it with x';
const UNTYPED: Readonly<Partial<Record<TypedEnd, string>>> = {
  taken: BOARD_TAKEN,
  full: 'the board has not yet taken what was typed before: wait, or drop that with Ctrl-C',
  long: `not typed: more than ${MOST_WAITING.toLocaleString('en')} bytes; z80lm console --send takes a file`,
};
/** At the end, for what runs to stop, and again for the line to be closed: one that is being opened may hang. */
const END_MS = 1_500;

export class Engine {
  #settings: Settings;
  /** Set while a run is on, which keeps the settings it began with: they hold from its end. */
  #next: Settings | undefined;
  readonly #pipeline: Pipeline;
  #run: AbortController | undefined;
  #running: Promise<void> | undefined;
  #stage: Stage | undefined;
  /** What the stage that runs has said of its end, in ms. */
  #stageEndMs = 0;
  readonly #board = new BoardLine({
    opened: (path, remark) => {
      this.send({ type: 'line', path });
      if (remark !== undefined) this.#note(remark);
    },
    said: (bytes) => {
      this.#console('board', bytes);
      return this.#room();
    },
    lost: (error) => void this.#closeBoard(error).catch((defect: unknown) => this.#failed(defect, undefined)),
    untyped: (error) => this.#failed(error, undefined),
    dropped: (done, total) => {
      const why = this.#board.taken ? 'a stage talks to the board now: ' : '';
      this.#note(`${why}typing stopped after ${done} of ${total} characters`);
    },
  });
  #emulator: EmulatorSession | undefined;
  readonly #logs = new ConsoleLogs();
  #lastWireMs = 0;
  /** Why the line is being closed, if nobody has asked for it. */
  #lost: unknown;

  constructor(
    settings: Settings,
    private readonly outbox: Pick<Outbox, 'add' | 'room'>,
  ) {
    this.#settings = settings;
    this.#pipeline = new Pipeline(pipelineOptions(settings), this.#host());
  }

  private send(event: EngineEvent): void {
    this.outbox.add(event);
  }

  /** Resolves when UI and logs have kept up: whoever makes more than fits waits here. */
  async #room(): Promise<void> {
    await this.outbox.room();
    await this.#logs.room();
  }

  start(): void {
    this.#states();
    void this.#ports();
  }

  /** Never throws. */
  handle(command: Command): void {
    void this.#handle(command).catch((error: unknown) => this.#failed(error, undefined));
  }

  async #handle(command: Command): Promise<void> {
    switch (command.type) {
      case 'run':
        return this.#begin(command);
      case 'take':
        return this.#take(command.run);
      case 'runs':
        return this.#runs();
      case 'stop':
        return this.#stop();
      case 'set':
        return this.#change(command.settings);
      case 'ports':
        return this.#ports();
      case 'connect':
        await this.#board.open(this.#settings);
        return;
      case 'disconnect':
        if (this.#board.taken) return this.#note(BOARD_TAKEN);
        return this.#closeBoard();
      case 'keys':
        return this.#type(command);
      case 'drop-typed':
        return this.#board.dropTyped();
      case 'emulator':
        return this.#emulate(command.action);
      case 'breakpoint':
        if (this.#emulator?.breakpoint(command.place) !== true)
          this.#note(`there is no symbol ${JSON.stringify(command.place)}, and it is no address in hex`);
        return;
      case 'layouts':
        return this.#layouts();
      case 'log':
        return this.#log(command.on);
      case 'farewell':
      case 'seen':
        return;
      case 'source':
        return this.#source(command.path, command.line);
    }
  }

  /** How long `close` may take longer than usual, in ms: for a transfer that is not to be left where it is now. */
  get stageEndMs(): number {
    return this.#stageEndMs > 0 ? this.#stageEndMs + GRACE_MS : 0;
  }

  /** Stop all that runs and close the line. */
  async close(): Promise<void> {
    this.#board.dropTyped();
    this.#run?.abort(new Error(STOPPED));
    this.#emulator?.close();
    const over = new AbortController();
    await Promise.race([this.#running?.finally(() => over.abort()), this.#endOfRun(over.signal)]);
    await Promise.race([this.#closeBoard(), clock.sleep(END_MS)]);
    await this.#logs.close();
  }

  /** The bound of `close`; more may be told meanwhile. */
  async #endOfRun(over: AbortSignal): Promise<void> {
    for (let waitedMs = 0; this.#running && waitedMs < END_MS + this.stageEndMs && !over.aborted;) {
      const part = END_MS + this.stageEndMs - waitedMs;
      await patience(clock, part, over).catch(() => undefined);
      waitedMs += part;
    }
  }

  #begin(command: Extract<Command, { type: 'run' }>): void {
    if (this.#run) return this.#note('something runs already: x stops it');
    const { to, again, agreed = [] } = command;
    const wanted = { ...(to && { to }), ...(again && { again }) };
    const inPlace = this.#pipeline.history.inPlace();
    const beyond = toBeAsked(this.#pipeline.plan(wanted), to);
    // Again, where more has come to it since: a setting, a file.
    if (beyond.some(({ stage }) => !agreed.includes(stage))) {
      const stages = beyond.map(({ stage, why, expectedMs }) => ({ stage, why: whyWords(why), expectedMs }));
      const isNew = stages.some(({ stage }) => stage === 'train');
      return this.send({ type: 'ask', command, stages, model: isNew ? gives(inPlace) : '' });
    }
    const run = (this.#run = new AbortController());
    this.send({ type: 'busy', busy: true });
    this.#running = this.#work({ ...wanted, signal: run.signal })
      .catch((error: unknown) => this.#failed(error, this.#stage, isStop(error, run.signal)))
      .finally(() => {
        this.#run = this.#stage = this.#running = undefined;
        this.#stageEndMs = 0;
        this.#board.taken = false;
        this.send({ type: 'busy', busy: false });
        const settings = this.#next ?? this.#settings;
        this.#next = undefined;
        this.handle({ type: 'set', settings });
      });
  }

  #stop(): void {
    this.#board.dropTyped();
    if (!this.#run) return this.#note('nothing runs');
    if (this.#stage) this.send({ type: 'stopping', stage: this.#stage });
    this.#run.abort(new Error(STOPPED));
  }

  /** Put a run's model in its place, and go on with its settings. */
  #take(name: string): void {
    if (this.#run) return this.#note('something runs already: x stops it');
    const run = this.#pipeline.take(name);
    this.#set(settingsOfRun(this.#settings, run));
    this.send({ type: 'settings', settings: this.#settings });
    this.#note(`model.npz is ${run.name} now, with its settings; what was there before stays in its own folder`);
    this.#runs();
  }

  #runs(): void {
    const { history } = this.#pipeline;
    const inPlace = history.inPlace()?.name;
    this.send({
      type: 'runs',
      rows: history
        .all()
        .reverse()
        .map((run) => runRow(run, inPlace)),
    });
  }

  async #work(options: Parameters<Pipeline['run']>[0]): Promise<void> {
    for await (const event of this.#pipeline.run(options)) {
      this.#stageEndMs = endsWithinMs(event) ?? this.#stageEndMs;
      await this.#room();
      if (event.type === 'stage') this.#begins(event.stage);
      if (event.type === 'console') this.#logs.write(event.side, event.bytes);
      this.send(forUi(event));
      if (event.type === 'load' && event.side === 'board') this.#wire(event.progress.phase === 'done');
      if (event.type === 'stage-done') {
        this.#stage = undefined;
        this.#board.taken = false;
        this.#states();
      }
    }
  }

  #begins(stage: Stage): void {
    this.#stage = stage;
    // The console of a program that is asked begins with the program.
    if (stage === 'emulate') {
      this.#emulator?.close();
      this.#emulator = undefined;
      this.send({ type: 'fresh-console', side: 'emulator', asked: true });
    }
    if (stage === 'compare') this.send({ type: 'fresh-console', side: 'board', asked: true });
    this.#board.taken = stage === 'flash' || stage === 'compare';
    this.#board.tap?.reset();
  }

  /** What the user has changed: files and ports are looked at first. */
  async #change(settings: Settings): Promise<void> {
    const before = this.#next ?? this.#settings;
    let wanted = settings;
    if (settings.data.training !== before.data.training)
      try {
        wanted = { ...settings, ...namedData(files, settings.data.training) };
      } catch (error) {
        if (!(error instanceof Z80lmError)) throw error;
        wanted = { ...settings, data: before.data };
        const why = [`${error.where}: ${error.message}`, error.hint].filter(Boolean).join('; ');
        this.#note(`the data stays ${before.data.training}: ${why}`);
      }
    if (wanted !== settings) this.send({ type: 'settings', settings: wanted });
    await this.#set(wanted);
    if (settings.port !== before.port) await this.#lookForPort(settings.port);
  }

  /** One that is not there now may come: it is said, and taken. */
  async #lookForPort(port: string): Promise<void> {
    if (port === VIRTUAL || portAddress(port).kind !== 'serial') return;
    try {
      const path = await resolvePort(port);
      if (!files.exists(path)) this.#note(`port is now ${port}, but nothing of that name is there`);
    } catch (error) {
      if (!(error instanceof Z80lmError)) throw error;
      this.#note(`port is now ${port}, but ${[error.message, error.hint].filter(Boolean).join('; ')}`);
    }
  }

  #set(settings: Settings): Promise<void> | void {
    if (this.#run) {
      this.#next = settings;
      return this.#note('a run is on and keeps its settings: the new ones hold from its end');
    }
    const { port, machine, baud, flow, stopBits, paceMs } = this.#settings;
    this.#settings = settings;
    this.#pipeline.options = pipelineOptions(settings);
    this.#states();
    const isSameLine =
      port === settings.port &&
      baud === settings.baud &&
      flow === settings.flow &&
      stopBits === settings.stopBits &&
      paceMs === settings.paceMs &&
      // The virtual board is whatever the program is for.
      (port !== VIRTUAL || machine === settings.machine);
    if (!isSameLine) return this.#closeBoard();
  }

  #states(): void {
    this.send({ type: 'states', states: this.#pipeline.states() });
  }

  #host(): PipelineHost {
    return {
      files,
      folders,
      clock,
      openBoard: async () => ({
        link: await this.#board.open(this.#settings),
        close: (lost) => this.#lineOver(lost),
      }),
      boardTarget: (_link, signal) => this.#board.target(programOf(this.#settings), this.#settings, signal),
    };
  }

  async #closeBoard(lost?: unknown): Promise<void> {
    // The pipeline closes the line that it has opened, and does not know why.
    this.#lost = lost;
    try {
      await this.#pipeline.close();
      await this.#lineOver(lost);
    } finally {
      this.#lost = undefined;
    }
  }

  async #lineOver(lost: unknown = this.#lost): Promise<void> {
    if (!(await this.#board.close())) return;
    const why = lost === undefined ? {} : { lost: lost instanceof Error ? lost.message : String(lost) };
    this.send({ type: 'line', path: undefined, ...why });
    this.#states();
  }

  async #type({ side, text, as }: Extract<Command, { type: 'keys' }>): Promise<void> {
    if (side === 'emulator') {
      if (!this.#emulator) this.#emulate('restart');
      return this.#emulator?.type(text);
    }
    if (this.#board.taken) return this.#note(BOARD_TAKEN);
    const why = UNTYPED[await this.#board.type(text, this.#settings, as)];
    if (why !== undefined) this.#note(why);
  }

  #emulate(action: EmulatorAction): void {
    if (this.#stage === 'emulate') return this.#note('the emulator is being asked: wait, or stop it with x', true);
    if (!this.#emulator || action === 'restart') this.#restart();
    if (action !== 'restart') this.#emulator?.act(action);
  }

  #restart(): void {
    const made = this.#pipeline.made('build');
    const machine = machineNamed(this.#settings.machine);
    // What was built before the machine was changed is for another.
    const built = made?.machine === machine ? made : undefined;
    const program = programOf(this.#settings);
    const com = `${this.#settings.outDir}/${program}`;
    const bytes = built?.file ?? (files.exists(com) ? files.read(com) : undefined);
    if (!bytes) return this.#note('there is no program yet: build it first', true);
    const symbols = com.replace(/\.[^.]*$/, '.sym');
    const text = built?.symbolFile() ?? (files.exists(symbols) ? new TextDecoder().decode(files.read(symbols)) : '');
    this.#emulator?.close();
    this.#emulator = undefined;
    this.send({ type: 'fresh-console', side: 'emulator', asked: false });
    const session = new EmulatorSession({
      machine,
      program: { name: program, bytes },
      names: parseSymbols(text, symbols).names,
      clockHz: this.#settings.clockHz,
      clock,
      onOutput: (output) => this.#console('emulator', output),
      onStatus: (status) => this.send(status),
      room: () => this.#room(),
    });
    this.#emulator = session;
    void session.run().catch((error: unknown) => this.#failed(error, undefined));
    session.act('go');
  }

  #console(side: Side, bytes: Uint8Array): void {
    this.#logs.write(side, bytes);
    this.send({ type: 'console', side, bytes });
  }

  /** The three ways to lay the model out, each built and measured. */
  async #layouts(): Promise<void> {
    const network = this.#pipeline.made('train')?.network;
    if (!network) return this.#note('there is no model yet: train it first');
    const rows: LayoutRow[] = [];
    for (const layout of ['auto', 'sparse', 'packed'] as const) {
      rows.push(layoutRow(network, layout, this.#settings));
      this.send({ type: 'layouts', rows: [...rows] });
      await clock.sleep(0);
    }
  }

  async #ports(): Promise<void> {
    const ports = await listPorts();
    const rows = ports.map(({ path, stableName, usb, serialNumber, maker, product, adapter }) => ({
      path,
      words: [adapter?.name ?? ([maker, product].filter(Boolean).join(' ') || 'built-in UART'), serialNumber]
        .filter(Boolean)
        .join(', serial '),
      usb: usb ?? '',
      stableName: stableName ?? '',
      holders: portHolders(path),
      trap: adapter?.trap ?? '',
    }));
    this.send({ type: 'ports', ports: rows });
  }

  async #log(on: boolean): Promise<void> {
    this.send({ type: 'logging', on });
    if (!on) return this.#logs.close();
    const folder = this.#settings.outDir;
    try {
      await this.#logs.open(folder, (error) => this.#logEnds(error));
      this.#note(`both consoles are written to ${folder}/console-emulator.log and console-board.log`);
    } catch (error) {
      this.#logEnds(error as Error);
    }
  }

  #logEnds(error: Error): void {
    this.send({ type: 'logging', on: false });
    this.#note(`no log is written: ${error.message}; another folder is given with z80lm tui --out FOLDER`);
  }

  /** A source file around a line; names are those of the assembler's messages. */
  #source(path: string, line: number): void {
    const whole = [path, `${FIRMWARE_FOLDER}${path}`].find((name) => files.exists(name));
    if (whole === undefined) return this.#note(`${path} cannot be read`);
    const lines = decodeSource(files.read(whole)).split(/\r\n|\n|\r/);
    const from = Math.max(0, line - 1 - SOURCE_CONTEXT);
    this.send({ type: 'source', path, from: from + 1, line, lines: lines.slice(from, line + SOURCE_CONTEXT) });
  }

  #wire(last: boolean): void {
    const now = clock.now();
    const { tap } = this.#board;
    if (!tap || (!last && now - this.#lastWireMs < WIRE_MS)) return;
    this.#lastWireMs = now;
    const { received, sent, controls } = tap;
    this.send({ type: 'wire', received, sent, controls });
  }

  #note(text: string, endsTyping = false): void {
    this.send({ type: 'note', text, ...(endsTyping && { endsTyping }) });
  }

  #failed(error: unknown, stage: Stage | undefined, stopped = false): void {
    const known = error instanceof Z80lmError ? error : undefined;
    const message = error instanceof Error ? error.message : String(error);
    // Anything that is not one of our own errors is a defect: its trace is what helps.
    const trace = !known && !stopped && error instanceof Error ? (error.stack ?? '') : '';
    this.send({
      type: 'failed',
      stage,
      message: trace === '' ? message : `internal error: ${trace}`,
      where: known?.where ?? '',
      hint: known?.hint ?? '',
      stopped,
    });
  }
}

/** Questions whose answers are watched while it trains. */
const SAMPLES = 8;

function pipelineOptions(settings: Settings): PipelineOptions {
  const { data, questions, outDir, name, layout, maxSize, clockHz } = settings;
  const { hidden, epochs, seed, workers, description } = settings;
  // A line such as /1 is for the program, and no question.
  const sampled = questions.filter((question) => !question.startsWith('/')).slice(0, SAMPLES);
  return {
    data,
    training: { hidden, epochs, seed, workers, name, description, samples: sampled },
    questions,
    outDir,
    machine: machineNamed(settings.machine),
    programName: programOf(settings),
    layout,
    maxSize,
    clockHz,
    remember: true,
    // The user was told, and has agreed: see #begin.
    replace: 'finished',
  };
}

/** The program's name, in a folder and on the board. */
function programOf({ name, fileType }: Settings): string {
  return `${name}.${fileType}`;
}

/** What becomes of the model that is there. */
function gives(inPlace: Run | undefined): string {
  if (!inPlace) return '';
  const { name, figures } = inPlace;
  const right = figures ? ` (${percent(figures.training.answers)} of the answers right)` : '';
  return name === ''
    ? 'The model that is there was made elsewhere; it is kept in runs/ when a new one takes its place.'
    : `The model that is there is ${name}${right}. It stays in runs/${name} when a new one takes its place.`;
}

/** Was it ended by the stop, or does it say something of its own that only came with it? */
function isStop(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error === signal.reason || (error instanceof LinkError && error.reason.canceled === true));
}

/** Processes can tell each other data only: functions stay here, and so do weights. */
function forUi(event: PipelineEvent): EngineEvent {
  if (event.type === 'built') {
    const { sizes, choices, origin } = event.built;
    return { type: 'built', sizes, choices, origin };
  }
  if (event.type !== 'training') return event;
  if (event.event.type !== 'done') return { type: 'training', event: event.event };
  const { network: _network, checkpoint: _checkpoint, ...done } = event.event;
  return { type: 'training', event: done };
}

function layoutRow(network: Network, layout: LayoutRow['layout'], settings: Settings): LayoutRow {
  const machine = machineNamed(settings.machine);
  const { maxSize } = settings;
  try {
    const { program, file } = buildProgram(network, { layout, maxSize, machine }, firmwareReader(files));
    const { meanTStates } = measureProgram(file, sampleQuestions(network.about), machine);
    return { layout, bytes: program.length, tStates: meanTStates };
  } catch (error) {
    if (error instanceof RefusedError) return { layout, refused: error.message };
    throw error;
  }
}
