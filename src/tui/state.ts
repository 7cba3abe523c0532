/** Everything the panes show, and how events change it. No drawing here, and no I/O. */
import type { Terminal as TerminalKind } from '../terminal/dialects.js';
import type { Comparison } from '../hil/compare.js';
import type { Exchange } from '../hil/transcript.js';
import type { Timing } from '../hil/answer-times.js';
import type { Side, Stage } from '../pipeline/events.js';
import { keptWords } from '../pipeline/kept-words.js';
import { stoppedWords } from '../pipeline/abort.js';
import type { LoadProgress } from '../seams/target.js';
import type { DataStats } from '../trainer/data-stats.js';
import { fallbackWords, type Sample, type TrainStart, type TrainStep } from '../trainer/events.js';
import type { Score } from '../trainer/scorer.js';
import { ConsoleModel } from '../terminal/model.js';
import { portRows } from './panes/ports.js';
import type {
  BuildFigures,
  EmulatorStatus,
  EngineEvent,
  LayoutRow,
  PortRow,
  Question,
  RunRow,
  Settings,
} from './protocol.js';
import { STOPPED } from './protocol.js';
import { isUnderWay, markStages, noMarks, type StageMarks, type UiEvent } from './stage-marks.js';

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
  /** Its name, as it was when the flash began. */
  program: string;
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

export type Overlay = 'help' | 'palette' | 'log' | 'source' | 'search' | 'runs' | 'ask' | undefined;
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
  /** The console that was last typed to. */
  side: Side;
  /** The pane alone, without the bar. */
  zoomed: boolean;
  /** Lines back from the newest, in the console panes. */
  scroll: number;
  /** First line of an overlay's text. */
  top: number;
  searched: string;
  busy: boolean;
  stages: StageMarks;
  /** The engine is there. */
  alive: boolean;
  /** What Enter in the overlay `ask` agrees to: a command for the engine, or to leave. */
  question: Question | 'leave' | undefined;
  runs: RunRow[];
  /** Where the last training's model is, in words. */
  kept: { folder: string; words: string } | undefined;
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
  /** Why it is not open any more, if nobody has closed it. */
  lost: string | undefined;
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

const LOST = 'the line to the board was lost';
const LOG_LINES = 500;
/** Of one message: an error may bring the text of a whole board with it. */
const LOG_LINE_LENGTH = 4_000;
/** Points of the chart; older ones are thinned out. */
const CURVE_POINTS = 2_000;

/**
 * @param onConsole told when a console has changed
 * @param onAnswer told what the terminal of a program answers to a question of it
 */
