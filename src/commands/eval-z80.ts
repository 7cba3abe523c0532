/** `z80lm eval --on z80`: every question typed to the built program in the emulator, its answers held to the reference. */
import { firmwareReader } from '../build/firmware-files.js';
import { buildProgram } from '../build/program.js';
import { startTalk } from '../build/talk.js';
import { nodeClock } from '../host/node-clock.js';
import { answer } from '../model/inference.js';
import { MAX_ANSWER, type Network } from '../model/network.js';
import { typed } from '../model/question.js';
import { latin1 } from '../seams/bytes.js';
import type { TextPair } from '../trainer/examples.js';
import type { Shell } from './shared.js';

/** Questions between two looks at Ctrl-C. */
const AT_A_TIME = 32;
/** Differences that are listed. */
const MOST_LISTED = 20;

export interface Z80Evaluation {
  programBytes: number;
  /** Distinct questions asked, and how many the program answered as the reference does. */
  questions: number;
  agree: number;
  /** The first of the others. */
  differ: { question: string; z80: string; reference: string }[];
  /** Pairs whose question was asked, and how many of these the program's own answer got right. */
  pairs: number;
  pairsRight: number;
  /** Pairs left out: the program takes their questions for commands, or nothing of them can be typed. */
  untypable: number;
  meanTStates: number;
  worstTStates: number;
}

/** A line that the program takes as a question: '!', '?' and '/' have meanings of their own (firmware/chat/chat.asm). */
function isTypable(question: string): boolean {
  return !/^(!|\/|\??$)/.test(latin1(typed(question)));
}

export async function evaluateOnZ80(
  shell: Shell,
  network: Network,
  pairs: readonly TextPair[],
): Promise<Z80Evaluation> {
  const { program } = buildProgram(network, {}, firmwareReader(shell.files));
  const asked = pairs.filter(({ question }) => isTypable(question));
  const questions = [...new Set(asked.map(({ question }) => question))];
  const talk = startTalk(program);
  const said = new Map<string, string>();
  const costs = { characters: 0, sum: 0, worst: 0 };
  const progress = shell.progress('ask', questions.length);
  for (const [index, question] of questions.entries()) {
    if (index % AT_A_TIME === 0) {
      progress.update(index);
      await nodeClock.sleep(0, shell.signal);
    }
    const { text, tStates } = talk.ask(question);
    said.set(question, text);
    for (const cost of tStates) {
      costs.characters++;
      costs.sum += cost;
      costs.worst = Math.max(costs.worst, cost);
    }
  }
  progress.stop();
  const differ = questions.flatMap((question) => {
    const [z80, reference] = [said.get(question)!, answer(network, question)];
    return z80 === reference ? [] : [{ question, z80, reference }];
  });
  const right = asked.filter((pair) => said.get(pair.question) === pair.answer.slice(0, MAX_ANSWER));
  return {
    programBytes: program.length,
    questions: questions.length,
    agree: questions.length - differ.length,
    differ: differ.slice(0, MOST_LISTED),
    pairs: asked.length,
    pairsRight: right.length,
    untypable: pairs.length - asked.length,
    meanTStates: costs.sum / Math.max(1, costs.characters),
    worstTStates: costs.worst,
  };
}
