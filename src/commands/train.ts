/** `z80lm train DATA.. -o M.npz`: text pairs to a model. */
import { basename, extname } from 'node:path';
import { Option, type Command } from 'commander';
import { MACHINE_NAMES, MACHINES, machineNamed } from '../machines/index.js';
import type { Machine } from '../machines/machine.js';
import { LEAST_TRAINED_SIZE, MOST_SIZE } from '../model/limits.js';
import { nodeClock } from '../host/node-clock.js';
import { installLine } from '../host/providers/install-line.js';
import { LEAST_BUCKETS, MOST_BUCKETS } from '../model/closed-set.js';
import { EXIT, InputError, UsageError, type ExitStatus } from '../seams/errors.js';
import { inSlices, type Slices } from '../seams/slices.js';
import { grouped, percent } from '../seams/words.js';
import type { BackendChoice } from '../trainer/backend-choice.js';
import { BackendRefusal } from '../trainer/crew.js';
import { decodeCheckpoint } from '../trainer/checkpoint.js';
import { curvePicture } from '../trainer/curve.js';
import type { TrainDone, TrainEpoch } from '../trainer/events.js';
import type { Cost } from '../trainer/budget.js';
import { splitPairsSliced } from '../trainer/holdout.js';
import { fallbackOf } from '../trainer/fallback.js';
import { readPairsSliced, type Pair, type PairFile } from '../trainer/pairs.js';
import { CLOSED_HIDDEN, CLOSED_RECIPE, FOR_MANY, MANY_ANSWERS } from '../trainer/closed/recipe.js';
import { isLivelyData, stepsFor, type ClosedWishes } from '../trainer/closed/settings.js';
import { playOf } from '../trainer/play.js';
import { checkSpellable } from '../trainer/spellable.js';
import { DEFAULT_HIDDEN, RECIPE } from '../trainer/recipe.js';
import { train, type TrainOptions } from '../trainer/train.js';
import { action, seedOf, wholeNumber, type Shell } from './shared.js';
import { DATA_ARGUMENT, dataPath } from './shipped-data.js';
import { costFunction } from '../pipeline/program-cost.js';
import { CheckpointFile, beside, writeModel } from './train-output.js';
import { SWEEP_SHAPES, sweep } from './train-sweep.js';
import { epochsOf, unknownFlag, widths, workersOf } from './training-flags.js';
import { decidedLater } from './values.js';
import { TrainingView } from './training-view.js';

interface TrainFlags {
  output: string;
  hidden?: string;
  free?: boolean;
  pieces: 'answers' | 'characters' | 'auto';
  buckets?: string;
  unknown?: string;
  epochs?: string;
  time?: string;
  seed: string;
  holdout?: string;
  heldOut?: string;
  resume?: string;
  fresh?: boolean;
  shrink?: string;
  mix?: string;
  typos?: string;
  dropTrigrams?: string;
  weights?: string;
  machine: string;
  maxSize?: string;
  targetTstates?: string;
  sweep?: boolean;
  shapes?: string;
  name?: string;
  description?: string;
  backend: BackendChoice;
  workers?: string;
}

