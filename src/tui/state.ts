/** Everything the panes show, and how events change it. No drawing here, and no I/O. */
import type { Terminal as TerminalKind } from '../emu/cpm/screen.js';
import type { Comparison } from '../hil/compare.js';
import type { Exchange } from '../hil/transcript.js';
import type { Timing } from '../hil/answer-times.js';
import { STAGES, type Side, type Stage } from '../pipeline/events.js';
import type { LoadProgress } from '../seams/target.js';
import type { DataStats } from '../trainer/data-stats.js';
import { fallbackWords, type Sample, type TrainStart, type TrainStep } from '../trainer/events.js';
import type { Score } from '../trainer/scorer.js';
import { ConsoleModel } from './console-model.js';
import { portRows } from './panes/ports.js';
import type { BuildFigures, EmulatorStatus, EngineEvent, LayoutRow, PortRow, Settings } from './protocol.js';

/** In the order of the bar. Ports is no stage; consoles are where boards are compared. */
export const PANES = ['data', 'train', 'build', 'emulate', 'ports', 'flash', 'consoles', 'time'] as const;
export type PaneName = (typeof PANES)[number];

export const STAGE_OF: Readonly<Record<PaneName, Stage | undefined>> = {
  data: 'data', train: 'train', build: 'build', emulate: 'emulate', ports: undefined, flash: 'flash',
  consoles: 'compare', time: 'time',
}; // prettier-ignore

/** The pane's name as the bar has it. */
export const TITLES: Readonly<Record<PaneName, string>> = {
  data: 'Data', train: 'Train', build: 'Build', emulate: 'Emulate', ports: 'Ports', flash: 'Flash',
  consoles: 'Compare', time: 'Time',
}; // prettier-ignore

export type StageMark = 'never' | 'stale' | 'fresh' | 'running' | 'failed' | 'stopped';

export interface StageView {
  mark: StageMark;
  elapsedMs: number | undefined;
  startedMs: number;
}

/** One step of the training, as the chart needs it. */
export interface Sampled {
  progress: number;
  loss: number;
  integer: number;
  float: number;
}

export interface TrainView {
  start: TrainStart | undefined;
  curve: Sampled[];
  now: Omit<TrainStep, 'type' | 'step' | 'steps'> | undefined;
  scores: { epoch: number; training: Score; heldOut?: Score }[];
  samples: Sample[];
  /** Answers of the scoring before. */
  before: Sample[];
  nonZero: number | undefined;
  weights: number[][] | undefined;
  ended: 'done' | 'stopped' | undefined;
}

export interface FlashView {
  path: string;
  progress: LoadProgress | undefined;
  phases: { phase: string; startedMs: number; doneBytes: number }[];
  wire: { received: number; sent: number; controls: string[] };
  end: 'verified' | 'failed' | undefined;
}

export interface Failure {
  stage: Stage | undefined;
  message: string;
  where: string;
  hint: string;
  stopped: boolean;
}

export type Overlay = 'help' | 'palette' | 'log' | 'source' | 'search' | undefined;
export type Typing = Side | 'both' | undefined;

export interface AppState {
  settings: Settings;
  pane: PaneName;
  /** Show the pane of whatever stage runs, until the user goes elsewhere. */
  follow: boolean;
  overlay: Overlay;
  /** What is being written into the palette or the search. */
  input: string;
  choice: number;
  /** Keys go to this console. */
  typing: Typing;
  /** Lines back from the newest, in the console panes. */
  scroll: number;
  /** First line of an overlay's text. */
  top: number;
  searched: string;
  busy: boolean;
  stages: Record<Stage, StageView>;
  message: { text: string; bad: boolean } | undefined;
  failure: Failure | undefined;
  log: string[];
  data: { stats: DataStats; heldOutPairs: number } | undefined;
  train: TrainView;
  built: BuildFigures | undefined;
  layouts: LayoutRow[];
  source: Extract<EngineEvent, { type: 'source' }> | undefined;
  emulator: EmulatorStatus | undefined;
  answers: Record<Side, Exchange[]>;
  ports: PortRow[];
  port: number;
  /** The open line. */
  line: string | undefined;
  flash: FlashView;
  consoles: Record<Side, ConsoleModel>;
  /** The lines from which on both consoles should show the same; undefined while they have nothing in common. */
  aligned: Record<Side, number> | undefined;
  /** The emulator's console shows the answers to the pipeline's questions. */
  emulatorAsked: boolean;
  terminal: TerminalKind;
  logging: boolean;
  comparison: Comparison | undefined;
  timing: Timing | undefined;
}

