/**
 * What a training leaves: its model, and beside it a picture and, until it is done, a checkpoint. A computer that goes off, or a
 * process that is killed, costs no more than the time since the last one.
 *
 *     m.npz   m.svg        of the run that wrote them
 *     m.ckpt               there is an unfinished run: the next one with the same data and settings goes on from it
 *     m-unfinished.ckpt    one that the next run did not go on from, put aside
 *     m-cut-off.npz        of a run that was cut off and is not as good as what m.npz holds
 */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { answer } from '../model/inference.js';
import type { Network } from '../model/network.js';
import { decodeModel, encodeModel } from '../model/npz.js';
import { nodeClock } from '../host/node-clock.js';
import { InputError, ModelError, Z80lmError } from '../seams/errors.js';
import { inSlices, type Slices } from '../seams/slices.js';
import { percent } from '../seams/words.js';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../trainer/checkpoint.js';
import type { TextPair } from '../trainer/examples.js';
import type { TrainDone, TrainStart } from '../trainer/events.js';
import { scatter } from '../trainer/sample.js';
import type { Shell } from './shared.js';

/** Checkpoints follow each other no faster, milliseconds: a run of seconds writes one or two, and loses seconds. */
const KEEP_EVERY_MS = 2000;
/** For so long a model is compared with the one that it would replace, milliseconds: some hundred pairs. */
const COMPARE_MS = 400;

/** What stands beside the model. */
export const beside = (output: string, ending: string): string => output.replace(/(\.npz)?$/, ending);

/** Looks after the checkpoint of one run. */
export class CheckpointFile {
  readonly path: string;
  #unfinished: Checkpoint | undefined;
  #isOffered = false;
  #keptMs = -Infinity;
  #failed = false;

  constructor(
    private readonly shell: Shell,
    output: string,
  ) {
    this.path = beside(output, '.ckpt');
  }

  /**
   * Look at what lies there; says so where it cannot be used.
   * @param resumed the file that the run goes on from, if one was named
   * @param isFresh begin anew whatever there is
   * @returns of a run that did not come to its end, for this one to go on from
   */
  unfinished(resumed?: string, isFresh = false): Checkpoint | undefined {
    const { shell, path } = this;
    if (!shell.files.exists(path)) return undefined;
    // What this run goes on from is its own.
    if (resumed !== undefined && resolve(resumed) === resolve(path)) return undefined;
    this.#isOffered = resumed === undefined && !isFresh;
    try {
      this.#unfinished = decodeCheckpoint(shell.files.read(path), path);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      shell.note(`${path}: ${error.message}; this run replaces it`);
    }
    return this.#isOffered ? this.#unfinished : undefined;
  }

  /** The run has begun: is it the unfinished one? One that is not is put aside before anything replaces it. */
  began({ takenUp }: TrainStart): void {
    const { shell, path } = this;
    if (!this.#unfinished) return;
    if (takenUp && this.#isOffered) {
      const { epoch, epochs } = takenUp;
      return shell.note(
        `${path}: an unfinished run of the same data and settings, ${epoch} of ${epochs} epochs done: going on from there ` +
          '(--fresh starts anew)',
      );
    }
    const aside = this.#freeName();
    shell.files.write(aside, encodeCheckpoint(this.#unfinished));
    const what = this.#isOffered ? 'an unfinished run with other data or settings' : 'another unfinished run';
    shell.note(`${path} is of ${what}: it is kept as ${aside}; go on with --resume ${aside}`);
  }

  #freeName(): string {
    for (let number = 1; ; number++) {
      const name = this.path.replace(/\.ckpt$/, number === 1 ? '-unfinished.ckpt' : `-unfinished-${number}.ckpt`);
      if (!this.shell.files.exists(name)) return name;
    }
  }

  /** For `keep` of the training. A checkpoint that cannot be written is no reason to lose the run. */
  readonly keep = (checkpoint: Checkpoint): void => {
    const now = nodeClock.now();
    if (this.#failed || now - this.#keptMs < KEEP_EVERY_MS) return;
    try {
      this.shell.files.write(this.path, encodeCheckpoint(checkpoint));
    } catch (error) {
      if (!(error instanceof Z80lmError)) throw error;
      this.#failed = true;
      this.shell.note(`${this.path}: ${error.message}: going on without a checkpoint`);
    }
    this.#keptMs = now;
  };

  /** What to do with it at the end. @returns whether it is there */
  end({ stopped, checkpoint }: TrainDone): boolean {
    if (!stopped) rmSync(this.path, { force: true });
    else if (checkpoint) this.shell.files.write(this.path, encodeCheckpoint(checkpoint));
    return stopped && checkpoint !== undefined;
  }
}

/**
 * Write a model, but where its run was cut off never over one that gives more right answers to the same pairs: then beside it.
 * A finished run replaces what there is, as told; where that was better, it says so.
 * @returns the name it was written by
 */
export async function writeModel(
  shell: Shell,
  output: string,
  { network, stopped }: Pick<TrainDone, 'network' | 'stopped'>,
  pairs: readonly TextPair[],
): Promise<string> {
  const former = formerModel(shell, output);
  const rates = former && (await inSlices(rightOfBoth([former, network], pairs), { clock: nodeClock }));
  const [before, now] = rates ?? [0, 0];
  const words = `${percent(before)} of these pairs right, this one ${percent(now)}`;
  const cutOff = beside(output, '-cut-off.npz');
  // Of other data, that is: on the pairs of these it has no chance to be the better one.
  const isOther = former !== undefined && answersOf(former) !== answersOf(network);
  const name = stopped && (isOther || before > now) ? cutOff : output;
  shell.files.write(name, encodeModel(network));
  if (name === cutOff && isOther)
    shell.note(`${output} stays as it was: it knows other answers; this run was cut off and is written as ${cutOff}`);
  else if (name === cutOff)
    shell.note(`${output} stays as it was: it answers ${words}, which was cut off and is written as ${cutOff}`);
  else if (before > now) shell.note(`${output} was better before: it answered ${words}`);
  return name;
}

/** Undefined of one that spells them. */
const answersOf = ({ closed }: Network): string | undefined => closed && JSON.stringify(closed.answers);

/** What would be replaced, if it is a model. */
function formerModel({ files }: Shell, output: string): Network | undefined {
  if (!files.exists(output)) return undefined;
  try {
    return decodeModel(files.read(output), output);
  } catch (error) {
    if (error instanceof ModelError || error instanceof InputError) return undefined;
    throw error;
  }
}

/** Share of right answers of each model, to the same pairs. */
function* rightOfBoth(networks: readonly Network[], pairs: readonly TextPair[]): Slices<number[]> {
  const until = nodeClock.now() + COMPARE_MS;
  const right = networks.map(() => 0);
  let asked = 0;
  const compare = (p: number): void => {
    const { question, answer: wanted, after } = pairs[p]!;
    asked++;
    networks.forEach((network, i) => {
      if (answer(network, question, after) === wanted) right[i]!++;
    });
  };
  yield* scatter(pairs.length, () => nodeClock.now() >= until, compare);
  return right.map((count) => count / asked);
}
