/**
 * What a conversation with a program was, as data: every byte the console showed, cut at the prompts, and when
 * each came. Emulator and board give the same kind of transcript, which is what makes them comparable.
 */
import { EmuError, LinkError, type Z80lmError } from '../seams/errors.js';

export interface Exchange {
  question: string;
  /** Everything the console showed from the first key of the question to the end of the next prompt. */
  raw: Uint8Array;
  /** The answer alone: what stands between the echoed line and the prompt. */
  answer: string;
  /**
   * Target time (ms) from the end of the echo to each character of the answer, then to the first character of
   * the prompt, which comes when the model has decided that the answer ends: [answer.length + 1].
   */
  characterMs: number[];
  /** The same in T-states and in opcode fetches, where the target counts them. */
  characterTStates?: number[];
  characterFetches?: number[];
  /** The program ended, and the machine is back where it was started from. */
  left?: boolean;
  /** Why there is no whole answer; `raw` is what came all the same. */
  incident?: Incident;
}

/**
 * silent: no prompt in time; lost: the line is gone; left: the program ended; crashed: the emulated one did; endless: it
 * went on printing without a prompt.
 */
export type IncidentKind = 'silent' | 'lost' | 'left' | 'crashed' | 'endless' | 'failed';

export interface Incident {
  kind: IncidentKind;
  error: Z80lmError;
}

export function incidentOf(error: Z80lmError): Incident {
  if (error instanceof EmuError) return { kind: 'crashed', error };
  if (!(error instanceof LinkError)) return { kind: 'failed', error };
  const { disconnected, timedOut } = error.reason;
  return { kind: disconnected ? 'lost' : timedOut ? 'silent' : 'failed', error };
}

export interface Transcript {
  target: string;
  /** The console from the start of the program to the end of its first prompt. */
  opening: Uint8Array;
  exchanges: Exchange[];
  /** Why it ends before its time. */
  incident?: Incident;
}

/** Every byte the console showed. */
export function consoleOf({ opening, exchanges }: Transcript): Uint8Array {
  return Uint8Array.from([opening, ...exchanges.map(({ raw }) => raw)].flatMap((bytes) => [...bytes]));
}

/** Milliseconds of thought for one character, over all answers (end marks count: they are inferences too). */
export function msPerCharacter(transcript: Transcript): number {
  return mean(transcript.exchanges.map((exchange) => exchange.characterMs));
}

/** T-states for one character, over all answers, or undefined where the target does not count them. */
export function tStatesPerCharacter(transcript: Transcript): number | undefined {
  const counts = transcript.exchanges.map((exchange) => exchange.characterTStates);
  return counts.every((count) => count !== undefined) ? mean(counts) : undefined;
}

/** Each list holds running times, so its last entry is its total. */
function mean(runs: number[][]): number {
  const total = runs.reduce((sum, run) => sum + (run.at(-1) ?? 0), 0);
  const characters = runs.reduce((sum, run) => sum + run.length, 0);
  return characters === 0 ? NaN : total / characters;
}
