/** `z80lm eval M.npz DATA`: how many answers a model gets right, and what that is worth. */
import { Option, type Command } from 'commander';
import { answer } from '../model/inference.js';
import type { Network } from '../model/network.js';
import { decodeModel } from '../model/npz.js';
import { EXIT, UsageError, type ExitStatus } from '../seams/errors.js';
import { NearestNeighbour, commonestAnswer, shareRight } from '../trainer/baselines.js';
import { fallbackOf } from '../trainer/fallback.js';
import { evaluate, type Evaluation } from '../trainer/evaluate.js';
import { gameScore } from '../trainer/game-score.js';
import { othersScore, typoScores, type OthersScore } from '../trainer/hardship.js';
import { readPairs, readQuestions, type Pair, type PairFile } from '../trainer/pairs.js';
import {
  baselineLine,
  gameLine,
  othersLine,
  typosLine,
  scoreLines,
  tableLines,
  z80Lines,
  type Baselines,
} from './eval-report.js';
import { evaluateOnZ80 } from './eval-z80.js';
import { action, seedOf, wholeNumber, type Shell } from './shared.js';
import { DATA_ARGUMENT, dataPath, MODEL_ARGUMENT, modelPath } from './shipped-data.js';
import { unknownFlag } from './training-flags.js';

/** More errors than any question has words. */
const MOST_TYPOS = 20;

interface Flags {
  on: 'int' | 'z80';
  train?: string[];
  typos?: string;
  seed: string;
  others?: string;
  unknown?: string;
}

export function registerEval(program: Command): void {
  program
    .command('eval')
    .description('how many answers a model gets right')
    .argument('<model>', MODEL_ARGUMENT)
    .argument('<data...>', DATA_ARGUMENT)
    .addOption(
      new Option('--on <machine>', 'int: the integer model; z80: its program in the emulator, too, held to the former')
        .choices(['int', 'z80'])
        .default('int'),
    )
    .option('--train <data...>', 'what it learnt, to compare with looking it up (X.txt beside X.heldout.txt is found)')
    .option('--typos <counts>', 'score it with so many typing errors in each question, too, such as 1,2')
    .option('--seed <n>', 'another seed, other typing errors', '1')
    .option('--others <questions>', 'questions about other things: how many of them it says it does not know')
    .option('--unknown <answer>', 'what it says then (default: what the model or the data name)')
    .action(action(run));
}

async function run(shell: Shell, flags: Flags, model: string, names: string[]): Promise<ExitStatus> {
  const dataFiles = names.map((name) => dataPath(shell.files, name));
  const modelFile = modelPath(shell.files, model);
  const errors = flags.typos?.split(',').map((count) => wholeNumber('--typos', count, 1, MOST_TYPOS)) ?? [];
  const seed = seedOf(flags.seed);
  const network = decodeModel(shell.files.read(modelFile), modelFile);
  const data = readAll(shell, dataFiles);
  const pairs = pairsOf(data);
  const evaluation = evaluate(network, pairs);
  const baselines = compareWith(
    pairs,
    flags.train?.map((name) => dataPath(shell.files, name)) ?? trainingBeside(shell, dataFiles),
    (files) => pairsOf(readAll(shell, files)),
  );
  const typos = errors.length > 0 ? { seed, scores: typoScores(network, pairs, errors, seed) } : undefined;
  const others = flags.others === undefined ? undefined : askOthers(shell, flags, data, network, evaluation);
  const { game } = network.closed ?? {};
  const played = game && gameScore(game, pairs, (question, after) => answer(network, question, after));
  const z80 = flags.on === 'z80' ? await evaluateOnZ80(shell, network, pairs) : undefined;
  const more = {
    ...(typos && { typos }),
    ...(others && { others }),
    ...(played && { game: played }),
    ...(z80 && { z80 }),
  };
  shell.emit({ model: modelFile, ...evaluation, baselines, ...more });
  for (const line of scoreLines(evaluation.score)) shell.print(line);
  if (played) shell.print(gameLine(played));
  shell.print(baselineLine(baselines));
  if (typos) shell.print(typosLine(typos.scores));
  if (others) shell.print(othersLine(others));
  shell.print();
  for (const line of tableLines(evaluation.answers)) shell.print(line);
  if (!z80) return EXIT.done;
  for (const line of z80Lines(z80)) shell.print(line);
  return z80.agree === z80.questions ? EXIT.done : EXIT.no;
}

function readAll(shell: Shell, files: readonly string[]): PairFile[] {
  return files.map((file) => readPairs(shell.files.read(file), file));
}

const pairsOf = (files: readonly PairFile[]): Pair[] => files.flatMap(({ pairs }) => pairs);

/** What lies beside a held-out part is what it was held out from; undefined unless all files have it. */
function trainingBeside(shell: Shell, dataFiles: readonly string[]): string[] | undefined {
  const training = dataFiles.map((file) => file.replace(/\.heldout\.txt$/, '.txt'));
  return training.every((file, i) => file !== dataFiles[i] && shell.files.exists(file)) ? training : undefined;
}

function compareWith(
  pairs: readonly Pair[],
  files: string[] | undefined,
  read: (files: string[]) => Pair[],
): Baselines {
  const answer = commonestAnswer(pairs);
  const commonest = { answer, answers: shareRight(pairs, () => answer) };
  if (!files) return { commonest };
  const nearest = new NearestNeighbour(read(files));
  return {
    commonest,
    nearest: { files, answers: shareRight(pairs, (question, after) => nearest.answer(question, after)) },
  };
}

function askOthers(
  shell: Shell,
  flags: Flags,
  data: readonly PairFile[],
  network: Network,
  { answers }: Evaluation,
): OthersScore {
  const file = flags.others!;
  const told = flags.unknown === undefined ? undefined : unknownFlag(flags.unknown);
  const unknown = told ?? network.closed?.unknown?.answer ?? fallbackOf(data);
  if (unknown === undefined)
    throw new UsageError('what does this model say to questions about other things?', {
      hint: 'it names no answer for them: give one with --unknown "I DO NOT KNOW"',
    });
  return othersScore(network, answers, readQuestions(shell.files.read(file), file), unknown);
}
