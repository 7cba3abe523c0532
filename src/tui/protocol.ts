/**
 * What the UI's two processes say to each other. The one draws and listens to keys and does nothing else, so that a
 * key is answered at once; the other, the engine, does all the work.
 *
 *     UI      run, stop, set, keys, …  ──►  engine
 *             events of the pipeline, consoles, states  ◄──
 */
import type { LayoutName, LayoutChoice, ProgramSizes } from '../build/program.js';
import type { Manner } from '../console/typed.js';
import type { Holder } from '../link/port-access.js';
import type { PipelineEvent, Side, Stage, StageState } from '../pipeline/events.js';
import type { TrainDone } from '../trainer/events.js';

/** The port that is always there. */
export const VIRTUAL = 'virtual board';

/** The message of a stage that the user has stopped, and that has nothing else to say. */
export const STOPPED = 'stopped';

/** What the user can change; plain data, so that it can go from process to process. */
export interface Settings extends Manner {
  data: { training: string; heldOut?: string };
  questions: string[];
  name: string;
  description: string;
  outDir: string;
  /** As often as the size of the data calls for, if it is not said. */
  epochs?: number;
  /** What suits data and machine, unless said. */
  hidden?: number[];
  seed: number;
  workers: number;
  clockHz: number;
  layout: LayoutName;
  maxSize: number;
  /** What the program is for, as --machine names it, and the type of its file. */
  machine: string;
  fileType: string;
  /** VIRTUAL, or what --port takes. */
  port: string;
  baud: number;
  flow: 'rtscts' | 'none';
  stopBits: 1 | 2;
  paceMs: number;
}

/** A text: characters that came together, of a quick hand; a paste is stopped by the next key; an answer is the terminal's. */
export type TypedAs = 'key' | 'text' | 'paste' | 'answer';

export type Command =
  /** agreed: what the user has been told that it does beyond the stage that it names, and agreed to */
  | { type: 'run'; to?: Stage; again?: Stage[]; agreed?: Stage[] }
  /** Put a run's model in its place, with the settings that it was made with. */
  | { type: 'take'; run: string }
  /** Tell which runs there are. */
  | { type: 'runs' }
  /** The last batch of events was taken in, and the next may come: see outbox.ts. */
  | { type: 'seen' }
  | { type: 'stop' }
  | { type: 'set'; settings: Settings }
  | { type: 'ports' }
  /** Open the board's line and show what it says. */
  | { type: 'connect' }
  | { type: 'disconnect' }
  | { type: 'keys'; side: Side; text: string; as?: TypedAs }
  /** What was typed to the board and has not gone out yet is not typed. */
  | { type: 'drop-typed' }
  | { type: 'emulator'; action: EmulatorAction }
  | { type: 'breakpoint'; place: string }
  | { type: 'layouts' }
  | { type: 'log'; on: boolean }
  | { type: 'source'; path: string; line: number }
  /** The terminal has been given back, and nothing more will come. */
  | { type: 'farewell' };

/** restart: load the program anew; speed: true or full; go, break, step: as debuggers have it. */
export type EmulatorAction = 'restart' | 'speed' | 'go' | 'break' | 'step' | 'profile';

/** A line for each run in the folder, newest first. */
export interface RunRow {
  name: string;
  outcome: string;
  /** Share of right answers, of what it was taught and of what it had not seen. */
  answers: number | undefined;
  heldOut: number | undefined;
  settings: string;
  /** Its model is the one that counts. */
  inPlace: boolean;
}

/** What a command would do beyond what it names: to be asked first. */
export interface Question {
  type: 'ask';
  command: Extract<Command, { type: 'run' }>;
  stages: { stage: Stage; why: string; expectedMs: number | undefined }[];
  /** What becomes of the model that is there; '' where that stays. */
  model: string;
}

/** A build without what is not data. */
export interface BuildFigures {
  type: 'built';
  sizes: ProgramSizes;
  choices: LayoutChoice[];
  origin: number;
}

export type TrainingNews =
  | Exclude<Extract<PipelineEvent, { type: 'training' }>['event'], TrainDone>
  | (Omit<TrainDone, 'network' | 'checkpoint'> & { type: 'done' });

export interface LayoutRow {
  layout: LayoutName;
  bytes?: number;
  tStates?: number;
  /** Why it cannot be had. */
  refused?: string;
}

export interface EmulatorStatus {
  type: 'emulator';
  /** In words: running, waits for a key, stopped at …, ended. */
  state: string;
  running: boolean;
  trueSpeed: boolean;
  profiling: boolean;
  tStates: number;
  instructions: number;
  registers: string[];
  /** The instruction at PC. */
  next: string;
  /** T-states of the last answer's characters: each, newest last. */
  characters: number[];
  profile: { name: string; share: number }[];
  breakpoints: string[];
}

export interface PortRow {
  path: string;
  words: string;
  usb: string;
  stableName: string;
  holders: Holder[];
  trap: string;
}

export type EngineEvent =
  | Exclude<PipelineEvent, { type: 'built' | 'training' }>
  | BuildFigures
  | { type: 'training'; event: TrainingNews }
  | { type: 'states'; states: StageState[] }
  | { type: 'busy'; busy: boolean }
  /** The user has stopped it; it may take a moment to end. */
  | { type: 'stopping'; stage: Stage }
  | Question
  | { type: 'runs'; rows: RunRow[] }
  /** The engine has changed them: a run was taken. */
  | { type: 'settings'; settings: Settings }
  | { type: 'failed'; stage: Stage | undefined; message: string; where: string; hint: string; stopped: boolean }
  /** Consoles are written to files, or not any more. */
  | { type: 'logging'; on: boolean }
  | { type: 'note'; text: string; endsTyping?: boolean }
  | EmulatorStatus
  | { type: 'ports'; ports: PortRow[] }
  /** The board's line: its name, or undefined while it is closed; then why, if nobody has closed it. */
  | { type: 'line'; path: string | undefined; lost?: string }
  /** A console begins anew: because a stage asks the questions there, or the user started the program. */
  | { type: 'fresh-console'; side: Side; asked: boolean }
  /** Bytes over the line while flashing, and the last control characters that came from the board. */
  | { type: 'wire'; received: number; sent: number; controls: string[] }
  | { type: 'layouts'; rows: LayoutRow[] }
  | { type: 'source'; path: string; from: number; line: number; lines: string[] };