export function createState(
  settings: Settings,
  onConsole: () => void,
  onAnswer: (side: Side, bytes: Uint8Array) => void = () => {},
): AppState {
  const consoleOf = (side: Side): ConsoleModel =>
    new ConsoleModel(onConsole, { kind: settings.terminal, onAnswer: (bytes) => onAnswer(side, bytes) });
  return {
    settings,
    pane: 'data',
    follow: false,
    overlay: undefined,
    input: '',
    choice: 0,
    typing: undefined,
    side: 'board',
    zoomed: false,
    scroll: 0,
    top: 0,
    searched: '',
    busy: false,
    stages: noMarks(),
    alive: true,
    question: undefined,
    runs: [],
    kept: undefined,
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
    lost: undefined,
    flash: emptyFlash(''),
    consoles: { emulator: consoleOf('emulator'), board: consoleOf('board') },
    aligned: undefined,
    emulatorAsked: false,
    terminal: settings.terminal,
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

/** @param program what is sent */
function emptyFlash(program: string): FlashView {
  return {
    program,
    path: '',
    progress: undefined,
    phases: [],
    wire: { received: 0, sent: 0, controls: [] },
    end: undefined,
  };
}

/** The console that keys for one console mean. */
export function activeSide({ pane, side }: Pick<AppState, 'pane' | 'side'>): Side {
  return pane === 'emulate' ? 'emulator' : side;
}

export function say(state: AppState, text: string, bad = false): void {
  const short = text.length > LOG_LINE_LENGTH ? `${text.slice(0, LOG_LINE_LENGTH)} ...` : text;
  state.message = { text: short, bad };
  note(state, `${new Date().toTimeString().slice(0, 8)} ${short}`);
}

/** For : messages alone. */
function note(state: AppState, text: string): void {
  state.log.push(text);
  state.log.splice(0, state.log.length - LOG_LINES);
}

/** @param now monotonic milliseconds */
export function apply(state: AppState, event: UiEvent, now: number): void {
  const wasTraining = isUnderWay(state.stages.train);
  markStages(state.stages, event, now);
  if (wasTraining && !isUnderWay(state.stages.train)) state.train.ended ??= 'stopped';
  switch (event.type) {
    case 'stage':
      return stageBegins(state, event.stage, event.title);
    case 'stage-done':
      return;
    case 'stage-stopped': {
      const kept = event.stage === 'train' && state.kept ? `; what it had come to is in ${state.kept.folder}` : '';
      return say(state, `${stoppedWords(event)}${kept}`, event.left);
    }
    case 'stopping':
      return say(state, `${event.stage} is being stopped`);
    case 'model-kept': {
      const words = keptWords(event);
      state.kept = words === '' ? undefined : { folder: event.folder, words };
      // Of one that was stopped the stage's end follows, and says it, too.
      if (event.outcome === 'stopped') note(state, words);
      else if (words !== '') say(state, words);
      return;
    }
    case 'ask':
      state.question = event;
      state.overlay = 'ask';
      return;
    case 'runs':
      state.runs = event.rows;
      return;
    case 'settings':
      state.settings = event.settings;
      return;
    case 'engine-ended':
      return engineEnded(state, event.why);
    case 'stage-fresh':
      return say(state, `${event.stage} is done already: nothing it depends on has changed`);
    case 'states':
      return;
    case 'busy':
      state.busy = event.busy;
      return;
    case 'failed':
      return failed(state, event);
    case 'logging':
      state.logging = event.on;
      return;
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
      return note(state, `wrote ${event.path}, ${event.bytes} bytes`);
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
      return lineChanged(state, event);
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

/** Nothing that was under way is, and nothing that hung on the engine is open. */
function engineEnded(state: AppState, why: string): void {
  state.alive = state.busy = state.logging = false;
  state.typing = state.question = undefined;
  if (state.overlay === 'ask') state.overlay = undefined;
  if (state.line !== undefined) lineChanged(state, { path: undefined, lost: why });
  if (state.emulator) state.emulator = { ...state.emulator, running: false, state: 'gone with the engine' };
  if (state.flash.end === undefined && state.flash.progress) state.flash.end = 'failed';
  say(state, `${why}: see  : messages  for what it said, and start z80lm again`, true);
}

function lineChanged(state: AppState, { path, lost }: { path: string | undefined; lost?: string }): void {
  state.line = path;
  state.lost = lost;
  if (path === undefined && (state.typing === 'board' || state.typing === 'both')) state.typing = undefined;
  if (lost !== undefined) say(state, `${LOST}: ${lost}`, true);
  else if (path !== undefined && state.message?.text.startsWith(LOST)) say(state, `the line is open again: ${path}`);
}

function stageBegins(state: AppState, stage: Stage, title: string): void {
  state.failure = undefined;
  say(state, title);
  const pane = PANES.find((name) => STAGE_OF[name] === stage);
  if (state.follow && pane) state.pane = pane;
  if (stage === 'train') {
    state.train = emptyTraining();
    state.kept = undefined;
  }
  if (stage === 'flash') state.flash = emptyFlash(`${state.settings.name}.${state.settings.fileType}`);
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
  if (failure.stage === 'flash') state.flash.end = 'failed';
  const where = failure.where === '' ? '' : `${failure.where}: `;
  const first = failure.message.split('\n', 1)[0]!;
  if (failure.stopped) {
    // That it was stopped has been said; what a transfer says of what is on the board now has not.
    if (failure.message !== STOPPED) say(state, `${failure.stage ?? 'the run'} was stopped: ${where}${first}`);
    else if (!failure.stage) say(state, 'stopped');
  } else say(state, `${where}${first}${failure.hint === '' ? '' : ` (${failure.hint})`}`, true);
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