export function registerTrain(program: Command): void {
  program
    .command('train')
    .description('text pairs to a model, and a picture of how it learnt beside it')
    .argument('<data...>', DATA_ARGUMENT)
    .requiredOption('-o, --output <file>', 'the model to write, a .npz')
    .option(
      '--hidden <widths>',
      `widths of the hidden layers (default: ${CLOSED_HIDDEN.join(',')}, fewer for small programs, with --free ${DEFAULT_HIDDEN.join(',')})`,
    )
    .option(
      '--free',
      'a model that spells its answers and may say anything, not one that chooses among those it was taught',
    )
    .addOption(
      new Option(
        '--pieces <what>',
        'what it chooses: whole answers, characters where answers part, or what the data calls for',
      )
        .choices(['answers', 'characters', 'auto'])
        .default('auto'),
    )
    .option('--buckets <n>', 'for the pieces of a question, 128 to 4096 (default: what the data calls for)')
    .option(
      '--unknown <answer>',
      'what it says to a question about something else (default: the line "unknown:" of the data)',
    )
    .option('--epochs <n>', 'times to go through the data (default: what its size calls for)')
    .option('--time <duration>', 'what the whole command may take, as 90s or 3m; the model then depends on the machine')
    .option('--seed <n>', 'another seed, another model', '1')
    .option('--holdout <share>', 'share of the questions to keep out and score, such as 0.1')
    .option('--held-out <data>', 'a file of pairs to score instead')
    .option(
      '--weights <n>',
      `weights that are not 0 at the end, about (default: ${CLOSED_RECIPE.weights}, or what fits)`,
    )
    .option(
      '--mix <share>',
      'of the questions, each time, learnt with a part of another: helps with unseen ones; 0 learns more by heart ' +
        `(default: ${CLOSED_RECIPE.mixed}, or ${FOR_MANY.mixed} of more than ${MANY_ANSWERS} answers; with --free ${RECIPE.mixed})`,
    )
    .option(
      '--typos <share>',
      `of the questions, each time, learnt with typing errors (default: ${CLOSED_RECIPE.typos})`,
    )
    .option(
      '--drop-trigrams <share>',
      'of a question, each time it is learnt: helps with unseen ones (default: 0.1 to 0.3, the less the more pairs; ' +
        `${FOR_MANY.drop} of more than ${MANY_ANSWERS} answers)`,
    )
    .option(
      '--shrink <share>',
      `with --free: pull of weights to 0, for a smaller, quicker program (default: ${RECIPE.shrink})`,
    )
    .option('--machine <machine>', `what its program is to run on: ${MACHINE_NAMES.join(', ')}`, 'cpm')
    .option(
      '--max-size <bytes>',
      `press weights to 0 until the program has no more than this (default: ${MACHINES.map(({ name, programBytes }) => `${name} ${programBytes}`).join(', ')})`,
    )
    .option('--target-tstates <n>', 'press weights to 0 until a character takes no more, such as 15000')
    .option('--sweep', 'train several shapes, and show what each is worth')
    .option('--shapes <list>', `the shapes of --sweep (default: ${SWEEP_SHAPES.closed})`)
    .option('--resume <ckpt>', 'go on from the .ckpt that an interrupted run left')
    .option('--fresh', 'start anew, though the output has an unfinished run of the same data and settings beside it')
    .option('--name <name>', 'name of the model')
    .option('--description <text>', 'what it is, for help texts')
    .addOption(
      new Option('--backend <name>', 'with --free: how TensorFlow.js computes')
        .choices(['auto', 'wasm', 'tensorflow'])
        .default('auto'),
    )
    .addOption(decidedLater('--workers <n>', 'threads, on which the model does not depend', 'one per core'))
    .action(action(run));
}

async function run(shell: Shell, flags: TrainFlags, data: string[]): Promise<ExitStatus | void> {
  try {
    return await runToEnd(shell, flags, data);
  } catch (error) {
    if (shell.signal.aborted && error === shell.signal.reason) {
      shell.note('interrupted before anything was learnt: nothing was written');
      return EXIT.interrupted;
    }
    throw error;
  }
}

