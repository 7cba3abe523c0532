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
import { startTalk } from '../src/build/talk.js';
import { shippedData, SHIPPED_SETS } from '../src/commands/shipped-data.js';
import { nodeClock } from '../src/host/node-clock.js';
import { nodeFiles } from '../src/host/node-files.js';
import type { Network } from '../src/model/network.js';
import { encodeModel } from '../src/model/npz.js';
import { grouped, percent } from '../src/seams/words.js';
import { evaluate } from '../src/trainer/evaluate.js';
import { othersScore, typoScores } from '../src/trainer/hardship.js';
import { readPairs, readQuestions, type Pair } from '../src/trainer/pairs.js';
import { playOf } from '../src/trainer/play.js';
import { train } from '../src/trainer/train.js';
import { datasetPath } from './generate-datasets.js';

const CLOCK_HZ = 7_372_800;

/** As `z80lm train datasets/NAME.txt --name … --description …` does it. */
export async function trainSet(name: string): Promise<Network> {
  const { data, about } = shippedData(nodeFiles, name);
  const file = readPairs(readFileSync(data.training), data.training);
  const { pairs, unknown } = file;
  const { name: title, description } = about;
  const closed = { unknown, ...playOf([file]) };
  for await (const event of train({ pairs, closed, name: title, description, workers: 2, clock: nodeClock }))
    if (event.type === 'done') return event.network;
  throw new Error('a run without an end');
}

async function line(name: string, network: Network): Promise<string> {
  const { data } = shippedData(nodeFiles, name);
  const heldOut = readPairs(readFileSync(data.heldOut), data.heldOut).pairs;
  const othersFile = datasetPath(`${name}.others.txt`);
  const evaluation = evaluate(network, heldOut);
  const [one, two] = typoScores(network, heldOut, [1, 2], 1);
  const questions = readQuestions(readFileSync(othersFile), othersFile);
  const others = othersScore(network, evaluation.answers, questions, network.closed!.unknown!.answer);
  const { program } = buildProgram(network, {}, firmwareReader(nodeFiles));
  const { character, first } = speedOf(program, heldOut);
  const cells = [
    `\`${name}\``,
    percent(readScore(network)),
    `${percent(evaluation.score.answers)} of ${heldOut.length}`,
    `${percent(one!.answers)}, ${percent(two!.answers)}`,
    `${others.refused} of ${others.questions}`,
    `${grouped(program.length)} bytes`,
    grouped(character),
    `${(first / (CLOCK_HZ / 1000)).toFixed(0)} ms`,
    (CLOCK_HZ / character).toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

function readScore({ about }: Network): number {
  return Number(about.training!['answersRight']);
}

/** T-states of the program over all questions: a character, and to the first of an answer. */
function speedOf(program: Uint8Array, pairs: readonly Pair[]): { character: number; first: number } {
  const talk = startTalk(program);
  let [characters, all, first] = [0, 0, 0];
  for (const { question } of pairs) {
    const { tStates } = talk.ask(question);
    characters += tStates.length;
    for (const spent of tStates) all += spent;
    first += tStates[0]!;
  }
  return { character: Math.round(all / characters), first: first / pairs.length };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const name of SHIPPED_SETS) {
    const network = await trainSet(name);
    writeFileSync(datasetPath(`${name}.npz`), encodeModel(network));
    console.log(await line(name, network));
  }