const LOG_LINES = 500;
/** Points of the chart; older ones are thinned out. */
const CURVE_POINTS = 2_000;

export function createState(settings: Settings, onConsole: () => void): AppState {
  return {
    settings,
    pane: 'data',
    follow: false,
    overlay: undefined,
    input: '',
    choice: 0,
    typing: undefined,
    scroll: 0,
    top: 0,
    searched: '',
    busy: false,
    stages: Object.fromEntries(
      STAGES.map((stage): [Stage, StageView] => [stage, { mark: 'never', elapsedMs: undefined, startedMs: 0 }]),
    ) as Record<Stage, StageView>,
    message: undefined,
    failure: undefined,
    log: [],
    data: undefined,
    train: emptyTraining(),
    built: undefined,
    layouts: [],
    source: undefined,
    emulator: undefined,
    answers: { emulator: [], board: [] },
    ports: [],
    port: 0,
    line: undefined,
    flash: emptyFlash(),
    consoles: { emulator: new ConsoleModel(onConsole), board: new ConsoleModel(onConsole) },
    aligned: undefined,
    emulatorAsked: false,
    terminal: 'vt100',
    logging: false,
    comparison: undefined,
    timing: undefined,
  };
}

function emptyTraining(): TrainView {
  return {
    start: undefined, curve: [], now: undefined, scores: [], samples: [], before: [], nonZero: undefined,
    weights: undefined, ended: undefined,
  }; // prettier-ignore
}

function emptyFlash(): FlashView {
  return {
    path: '',
    progress: undefined,
    phases: [],
    wire: { received: 0, sent: 0, controls: [] },
    end: undefined,
  };
}

export function say(state: AppState, text: string, bad = false): void {
  state.message = { text, bad };
  state.log.push(`${new Date().toTimeString().slice(0, 8)} ${text}`);
  state.log.splice(0, state.log.length - LOG_LINES);
}

/** @param now monotonic milliseconds */
export function apply(state: AppState, event: EngineEvent, now: number): void {
  switch (event.type) {
    case 'stage':
      return stageBegins(state, event.stage, event.title, now);
    case 'stage-done':
      state.stages[event.stage] = { mark: 'fresh', elapsedMs: event.elapsedMs, startedMs: 0 };
      return;
    case 'stage-fresh':
      return say(state, `${event.stage} is fresh: nothing it depends on has changed`);
    case 'states':
      for (const { stage, state: mark, elapsedMs } of event.states) {
        const shown = state.stages[stage];
        const keep =
          shown.mark === 'running' || ((shown.mark === 'failed' || shown.mark === 'stopped') && mark !== 'fresh');
        if (!keep) state.stages[stage] = { mark, elapsedMs, startedMs: 0 };
      }
      return;
    case 'busy':
      state.busy = event.busy;
      return;
    case 'failed':
      return failed(state, event);
    case 'note':
      if (event.endsTyping) state.typing = undefined;
      return say(state, event.text);
    case 'data':
      state.data = { stats: event.stats, heldOutPairs: event.heldOutPairs };
      return;
    case 'training':
      if (event.event.type === 'start' && event.event.fallback !== undefined)
        say(state, fallbackWords(event.event.fallback));
      return training(state.train, event);
    case 'file':
      state.log.push(`wrote ${event.path}, ${event.bytes} bytes`);
      return;
    case 'built':
      state.built = event;
      return;
    case 'layouts':
      state.layouts = event.rows;
      return;
    case 'source':
      state.source = event;
      state.overlay = 'source';
      state.top = Math.max(0, event.line - event.from - 5);
      return;
    case 'board':
      state.flash.path = event.path;
      return;
    case 'load':
      if (event.side === 'board') loading(state.flash, event.progress, now);
      return;
    case 'wire':
      state.flash.wire = event;
      return;
    case 'fresh-console':
      state.consoles[event.side].reset();
      state.scroll = 0;
      align(state, event.side, event.asked);
      return;
    case 'console':
      return state.consoles[event.side].write(event.bytes);
    case 'answered':
      state.answers[event.side].push(event.exchange);
      return;
    case 'emulator':
      state.emulator = event;
      return;
    case 'ports':
      return portsListed(state, event.ports);
    case 'line':
      state.line = event.path;
      return;
    case 'compared':
      state.comparison = event.comparison;
      return;
    case 'timed':
      state.timing = event.timing;
      return;
    case 'summary':
      return event.summary.equal
        ? say(
            state,
            `the whole way is done: ${event.summary.comparison.bytes} bytes of console, emulator and board the same`,
          )
        : say(state, 'emulator and board did not say the same: see Consoles', true);
  }
}