async function runToEnd(shell: Shell, given: TrainFlags, names: string[]): Promise<ExitStatus | void> {
  const data = names.map((name) => dataPath(shell.files, name));
  const flags = {
    ...given,
    ...(given.heldOut !== undefined && { heldOut: dataPath(shell.files, given.heldOut) }),
  };
  const startedMs = nodeClock.now();
  if (flags.epochs !== undefined && flags.time !== undefined)
    throw new UsageError('--epochs and --time exclude each other', { hint: 'leave one of them out' });
  if (flags.holdout !== undefined && flags.heldOut !== undefined)
    throw new UsageError('--holdout and --held-out exclude each other', { hint: 'leave one of them out' });
  const hidden = flags.hidden === undefined ? undefined : widths('a width in --hidden', flags.hidden);
  const epochs = flags.epochs === undefined ? undefined : epochsOf(flags.epochs);
  const seed = seedOf(flags.seed);
  const workers = workersOf(flags.workers);
  const timeMs = flags.time === undefined ? undefined : durationMs(flags.time);
  const shares = sharesOf(flags);
  const machine = machineNamed(flags.machine);
  const limits = limitsOf(flags, machine);
  const costOf = costFunction(shell.files, machine, limits.bytes);
  const share = flags.holdout === undefined ? 0 : shareOf('--holdout', flags.holdout, 1e-6);
  // It is where the next checkpoint goes, too.
  if (flags.resume !== undefined) shell.files.mayReplace(flags.resume);
  const resume =
    flags.resume === undefined ? undefined : decodeCheckpoint(shell.files.read(flags.resume), flags.resume);

  // Said before the outputs, so that none of these is one.
  for (const file of [...data, ...(flags.heldOut === undefined ? [] : [flags.heldOut])]) shell.files.reads(file);
  if (!flags.sweep) declareOutputs(shell, flags.output);
  const rests = { clock: nodeClock, signal: shell.signal };
  const files: PairFile[] = [];
  for (const file of data) files.push(await inSlices(read(shell, file), rests));
  const { training, heldOut } = await inSlices(
    splitPairsSliced(
      files.flatMap(({ pairs }) => pairs),
      share,
    ),
    rests,
  );
  if (flags.heldOut !== undefined) heldOut.push(...(await inSlices(read(shell, flags.heldOut), rests)).pairs);
  checkSplit(shell, training.length, heldOut.length, flags.holdout);
  const unknown = flags.unknown === undefined ? fallbackOf(files) : unknownFlag(flags.unknown);

  const closed: ClosedWishes = { steps: flags.pieces, buckets: bucketsOf(flags), unknown, ...playOf(files) };
  const kind = resume?.kind ?? kindOf(shell, flags, training, closed);
  if (kind === 'free') for (const { file, pairs } of files) checkSpellable(pairs, file);
  const options: TrainOptions = {
    pairs: training,
    heldOut,
    hidden,
    epochs,
    timeMs,
    seed,
    workers,
    resume,
    kind,
    closed,
    ...shares,
    backend: flags.backend,
    name: flags.name ?? basename(flags.output, extname(flags.output)),
    description: flags.description,
    signal: shell.signal,
    clock: nodeClock,
    startedMs,
    budget: { limits, costOf },
  };
  try {
    if (flags.sweep) {
      const list = flags.shapes ?? SWEEP_SHAPES[flags.free ? 'free' : 'closed'];
      const shapes = list.split('/').map((shape) => widths('a width in --shapes', shape));
      return await sweep(shell, options, shapes, flags.output, costOf);
    }
    return await learn(shell, flags, options, resume ? (resume.limits ?? {}) : limits);
  } catch (error) {
    if (!(error instanceof BackendRefusal) || !error.missing) throw error;
    // Where npm has to put it depends on how z80lm was installed, which the trainer does not know.
    const line = installLine('@tensorflow/tfjs-node@4');
    throw new UsageError(error.message, { hint: `${line}, or omit --backend: the WASM backend comes with z80lm` });
  }
}

/** A training may take hours: what comes of it can be kept. The model and the checkpoint that are there are looked at, too. */
function declareOutputs(shell: Shell, output: string): void {
  const checkpoint = beside(output, '.ckpt');
  for (const path of [output, checkpoint]) shell.files.mayReplace(path);
  shell.files.willWrite({ '-o': output, 'the picture': beside(output, '.svg'), 'the checkpoint': checkpoint });
}

async function learn(
  shell: Shell,
  flags: TrainFlags,
  options: TrainOptions,
  limits: Partial<Cost>,
): Promise<ExitStatus | void> {
  const checkpoints = new CheckpointFile(shell, flags.output);
  const unfinished = checkpoints.unfinished(flags.resume, flags.fresh);
  const view = new TrainingView(shell);
  const course: TrainEpoch[] = [];
  for await (const event of train({ ...options, unfinished, keep: checkpoints.keep })) {
    if (event.type !== 'done') shell.emit(event);
    if (event.type === 'start') checkpoints.began(event);
    view.show(event);
    if (event.type === 'epoch') course.push(event);
    if (event.type === 'done') return finish(shell, flags, options, event, course, limits, checkpoints);
  }
}

