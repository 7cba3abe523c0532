/** What a built program costs to run: T-states per character, measured in the emulator. */
import { atOnce, type Slices } from '../seams/slices.js';
import { diskOf } from '../emu/cpm/memory-disk.js';
import { CPM } from '../machines/cpm.js';
import { MIND_HEADER_BYTES, MIND_ORIGIN } from './mind.js';
import { seedLine } from './signature.js';
import { startTalk, startTalkOn, type Talk } from './talk.js';

export interface Measured {
  /** Characters printed, end marks included. */
  characters: number;
  meanTStates: number;
  worstTStates: number;
  /** T-states to the first character of an answer at the worst, and to its end on average. */
  worstFirst: number;
  meanAnswer: number;
}

/**
 * Ask the questions and count. The question's own share is in the first character of its answer.
 * @param file the program, as the machine's file format has it
 */
export function measureProgram(file: Uint8Array, questions: readonly string[], machine = CPM): Measured {
  return atOnce(measureProgramSliced(file, questions, machine));
}

export function* measureProgramSliced(file: Uint8Array, questions: readonly string[], machine = CPM): Slices<Measured> {
  const seed = seedLine(machine.file.decode(file, 'the program'), '');
  const talk = startTalkOn(machine, file, machine.takesTail ? seed : undefined);
  if (seed !== undefined && !machine.takesTail) talk.ask(seed);
  return yield* measure(talk, questions);
}

/** The same for a mind that TALK has loaded. */
export function measureMind(shell: Uint8Array, mind: Uint8Array, questions: readonly string[]): Measured {
  const program = { bytes: mind.subarray(MIND_HEADER_BYTES), origin: MIND_ORIGIN, entry: MIND_ORIGIN };
  const tail = `MIND ${seedLine(program, '') ?? ''}`;
  return atOnce(measure(startTalk(shell, tail, undefined, [diskOf({ 'MIND.MND': mind })]), questions));
}

function* measure(talk: Talk, questions: readonly string[]): Slices<Measured> {
  const answers: number[][] = [];
  for (const question of questions) {
    yield;
    answers.push(talk.ask(question).tStates);
  }
  const costs = answers.flat();
  const sum = costs.reduce((total, cost) => total + cost, 0);
  return {
    characters: costs.length,
    meanTStates: sum / costs.length,
    worstTStates: Math.max(...costs),
    worstFirst: Math.max(...answers.map(([first]) => first!)),
    meanAnswer: sum / answers.length,
  };
}
