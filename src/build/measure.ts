/** What a built program costs to run: T-states a character, measured in the emulator. */
import type { Network } from '../model/network.js';
import { startTalk } from './talk.js';

/** For models that name no examples of their own. */
export const SAMPLE_QUESTIONS = [
  'hello',
  'how are you',
  'is it big',
  'is it alive',
  'can you eat it',
  'do people use it at home',
  'what is your name',
  'is it made of wood',
];

export interface Measured {
  /** Characters printed, end marks included. */
  characters: number;
  meanTStates: number;
  worstTStates: number;
}

export function sampleQuestions(network: Network): string[] {
  const own = (network.about.examples ?? []).filter((q) => q.length > 0 && !/^[!?]/.test(q));
  return own.length > 0 ? own.slice(0, 20) : SAMPLE_QUESTIONS;
}

/** Ask the questions and count. The question's own share is in the first character of its answer. */
export function measureProgram(program: Uint8Array, questions: readonly string[]): Measured {
  const talk = startTalk(program);
  const costs = questions.flatMap((question) => talk.ask(question).tStates);
  const sum = costs.reduce((total, cost) => total + cost, 0);
  return { characters: costs.length, meanTStates: sum / costs.length, worstTStates: Math.max(...costs) };
}
