/**
 * The talking program in the emulator: T-states a character, bytes, and where the time goes, beside what the
 * original project's program needs for the same weights (measured once, docs/inference.md). Then closed models of random
 * weights, in the shapes that trained ones have: T-states to the first character and to the end of an answer.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { firmwareReader } from '../src/build/firmware-files.js';
import { countPairs } from '../src/build/floor.js';
import { measureProgram } from '../src/build/measure.js';
import { profileProgram } from '../src/build/profile.js';
import { buildProgram, type BuiltProgram, type LayoutName } from '../src/build/program.js';
import { DEFAULT_MAX_SIZE } from '../src/model/limits.js';
import { sampleQuestions } from '../src/build/samples.js';
import { startTalk } from '../src/build/talk.js';
import { nodeFiles } from '../src/host/node-files.js';
import { decodeModel } from '../src/model/npz.js';
import { grouped } from '../src/seams/words.js';
import { randomClosed, type ClosedShape } from '../test/build/random-closed.js';

const QUESTIONS = 100;
const PROFILED = 6;
/** The least that adding a byte to a byte in memory costs with its index from a list: walk.asm's step. */
const CHEAPEST_STEP = 36;

interface Subject {
  name: string;
  model: string;
  /** Lines of question|answer to take questions from. */
  data?: string;
  /** The original's T-states a character and bytes, by layout. */
  original?: { packed: [number, number]; lists: [number, number] };
}

const SHARED = fileURLToPath(new URL('../../shared/', import.meta.url));
const SUBJECTS: Subject[] = [
  {
    name: 'upstream-guess',
    model: `${SHARED}models/upstream-guess.npz`,
    data: `${SHARED}data/upstream-guess.txt.gz`,
    original: { packed: [26_870_000, 38_919], lists: [2_020_000, 43_520] },
  },
  {
    name: 'upstream-tinychat',
    model: `${SHARED}models/upstream-tinychat.npz`,
    data: `${SHARED}data/upstream-tinychat.txt.gz`,
    original: { packed: [27_609_000, 39_992], lists: [2_105_000, 45_056] },
  },
  { name: 'out/model (of npm start)', model: fileURLToPath(new URL('../out/model.npz', import.meta.url)) },
];

const LAYOUTS: { layout: LayoutName; maxSize: number; original?: 'packed' | 'lists' }[] = [
  { layout: 'sparse', maxSize: 48_000, original: 'lists' },
  { layout: 'auto', maxSize: DEFAULT_MAX_SIZE, original: 'lists' },
  { layout: 'packed', maxSize: DEFAULT_MAX_SIZE, original: 'packed' },
];

function questionsOf(path: string): string[] {
  return questionLines(gunzipSync(readFileSync(path)).toString('latin1'));
}

/** Some of the questions of lines question|answer. */
function questionLines(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.includes('|') && !line.startsWith('#'));
  return Array.from({ length: QUESTIONS }, (_, i) => lines[Math.floor((i * lines.length) / QUESTIONS)]!.split('|')[0]!);
}

const TYPICAL: ClosedShape = {
  buckets: 2048,
  hidden: [96, 64],
  answers: 55,
  steps: 'answers',
  margin: 5,
  density: [0.108, 0.6],
  twos: 0.03,
  biasReach: 100,
  longest: 40,
};
const CLOSED: { name: string; shape: ClosedShape }[] = [
  { name: 'closed, 2,048 buckets', shape: TYPICAL },
  { name: 'closed, 2,048 buckets, as much as fits', shape: { ...TYPICAL, density: [0.147, 0.6] } },
  { name: 'closed, 1,024 buckets', shape: { ...TYPICAL, buckets: 1024, density: [0.2, 0.6] } },
  { name: 'closed, 4,096 buckets', shape: { ...TYPICAL, buckets: 4096, density: [0.055, 0.6] } },
  { name: 'closed, by characters', shape: { ...TYPICAL, steps: 'characters' } },
];
const SMALL_TALK = fileURLToPath(new URL('../datasets/small-talk.heldout.txt', import.meta.url));

