/**
 * A training run between two epochs, as a file: all that is needed to go on to the same model, byte for byte, as if
 * there had been no break. A zip of
 *
 *     run.json     settings, where the run stands, a fingerprint of the data
 *     latent.f32, adam-m.f32, adam-v.f32     parameters and optimiser state, little-endian float32
 *     easy.u8                                which examples were easy when they came up last (free models)
 *     best.npz     the best model so far, if one was scored (free models)
 */
import { createHash } from 'node:crypto';
import { zipSync, type Zippable } from 'fflate';
import { z } from 'zod';
import { ClosedSetSchema } from '../model/closed-schema.js';
import { checkClosed, closedInputs, closedOutputs, type ClosedSet } from '../model/closed-set.js';
import type { Network } from '../model/network.js';
import { decodeModel, encodeModel } from '../model/npz.js';
import { readZip } from '../model/zip.js';
import { utf8 } from '../seams/bytes.js';
import { InputError } from '../seams/errors.js';
import type { Cost } from './budget.js';
import type { ClosedCheckpoint } from './closed/checkpoint.js';
import { placeClosed } from './closed/memory.js';
import type { ClosedRecipe } from './closed/recipe.js';
import type { Examples } from './examples.js';
import { placeLayers } from './memory.js';
import type { Recipe } from './recipe.js';
import type { Score } from './scorer.js';
import type { CommonSettings } from './settings.js';

const FORMAT = 'z80lm checkpoint 3';
const CLOSED_FORMAT = 'z80lm checkpoint of a closed model 1';
const ZIP_EPOCH = new Date(1980, 0, 1);
/** Three numbers for each parameter of the largest network there can be come to 60 MB. */
const MAX_UNPACKED = 128 * 1024 * 1024;

/** Of a model of either kind. */
export type Checkpoint = FreeCheckpoint | ClosedCheckpoint;

export interface FreeCheckpoint {
  kind: 'free';
  seed: number;
  hidden: number[];
  charset: string[];
  recipe: Recipe;
  /** See fingerprintOf. */
  fingerprint: string;
  /** Epochs of the whole run, those done, and the place in the schedule (0..1). */
  epochs: number;
  epoch: number;
  step: number;
  progress: number;
  /** Of a run by the clock: `epochs` is what fitted into its time. */
  timed?: boolean;
  /** Of a run towards limits, see budget.ts. */
  limits?: Partial<Cost>;
  pressure: number;
  /** See Memory. */
  easy: Uint8Array;
  latent: Float32Array;
  adamM: Float32Array;
  adamV: Float32Array;
  best?: Best;
}

export interface Best {
  epoch: number;
  network: Network;
  training: Score;
  heldOut?: Score;
}

const ScoreSchema = z.object({
  pairs: z.number(),
  characterCount: z.number(),
  answers: z.number(),
  characters: z.number(),
  answerCeiling: z.number(),
  characterCeiling: z.number(),
});

/** What every run has. */
const COMMON = {
  seed: z.number(),
  hidden: z.array(z.number().int().min(1).max(256)),
  recipe: z.record(z.string(), z.number()),
  fingerprint: z.string(),
  epochs: z.number().int(),
  epoch: z.number().int(),
  step: z.number().int(),
  progress: z.number(),
  timed: z.literal(true).optional(),
  limits: z.object({ bytes: z.number(), tStates: z.number() }).partial().optional(),
};

const RunSchema = z.object({
  format: z.literal(FORMAT),
  ...COMMON,
  charset: z.array(z.string()),
  pressure: z.number(),
  best: z.object({ epoch: z.number(), training: ScoreSchema, heldOut: ScoreSchema.optional() }).optional(),
});

const ClosedRunSchema = z.object({
  format: z.literal(CLOSED_FORMAT),
  ...COMMON,
  closed: ClosedSetSchema,
  shrink: z.number(),
  from: z.number(),
  goal: z.number(),
});

/** A hash of the examples, which a run must go on with. */
export function fingerprintOf(examples: Examples): string {
  const hash = createHash('sha256').update(examples.charset.join(''));
  const { queries, contexts, query, context, weight, targetStart, target, share } = examples;
  const arrays = [queries.start, queries.index, queries.count, contexts.index, contexts.count];
  for (const array of [...arrays, query, context, weight, targetStart, target, share])
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex').slice(0, 16);
}

/** What a run is to be, as far as its model depends on it; with `timeMs` its length does not. */
export interface RunIdentity extends CommonSettings {
  recipe: object;
  fingerprint: string;
  epochs: number;
  timeMs: number | undefined;
}

/** Whether a run goes on from here to what it would come to from the start, or by the clock, to something better. */
export function isSameRun(checkpoint: Checkpoint, run: RunIdentity): boolean {
  const identity = ({ seed, hidden, recipe, limits, fingerprint }: Omit<RunIdentity, 'epochs' | 'timeMs'>): string =>
    JSON.stringify([seed, hidden, recipe, limits, fingerprint]);
  const timed = run.timeMs !== undefined;
  return (
    identity(checkpoint) === identity(run) &&
    timed === (checkpoint.timed ?? false) &&
    (timed || checkpoint.epochs === run.epochs)
  );
}