function* read(shell: Shell, file: string): Slices<PairFile> {
  const pairFile = yield* readPairsSliced(shell.files.read(file), file);
  const { folds } = pairFile;
  if (folds.length > 0) {
    const some = folds.slice(0, 5).map((f) => `${JSON.stringify(f.from)} ${f.to === '' ? 'dropped' : `to ${f.to}`}`);
    shell.note(`${file}: written in ASCII: ${some.join(', ')}${folds.length > 5 ? ', ...' : ''}`);
  }
  return pairFile;
}

/** A share of a few questions may be none of them, or all. @throws InputError where nothing is left to learn from */
function checkSplit(shell: Shell, training: number, heldOut: number, share: string | undefined): void {
  if (share === undefined) return;
  if (training === 0)
    throw new InputError(`--holdout ${share} holds all ${heldOut} pairs out, and leaves none to learn from`, {
      hint: 'give a smaller share, or more pairs',
    });
  if (heldOut === 0)
    shell.note(`--holdout ${share} holds out none of these ${training} pairs: there will be no score of unseen ones`);
}

/** The recipes' shares that flags name. */
function sharesOf(flags: TrainFlags): Pick<TrainOptions, 'recipe' | 'closedRecipe'> {
  const shrink = flags.shrink === undefined ? RECIPE.shrink : shareOf('--shrink', flags.shrink, 0);
  const mixed = flags.mix === undefined ? undefined : shareOf('--mix', flags.mix, 0);
  const drop = flags.dropTrigrams === undefined ? undefined : shareOf('--drop-trigrams', flags.dropTrigrams, 0);
  const typos = flags.typos === undefined ? undefined : shareOf('--typos', flags.typos, 0);
  const weights = flags.weights === undefined ? undefined : wholeNumber('--weights', flags.weights, 1, 1_000_000);
  return {
    recipe: { shrink, mixed: mixed ?? RECIPE.mixed, dropTrigrams: drop ?? RECIPE.dropTrigrams },
    closedRecipe: {
      ...(mixed !== undefined && { mixed }),
      ...(drop !== undefined && { drop }),
      ...(typos !== undefined && { typos }),
      ...(weights !== undefined && { weights }),
    },
  };
}

/** Of a run from the start. Says so where a wish comes to nothing, or is none of the model's kind. */
function kindOf(
  shell: Shell,
  flags: TrainFlags,
  pairs: readonly Pair[],
  closed: ClosedWishes,
): NonNullable<TrainOptions['kind']> {
  const chosen = flags.pieces !== 'auto' || flags.buckets !== undefined;
  if (flags.free && chosen)
    throw new UsageError('--free spells its answers; --pieces and --buckets are for a model that chooses among them', {
      hint: 'leave either out',
    });
  const isLively = isLivelyData(pairs, closed);
  if (flags.free && isLively)
    throw new UsageError('--free spells its answers; dialogues, replies and games are for a model that chooses them', {
      hint: 'leave out --free, or those lines of the data',
    });
  const { unknown } = closed;
  const isClosed = !flags.free && (chosen || isLively || stepsFor(pairs, { unknown }) !== undefined);
  // Not refused: it may stand in the settings file for all trainings.
  if (isClosed && flags.backend !== 'auto') shell.note(`--backend ${flags.backend} is for --free, and not used here`);
  if (!isClosed && !flags.free) {
    const answers = new Set(pairs.map(({ answer }) => answer)).size;
    shell.note(
      `${answers} different answers are too many to choose from, so this model will spell them; --pieces characters makes ` +
        'it choose where they part',
    );
  }
  if (!isClosed && unknown !== undefined)
    shell.note(`a model that spells its answers learns ${unknown} from pairs alone`);
  return isClosed ? 'closed' : 'free';
}

function bucketsOf({ buckets }: TrainFlags): number | undefined {
  if (buckets === undefined) return undefined;
  const count = wholeNumber('--buckets', buckets, LEAST_BUCKETS, MOST_BUCKETS);
  if (Number.isInteger(Math.log2(count))) return count;
  throw new UsageError(`--buckets is ${count}`, { hint: 'give a power of two: 128, 256, 512, 1024, 2048 or 4096' });
}

