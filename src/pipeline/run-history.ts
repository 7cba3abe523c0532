/**
 * Every training has a folder of its own, so that no model is lost to another:
 *
 *     out/model.npz             the model that counts: the program beside it is made of it
 *     out/runs/run-001/         model.npz, run.json (what from, how good, how it ended); while it is on, and of one cut off
 *                               or killed, model.ckpt, from which the next run of the same data and settings goes on
 *     out/runs/run-002/
 *
 * Names are numbers, not times: nothing here depends on when it ran. A run that was cut off stays in its folder until
 * somebody takes it.
 */
import type { Network } from '../model/network.js';
import { decodeModel } from '../model/npz.js';
import type { FileStore } from '../seams/file-store.js';
import type { RunFolders } from '../seams/run-folders.js';
import { decodeCheckpoint, type Checkpoint } from '../trainer/checkpoint.js';
import type { TrainFigures } from './events.js';
import { hashOf } from './hash.js';
import { isSame, type Ingredients } from './standing.js';

/** In the pipeline's folder, and in that of each run. */
export const MODEL = 'model.npz';
export const CHECKPOINT = 'model.ckpt';
const NOTE = 'run.json';
const RUNS = 'runs';

/**
 * So many runs are kept: the tries of a long evening. A model is some 20 to 100 KB, the checkpoint of one cut off a few
 * MB, so that a folder stays far below 100 MB. The oldest go first; the model that counts and the best of its data stay.
 */
export const RUNS_KEPT = 12;

/**
 * How a run ended. running: it is on, or its process was killed; found: a model that lay there, of which no more is known;
 * taken: cut off, but the user took it as it is.
 */
export type Outcome = 'running' | 'finished' | 'stopped' | 'taken' | 'found';

/** What is written beside each model. */
export interface RunNote {
  format: 1;
  outcome: Outcome;
  /** Data and settings, seed among them. */
  ingredients?: Ingredients;
  /** Hash of model.npz. */
  model?: string;
  figures?: TrainFigures;
  elapsedMs?: number;
}

export interface Run extends RunNote {
  name: string;
  folder: string;
}

/** What the training stage made, from what, and in what time. */
export interface Trained {
  run: string;
  inputs: Ingredients;
  made: { network: Network; model: Uint8Array; figures: TrainFigures };
  elapsedMs: number;
}

/**
 * better: a model in its place gives way to one that is as good on the same data, or that was trained on other data;
 * finished: it gives way to any whole run, which the user asked for knowing that.
 */
export type Replace = 'better' | 'finished';

export interface Settled {
  /** The run's model is out/model.npz now. */
  inPlace: boolean;
  /** The run whose model was there before, if it was another. */
  before: Run | undefined;
}

export class RunHistory {
  constructor(
    private readonly files: FileStore,
    private readonly folders: RunFolders,
    /** out */
    private readonly folder: string,
  ) {}

  /** Where the runs' folders are. */
  get runs(): string {
    return `${this.folder}/${RUNS}`;
  }