/** The row that was chosen from the list before stays the chosen one, wherever it stands now. */
function portsListed(state: AppState, ports: PortRow[]): void {
  const chosen = state.ports.length > 0 ? portRows(state)[state.port]?.path : undefined;
  state.ports = ports;
  const at = portRows(state).findIndex(({ path }) => path === chosen);
  state.port = Math.max(0, at);
}

function stageBegins(state: AppState, stage: Stage, title: string, now: number): void {
  state.stages[stage] = { mark: 'running', elapsedMs: undefined, startedMs: now };
  state.failure = undefined;
  say(state, title);
  const pane = PANES.find((name) => STAGE_OF[name] === stage);
  if (state.follow && pane) state.pane = pane;
  if (stage === 'train') state.train = emptyTraining();
  if (stage === 'flash') state.flash = emptyFlash();
  if (stage === 'emulate') state.answers.emulator = [];
  if (stage === 'emulate') state.emulator = undefined;
  if (stage === 'compare') state.answers.board = [];
  if (stage === 'compare') state.comparison = undefined;
}

/** Both are comparable from their first line on when a stage asks the board what it has asked the emulator. */
function align(state: AppState, side: Side, asked: boolean): void {
  if (side === 'emulator') state.emulatorAsked = asked;
  state.aligned = side === 'board' && asked && state.emulatorAsked ? { emulator: 0, board: 0 } : undefined;
}

function failed(state: AppState, failure: Failure): void {
  state.failure = failure;
  // What fails beside a stage (a port that is not there) says nothing about the stage that runs.
  if (failure.stage) state.stages[failure.stage].mark = failure.stopped ? 'stopped' : 'failed';
  if (failure.stage === 'flash') state.flash.end = 'failed';
  const where = failure.where === '' ? '' : `${failure.where}: `;
  const first = failure.message.split('\n', 1)[0]!;
  if (failure.stopped) say(state, failure.stage ? `${failure.stage} was stopped` : 'stopped');
  else say(state, `${where}${first}${failure.hint === '' ? '' : ` (${failure.hint})`}`, true);
}

function training(train: TrainView, { event }: Extract<EngineEvent, { type: 'training' }>): void {
  if (event.type === 'start') train.start = event;
  else if (event.type === 'done') {
    train.ended = event.stopped ? 'stopped' : 'done';
    train.nonZero = event.nonZero;
  } else {
    train.now = event;
    if (event.type === 'step') {
      const { progress, loss, integerAccuracy: integer, floatAccuracy: float } = event;
      // A report so early that no worker has counted anything yet says nothing.
      if (loss > 0) train.curve.push({ progress, loss, integer, float });
      if (train.curve.length > CURVE_POINTS) train.curve = train.curve.filter((_, i) => i % 2 === 0);
      return;
    }
    train.nonZero = event.nonZero;
    train.weights = event.weightCounts;
    if (!event.scored) return;
    const { training: score, heldOut, samples } = event.scored;
    train.scores.push({ epoch: event.epoch, training: score, ...(heldOut && { heldOut }) });
    train.before = train.samples;
    train.samples = samples;
  }
}

function loading(flash: FlashView, progress: LoadProgress, now: number): void {
  flash.progress = progress;
  const last = flash.phases.at(-1);
  if (last?.phase !== progress.phase) flash.phases.push({ phase: progress.phase, startedMs: now, doneBytes: 0 });
  flash.phases.at(-1)!.doneBytes = progress.doneBytes;
  if (progress.phase === 'done') flash.end = 'verified';
}