async function finish(
  shell: Shell,
  flags: TrainFlags,
  { pairs, timeMs }: TrainOptions,
  done: TrainDone,
  course: TrainEpoch[],
  limits: Partial<Cost>,
  checkpoints: CheckpointFile,
): Promise<ExitStatus> {
  const model = await writeModel(shell, flags.output, done, pairs);
  if (course.length > 0) shell.files.write(beside(model, '.svg'), curvePicture(course, `Training of ${model}`));
  const checkpointFile = checkpoints.path;
  const unfinished = checkpoints.end(done);
  const { network: _network, checkpoint: _checkpoint, ...figures } = done;
  shell.emit({ ...figures, model, ...(unfinished && { checkpoint: checkpointFile }) });
  const { training, heldOut } = done;
  const isSample = training.pairs < pairs.length;
  shell.print(
    `${model}: whole answers right ${percent(training.answers)} of ${isSample ? 'a sample of ' : ''}${training.pairs} ` +
      `training pairs (at most ${percent(training.answerCeiling)} can be)` +
      (heldOut ? `, ${percent(heldOut.answers)} of ${heldOut.pairs} held-out pairs` : ''),
  );
  if (timeMs !== undefined)
    shell.note(
      `time: ${(done.elapsedMs / 1000).toFixed(1)} s of ${timeMs / 1000} s, ${done.rounds.toFixed(1)} times through the data`,
    );
  const isClosed = done.network.closed !== undefined;
  const characters = isClosed ? '' : `characters right ${percent(training.characters)}, `;
  shell.print(`${characters}${done.nonZero} weights that are not zero`);
  if (done.cost)
    shell.print(
      `its program: ${words(done.cost.bytes)} bytes, ${words(done.cost.tStates)} T-states a character` +
        (done.kept ? '' : `: ${tooMuch(done.cost, limits)}`),
    );
  if (done.stopped)
    shell.note(
      `interrupted: ${model} is ${isClosed ? 'what it was after' : 'the best of'} ${done.epochs} epochs` +
        (unfinished ? `; the same command goes on from ${checkpointFile}, as does --resume ${checkpointFile}` : ''),
    );
  if (done.stopped) return EXIT.interrupted;
  if (shell.signal.aborted) shell.interruptedTooLate();
  return done.kept === false ? EXIT.no : EXIT.done;
}

/** Which limit was not kept, and what would help. */
function tooMuch(cost: Cost, { bytes = Infinity, tStates = Infinity }: Partial<Cost>): string {
  const broken = [
    ...(cost.bytes > bytes ? [`more than ${grouped(bytes)} bytes`] : []),
    ...(cost.tStates > tStates ? [`more than ${grouped(tStates)} T-states`] : []),
  ];
  return `${broken.join(' and ')}; train longer, with narrower --hidden layers, or with fewer --buckets`;
}

function words(count: number): string {
  return Number.isFinite(count) ? grouped(count) : 'too many';
}

function limitsOf(
  { maxSize, targetTstates }: TrainFlags,
  { memory, programBytes }: Machine,
): Partial<Cost> & Pick<Cost, 'bytes'> {
  const most = memory.isFixed ? programBytes : MOST_SIZE;
  return {
    bytes: maxSize === undefined ? programBytes : wholeNumber('--max-size', maxSize, LEAST_TRAINED_SIZE, most),
    ...(targetTstates !== undefined && { tStates: wholeNumber('--target-tstates', targetTstates, 1000, 1e9) }),
  };
}

/** 90s, 3m, 1.5h in milliseconds. */
function durationMs(text: string): number {
  const match = /^([\d.]+)(s|m|h)?$/.exec(text.trim());
  const ms = Number(match?.[1]) * { s: 1e3, m: 60e3, h: 3600e3 }[match?.[2] ?? 's']!;
  if (!(ms >= 1000 && ms <= 86_400e3))
    throw new UsageError(`--time is ${JSON.stringify(text)}`, { hint: 'give it as 90s, 3m or 1h' });
  return ms;
}

function shareOf(name: string, text: string, least: number): number {
  const share = text.trim() === '' ? NaN : Number(text);
  if (!(share >= least && share < 1))
    throw new UsageError(`${name} is ${JSON.stringify(text)}`, { hint: 'give a share between 0 and 1, such as 0.1' });
  return share;
}