export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { latent, adamM, adamV } = checkpoint;
  const entries: Record<string, Uint8Array> = {
    ...(checkpoint.kind === 'closed' ? closedEntries(checkpoint) : freeEntries(checkpoint)),
    'latent.f32': bytesOf(latent),
    'adam-m.f32': bytesOf(adamM),
    'adam-v.f32': bytesOf(adamV),
  };
  const zip: Zippable = {};
  for (const [name, bytes] of Object.entries(entries)) zip[name] = [bytes, { level: 0, mtime: ZIP_EPOCH }];
  return zipSync(zip);
}

function freeEntries(checkpoint: FreeCheckpoint): Record<string, Uint8Array> {
  const { kind: _, latent: _latent, adamM: _m, adamV: _v, easy, best, ...run } = checkpoint;
  const about = best && { epoch: best.epoch, training: best.training, heldOut: best.heldOut };
  return {
    'run.json': jsonBytes({ format: FORMAT, ...run, best: about }),
    'easy.u8': easy,
    ...(best && { 'best.npz': encodeModel(best.network) }),
  };
}

function closedEntries(checkpoint: ClosedCheckpoint): Record<string, Uint8Array> {
  const { kind: _, latent: _latent, adamM: _m, adamV: _v, ...run } = checkpoint;
  return { 'run.json': jsonBytes({ format: CLOSED_FORMAT, ...run }) };
}

const jsonBytes = (value: object): Uint8Array => utf8(JSON.stringify(value));

/**
 * @param where the file's name, for messages
 * @throws InputError if it is no checkpoint of this version, or is cut off
 */
export function decodeCheckpoint(file: Uint8Array, where: string): Checkpoint {
  try {
    const entries = readZip(file, MAX_UNPACKED);
    const entry = (name: string): Uint8Array => {
      const bytes = entries.get(name);
      if (!bytes) throw new Error(`it has no ${name}`);
      return bytes;
    };
    const about = JSON.parse(new TextDecoder().decode(entry('run.json'))) as { format?: unknown };
    return about.format === CLOSED_FORMAT ? closedCheckpoint(about, entry) : freeCheckpoint(about, entry, where);
  } catch (cause) {
    throw new InputError(`this is no checkpoint that can be resumed: ${firstLine(cause)}`, {
      where,
      hint: 'give the .ckpt file that `z80lm train` wrote beside its model, or train from the start without --resume',
      cause,
    });
  }
}

type Entry = (name: string) => Uint8Array;

function floatsOf(entry: Entry, name: string, size: number): Float32Array {
  const bytes = entry(name).slice();
  if (bytes.length !== size * 4) throw new Error(`${name} has ${bytes.length} bytes, not ${size * 4}`);
  return new Float32Array(bytes.buffer);
}

function closedCheckpoint(about: object, entry: Entry): ClosedCheckpoint {
  const { format: _, limits, timed, ...run } = ClosedRunSchema.parse(about);
  const closed = run.closed as ClosedSet;
  checkClosed(closed, (message) => {
    throw new Error(message);
  });
  const size = placeClosed(closedInputs(closed), [...run.hidden, closedOutputs(closed)]).at(-1)!.end;
  return {
    kind: 'closed',
    ...run,
    closed,
    recipe: run.recipe as unknown as ClosedRecipe,
    ...(timed && { timed }),
    ...(limits && { limits: limits as Partial<Cost> }),
    latent: floatsOf(entry, 'latent.f32', size),
    adamM: floatsOf(entry, 'adam-m.f32', size),
    adamV: floatsOf(entry, 'adam-v.f32', size),
  };
}

function freeCheckpoint(file: object, entry: Entry, where: string): FreeCheckpoint {
  const { format: _, ...run } = RunSchema.parse(file);
  const size = placeLayers(run.hidden, run.charset.length).at(-1)!.end;
  const floats = (name: string): Float32Array => floatsOf(entry, name, size);
  const { best: about, limits, timed, ...rest } = run;
  return {
    kind: 'free',
    ...rest,
    recipe: run.recipe as unknown as Recipe,
    ...(timed && { timed }),
    easy: entry('easy.u8').slice(),
    latent: floats('latent.f32'),
    adamM: floats('adam-m.f32'),
    adamV: floats('adam-v.f32'),
    ...(limits && { limits: limits as Partial<Cost> }),
    ...(about && { best: { ...about, network: decodeModel(entry('best.npz'), where) } as Best }),
  };
}

function firstLine(error: unknown): string {
  if (error instanceof z.ZodError) return `run.json: ${error.issues[0]?.path.join('.')} ${error.issues[0]?.message}`;
  return (error as Error).message.split('\n', 1)[0]!;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength) as ArrayBuffer);
}
