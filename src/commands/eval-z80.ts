/** `z80lm eval --on z80`: every question typed to the built program in the emulator, its answers held to the reference. */
import { firmwareReader } from '../build/firmware-files.js';
import { buildProgram } from '../build/program.js';
import { startTalk } from '../build/talk.js';
import { nodeClock } from '../host/node-clock.js';
import { isLively } from '../model/closed-set.js';
import { Conversation } from '../model/conversation.js';
import { MAX_ANSWER } from '../model/limits.js';
import type { Network } from '../model/network.js';
import { typed } from '../model/question.js';
import { MAX_REPLY } from '../model/voice.js';
import { latin1 } from '../seams/bytes.js';
import type { TextPair } from '../trainer/examples.js';
import type { Shell } from './shared.js';

/** Questions between two looks at Ctrl-C. */
const AT_A_TIME = 32;
/** Which game is played. */
const SEED = 1;
/** Differences that are listed. */
const MOST_LISTED = 20;

export interface Z80Evaluation {
  programBytes: number;
  /** Questions asked, each once unless it matters what was said before, and how many the program answered as the reference does. */
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

/** A pair, with the turns of a dialogue before it. */
type AskedPair = TextPair & { before?: readonly string[] };

/** What is typed for pairs: of a program that remembers, what leads to each. */
interface Turns {
  questions: string[];
  pairs: AskedPair[];
}

export async function evaluateOnZ80(
  shell: Shell,
  network: Network,
  pairs: readonly AskedPair[],
): Promise<Z80Evaluation> {
  const { program } = buildProgram(network, {}, firmwareReader(shell.files));
  const asked = pairs.filter(({ question }) => isTypable(question));
  const turns = turnsFor(network, asked);
  const talk = startTalk(program);
  const conversation = new Conversation(network);
  // Each pair begins a conversation of its own.
  const seed = network.closed && isLively(network.closed) ? SEED : undefined;
  const differ: Z80Evaluation['differ'] = [];
  const costs = { characters: 0, sum: 0, worst: 0 };
  let right = 0;
  const most = network.closed ? MAX_REPLY : MAX_ANSWER;
  const progress = shell.progress('ask', turns.length);
  for (const [index, { questions, pairs: wanted }] of turns.entries()) {
    if (index % AT_A_TIME === 0) {
      progress.update(index);
      await nodeClock.sleep(0, shell.signal);
    }
    let isSame = true;
    if (seed !== undefined) {
      talk.ask(`/${seed}`);
      conversation.restart(seed);
    }
    for (const question of questions) {
      const { text: z80, tStates } = talk.ask(question);
      const reference = conversation.say(question).replaceAll('\n', '\r\n');
      isSame = z80 === reference;
      if (!isSame) differ.push({ question, z80, reference });
      for (const cost of tStates) {
        costs.characters++;
        costs.sum += cost;
        costs.worst = Math.max(costs.worst, cost);
      }
    }
    if (isSame) right += wanted.filter(({ answer }) => answer.slice(0, most) === conversation.answered).length;
  }
  progress.stop();
  const questions = turns.reduce((sum, turn) => sum + turn.questions.length, 0);
  return {
    programBytes: program.length,
    questions,
    agree: questions - differ.length,
    differ: differ.slice(0, MOST_LISTED),
    pairs: asked.length,
    pairsRight: right,
    untypable: pairs.length - asked.length,
    meanTStates: costs.sum / Math.max(1, costs.characters),
    worstTStates: costs.worst,
  };
}

/** Each question once, unless it makes a difference what was said before. */
function turnsFor({ closed }: Network, pairs: readonly AskedPair[]): Turns[] {
  if (closed && isLively(closed))
    return pairs.map((pair) => ({
      questions: [...(pair.before ?? []).filter((_, i) => i % 2 === 0).filter(isTypable), pair.question],
      pairs: [pair],
    }));
  const byQuestion = new Map<string, AskedPair[]>();
  for (const pair of pairs) byQuestion.set(pair.question, [...(byQuestion.get(pair.question) ?? []), pair]);
  return [...byQuestion].map(([question, wanted]) => ({ questions: [question], pairs: wanted }));
}
