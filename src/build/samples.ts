/** Questions to try a model with. */
import type { ModelAbout, Network } from '../model/network.js';

/** For models that name no examples of their own. */
const SAMPLE_QUESTIONS = [
  'hello',
  'how are you',
  'is it big',
  'is it alive',
  'can you eat it',
  'do people use it at home',
  'what is your name',
  'is it made of wood',
];

/** A model's own examples, or questions that anybody would ask. Never empty, and none is a command. */
export function sampleQuestions(about: ModelAbout): string[] {
  const own = (about.examples ?? []).filter((q) => q.trim().length > 0 && !/^[!?/]/.test(q));
  return own.length > 0 ? own.slice(0, 20) : SAMPLE_QUESTIONS;
}

/** The same for a program that is to be laid out by them: other questions, too, where a model's own are few runs of it. */
export function layoutQuestions({ about, closed }: Network): string[] {
  return closed ? [...new Set([...sampleQuestions(about), ...SAMPLE_QUESTIONS])] : sampleQuestions(about);
}