  /** Oldest first; what cannot be read is none. */
  all(): Run[] {
    return this.folders
      .list(this.runs)
      .filter((name) => /^run-\d+$/.test(name))
      .sort((a, b) => numberOf(a) - numberOf(b))
      .flatMap((name) => this.#read(name) ?? []);
  }

  /** Make a run's folder. @throws InputError where that cannot be written, before the work rather than after it */
  begin(ingredients: Ingredients | undefined): Run {
    const { runs } = this;
    const last = Math.max(0, ...this.folders.list(runs).map(numberOf));
    for (let number = last + 1; ; number++) {
      const name = `run-${String(number).padStart(3, '0')}`;
      const folder = `${runs}/${name}`;
      // Another process may have been quicker.
      if (!this.folders.make(folder)) continue;
      const run: Run = { name, folder, format: 1, outcome: 'running', ...(ingredients && { ingredients }) };
      this.#write(run);
      return run;
    }
  }

  /** A run's model, and how good it is: at its end, and whenever there is a better one. */
  keep(run: Run, model: Uint8Array, rest: Pick<RunNote, 'outcome'> & Partial<RunNote>): Run {
    this.files.write(`${run.folder}/${MODEL}`, model);
    const kept: Run = { ...run, ...rest, model: hashOf(model)! };
    this.#write(kept);
    return kept;
  }

  /** A run that has learnt nothing. */
  drop(run: Run): void {
    this.folders.remove(run.folder);
  }

  /** The last whole run of just these data and settings. */
  find(inputs: Ingredients | undefined): Trained | undefined {
    const run = this.all().findLast(
      (one) => (one.outcome === 'finished' || one.outcome === 'taken') && isSame(one.ingredients, inputs),
    );
    return run && this.load(run);
  }

  /** Where the last run of just these data and settings came to that was cut off or killed. */
  unfinished(inputs: Ingredients): Checkpoint | undefined {
    const path = this.#checkpointsOf(inputs).at(-1);
    if (path === undefined) return undefined;
    try {
      return decodeCheckpoint(this.files.read(path), path);
    } catch {
      // One that is damaged, or of another version, is as good as none.
      return undefined;
    }
  }

  /** A run has come to its end: its own checkpoint, and those of the runs that were cut off on the way there, are of no use any more. */
  forgetCheckpoints({ folder }: Run, inputs: Ingredients): void {
    for (const path of [`${folder}/${CHECKPOINT}`, ...this.#checkpointsOf(inputs)]) this.folders.remove(path);
  }

  /** Oldest first. */
  #checkpointsOf(inputs: Ingredients): string[] {
    return this.all()
      .filter(
        ({ outcome, ingredients }) => (outcome === 'stopped' || outcome === 'running') && isSame(ingredients, inputs),
      )
      .map(({ folder }) => `${folder}/${CHECKPOINT}`)
      .filter((one) => this.files.exists(one));
  }

  /** @returns undefined where the model is not what the note says, or cannot be read: then it is as good as none */
  load({ name, folder, model: hash, ingredients, figures, elapsedMs }: Run): Trained | undefined {
    const path = `${folder}/${MODEL}`;
    if (!ingredients || !figures || elapsedMs === undefined || !this.files.exists(path)) return undefined;
    try {
      const model = this.files.read(path);
      if (hashOf(model) !== hash) return undefined;
      return { run: name, inputs: ingredients, made: { network: decodeModel(model, path), model, figures }, elapsedMs };
    } catch {
      return undefined;
    }
  }

  /** The run whose model counts; a model that no run made gets a folder here, so that it is not lost either. */
  inPlace(): Run | undefined {
    const model = this.#modelInPlace();
    if (!model) return undefined;
    const hash = hashOf(model);
    return (
      this.all().findLast((run) => run.model === hash) ?? {
        name: '',
        folder: '',
        format: 1,
        outcome: 'found',
        model: hash!,
      }
    );
  }

  /** Whether it is this model that counts. */
  isInPlace(model: Uint8Array): boolean {
    const there = this.#modelInPlace();
    return there !== undefined && hashOf(there) === hashOf(model);
  }

  /** Put a run's model in its place, if the rule lets it. */
  settle(run: Run, model: Uint8Array, replace: Replace): Settled {
    let before = this.inPlace();
    if (before?.model === hashOf(model)) return { inPlace: true, before: undefined };
    if (before?.name === '') before = this.keep(this.begin(undefined), this.#modelInPlace()!, { outcome: 'found' });
    if (before && replace === 'better' && isSameData(before, run) && isBetter(before, run))
      return { inPlace: false, before };
    this.files.write(`${this.folder}/${MODEL}`, model);
    return { inPlace: true, before };
  }

  /** Let the oldest go. @param also a run that is in use */
  prune(also: string): void {
    const runs = this.all();
    const there = this.inPlace();
    const best = runs
      .filter((run) => run.figures && there && isSameData(run, there))
      .reduce<Run | undefined>((most, run) => (most === undefined || isBetter(run, most) ? run : most), undefined);
    const stay = new Set([also, there?.name, best?.name]);
    // What another run has made just so is there twice.
    const twice = runs.filter(({ name, model, outcome }) =>
      runs.some(
        (other) =>
          outcome === 'finished' &&
          other.model === model &&
          other.outcome === outcome &&
          numberOf(other.name) > numberOf(name),
      ),
    );
    const left = runs.filter((run) => !twice.includes(run));
    const tooMany = left.filter(({ name }) => !stay.has(name)).slice(0, Math.max(0, left.length - RUNS_KEPT));
    for (const run of [...twice.filter(({ name }) => name !== also), ...tooMany]) this.drop(run);
  }

  #modelInPlace(): Uint8Array | undefined {
    const path = `${this.folder}/${MODEL}`;
    return this.files.exists(path) ? this.files.read(path) : undefined;
  }

  #read(name: string): Run | undefined {
    const folder = `${this.runs}/${name}`;
    try {
      const note = JSON.parse(new TextDecoder().decode(this.files.read(`${folder}/${NOTE}`))) as RunNote;
      return note.format === 1 ? { ...note, name, folder } : undefined;
    } catch {
      return undefined;
    }
  }

  #write({ name: _name, folder, ...note }: Run): void {
    this.files.write(`${folder}/${NOTE}`, `${JSON.stringify(note, undefined, 1)}\n`);
  }
}

const numberOf = (name: string): number => Number(/^run-(\d+)$/.exec(name)?.[1] ?? 0);

const isSameData = (a: RunNote, b: RunNote): boolean =>
  a.ingredients?.['data'] !== undefined && a.ingredients['data'] === b.ingredients?.['data'];

/** By the answers that it was taught, as the trainer chooses the best, and where they are alike by the unseen ones. */
export function isBetter(a: Pick<RunNote, 'figures'>, b: Pick<RunNote, 'figures'>): boolean {
  const [x, y] = [a.figures, b.figures];
  if (!x || !y) return x !== undefined;
  const taught = x.training.answers - y.training.answers;
  return taught !== 0 ? taught > 0 : (x.heldOut?.answers ?? 0) > (y.heldOut?.answers ?? 0);
}

/**
 * How long a training of these data and settings may take, by the last whole one on the same data with the same widths.
 * @returns undefined where there was none
 */
export function expectedTrainingMs(runs: readonly Run[], wanted: Ingredients | undefined): number | undefined {
  const like = runs.findLast(
    ({ outcome, ingredients: of }) =>
      outcome === 'finished' &&
      of !== undefined &&
      of['data'] === wanted?.['data'] &&
      of['hidden'] === wanted?.['hidden'],
  );
  if (!like?.figures || like.elapsedMs === undefined) return undefined;
  const said = wanted?.['epochs'];
  if (said === like.ingredients!['epochs']) return like.elapsedMs;
  // As often as the data calls for: known only of a run that was left to that.
  return said === undefined ? undefined : (like.elapsedMs * Number(said)) / Math.max(1, like.figures.epochs);
}