function closedModels(): void {
  const questions = questionLines(readFileSync(SMALL_TALK, 'latin1'));
  for (const { name, shape } of CLOSED) {
    const network = randomClosed(1, shape);
    const weights = network.layers.map((layer) => layer.weights.filter((weight) => weight !== 0).length);
    console.log(
      `\n${name}: ${weights.map((count) => grouped(count)).join(' + ')} weights, ${questions.length} questions`,
    );
    console.log('layout    bytes  (code, columns, tree)  build ms  first character: mean     worst  answer: mean');
    for (const layout of ['auto', 'packed'] as const) {
      const begun = performance.now();
      const built = buildProgram(network, { layout }, firmwareReader(nodeFiles));
      const took = performance.now() - begun;
      const talk = startTalk(built.program);
      const answers = questions.map((question) => talk.ask(question).tStates);
      const firsts = answers.map(([first]) => first!);
      const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      const { code, layers, tree } = built.sizes;
      const parts = `(${grouped(code)}, ${grouped(layers[0]!.weights)}, ${grouped(tree)})`;
      console.log(
        `${layout.padEnd(8)} ${grouped(built.program.length, 6)}  ${parts.padEnd(21)} ${grouped(took, 9)} ${grouped(mean(firsts), 22)} ${grouped(Math.max(...firsts), 9)} ${grouped(mean(answers.map((costs) => costs.reduce((sum, cost) => sum + cost, 0))), 13)}`,
      );
      if (layout !== 'auto' || shape !== TYPICAL) continue;
      showShares(built, questions.slice(0, PROFILED));
    }
    const pairs = countPairs(network, questions.slice(0, PROFILED));
    console.log(`floor: ${grouped(pairs)} weights a fork meet an input that is not zero`);
  }
}

function showShares(built: BuiltProgram, questions: string[]): void {
  const shares = profileProgram(built, questions);
  const all = shares.reduce((sum, share) => sum + share.tStates, 0);
  for (const { routine, tStates } of shares.filter((share) => share.tStates > all / 200))
    console.log(`           ${((100 * tStates) / all).toFixed(1).padStart(5)} % ${routine}`);
}

export async function run(): Promise<void> {
  for (const { name, model, data, original } of SUBJECTS) {
    if (!existsSync(model) || (data !== undefined && !existsSync(data))) {
      console.log(`${name}: not here, skipped`);
      continue;
    }
    const network = decodeModel(nodeFiles.read(model), model);
    const questions = data === undefined ? sampleQuestions(network.about) : questionsOf(data);
    const pairs = countPairs(network, questions);
    console.log(`\n${name}, ${questions.length} questions`);
    console.log('layout    bytes  T-states a character: mean     worst   the original    ratio');
    for (const { layout, maxSize, original: peer } of LAYOUTS) {
      const built = buildProgram(network, { layout, maxSize }, firmwareReader(nodeFiles));
      const { meanTStates, worstTStates } = measureProgram(built.program, questions);
      const theirs = peer && original?.[peer][0];
      const ratio =
        theirs === undefined ? '' : `${grouped(theirs, 14)} ${(theirs / meanTStates).toFixed(1).padStart(8)}`;
      console.log(
        `${layout.padEnd(8)} ${grouped(built.program.length, 6)} ${grouped(meanTStates, 27)} ${grouped(worstTStates, 9)} ${ratio}`.trimEnd(),
      );
      if (layout !== 'auto') continue;
      showShares(built, questions.slice(0, PROFILED));
    }
    console.log(
      `floor: ${grouped(pairs)} weights a character meet an input that is not zero; at ${CHEAPEST_STEP} T-states ${grouped(pairs * CHEAPEST_STEP)}`,
    );
  }
  closedModels();
}
