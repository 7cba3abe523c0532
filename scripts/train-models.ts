/**
 * Trains the models that come with z80lm: npm run models
 *
 *     datasets/NAME.txt  →  NAME.npz, and NAME's line for the table in datasets/README.md
 *
 * The same version gives the same bytes anywhere; test/datasets holds one of the four to it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { firmwareReader } from '../src/build/firmware-files.js';
import { buildProgram } from '../src/build/program.js';
import { startTalkOn, type Talk } from '../src/build/talk.js';
import { shippedData, SHIPPED_SETS, SMALL_MODELS } from '../src/commands/shipped-data.js';
import { nodeClock } from '../src/host/node-clock.js';
import { nodeFiles } from '../src/host/node-files.js';
import { CPM } from '../src/machines/cpm.js';
import type { Machine } from '../src/machines/machine.js';
import type { Network } from '../src/model/network.js';
import { encodeModel } from '../src/model/npz.js';
import { costFunction } from '../src/pipeline/program-cost.js';
import { grouped, percent } from '../src/seams/words.js';
import { evaluate } from '../src/trainer/evaluate.js';
import { othersScore, typoScores } from '../src/trainer/hardship.js';
import { readPairs, readQuestions, type Pair } from '../src/trainer/pairs.js';
import { playOf } from '../src/trainer/play.js';
import { train } from '../src/trainer/train.js';
import { datasetPath } from './generate-datasets.js';

/**
 * As `z80lm train datasets/NAME.txt --name … --description …` does it.
 * @param machine as of --machine, for a model that is to be small
 */
export async function trainSet(name: string, machine?: Machine): Promise<Network> {
  const { data, about } = shippedData(nodeFiles, name);
  const file = readPairs(readFileSync(data.training), data.training);
  const { pairs, unknown } = file;
  const { name: title, description } = about;
  const closed = { unknown, ...playOf([file]) };
  const bytes = machine?.programBytes;
  const budget = machine && bytes && { limits: { bytes }, costOf: costFunction(nodeFiles, machine, bytes) };
  const run = { pairs, closed, name: title, description, workers: 2, clock: nodeClock, ...(budget && { budget }) };
  for await (const event of train(run)) if (event.type === 'done') return event.network;
  throw new Error('a run without an end');
}

async function line(set: string, network: Network, name = set, machine = CPM): Promise<string> {
  const { clockHz } = machine;
  const { data } = shippedData(nodeFiles, set);
  const heldOut = readPairs(readFileSync(data.heldOut), data.heldOut).pairs;
  const othersFile = datasetPath(`${set}.others.txt`);
  const evaluation = evaluate(network, heldOut);
  const [one, two] = typoScores(network, heldOut, [1, 2], 1);
  const questions = readQuestions(readFileSync(othersFile), othersFile);
  const others = othersScore(network, evaluation.answers, questions, network.closed!.unknown!.answer);
  const { program, file } = buildProgram(network, { machine }, firmwareReader(nodeFiles));
  const { character, first } = speedOf(startTalkOn(machine, file), heldOut);
  const cells = [
    `\`${name}\``,
    percent(readScore(network)),
    `${percent(evaluation.score.answers)} of ${heldOut.length}`,
    `${percent(one!.answers)}, ${percent(two!.answers)}`,
    `${others.refused} of ${others.questions}`,
    `${grouped(program.length)} bytes`,
    grouped(character),
    `${(first / (clockHz / 1000)).toFixed(0)} ms`,
    (clockHz / character).toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

function readScore({ about }: Network): number {
  return Number(about.training!['answersRight']);
}

/** T-states of the program over all questions: a character, and to the first of an answer. */
function speedOf(talk: Talk, pairs: readonly Pair[]): { character: number; first: number } {
  let [characters, all, first] = [0, 0, 0];
  for (const { question } of pairs) {
    const { tStates } = talk.ask(question);
    characters += tStates.length;
    for (const spent of tStates) all += spent;
    first += tStates[0]!;
  }
  return { character: Math.round(all / characters), first: first / pairs.length };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const name of SHIPPED_SETS) {
    const network = await trainSet(name);
    writeFileSync(datasetPath(`${name}.npz`), encodeModel(network));
    console.log(await line(name, network));
  }
  for (const { name, set, machine } of SMALL_MODELS) {
    const network = await trainSet(set, machine);
    writeFileSync(datasetPath(`${name}.npz`), encodeModel(network));
    console.log(await line(set, network, name, machine));
  }
}
