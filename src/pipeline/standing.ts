/**
 * How a stage stands: whether what it made is of what there is now, and if not, why. This is the one place that decides
 * it; the pipeline runs by it, plans by it, and every front end shows it.
 */
import { hashOf } from './hash.js';
import type { Stage } from './events.js';

/** What a stage was made from, by name: settings as they are, files and results by their hash. */
export type Ingredients = Readonly<Record<string, string>>;

/** Whose results a stage works on. What training reads, it reads from the files, and knows by their hash. */
export const WORKS_ON: Readonly<Record<Stage, readonly Stage[]>> = {
  data: [],
  train: [],
  build: ['train'],
  emulate: ['build'],
  flash: ['build'],
  compare: ['emulate', 'flash'],
  time: ['compare'],
};

/** Why a stage is to run: it was asked for, never ran, other ingredients, or a stage that it works on is to run. */
export type Why =
  { kind: 'asked' } | { kind: 'never' } | { kind: 'changed'; what: string[] } | { kind: 'after'; stage: Stage };

export interface Standing {
  state: 'fresh' | 'stale' | 'never';
  /** Of one that is not fresh. */
  why: Why | undefined;
}

/** Of hashes, texts and numbers of ours, which would tell a person nothing. */
const WITHOUT_VALUE: Readonly<Record<string, string>> = {
  data: 'the data', questions: 'the questions', description: 'the description', model: 'the model',
  firmware: 'the firmware', program: 'the program', board: 'the line', emulated: 'what the emulator said',
  flight: 'what was sent', compared: 'what was compared',
}; // prettier-ignore
const WITH_VALUE: Readonly<Record<string, string>> = {
  hidden: 'widths',
  clockHz: 'clock in Hz',
  maxSize: 'max-size',
  machine: 'machine',
  programName: 'name of the program',
};

/** @returns undefined where a part is missing */
export function ingredients(
  parts: Readonly<Record<string, Uint8Array | string | undefined>>,
): Record<string, string> | undefined {
  const made: Record<string, string> = {};
  for (const [name, part] of Object.entries(parts)) {
    if (part === undefined) return undefined;
    made[name] = typeof part === 'string' ? part : hashOf(part)!;
  }
  return made;
}

/** What differs, in words. */
export function changesIn(before: Ingredients, now: Ingredients): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names]
    .filter((name) => before[name] !== now[name])
    .map((name) => {
      const [was, is] = [before[name] ?? 'as usual', now[name] ?? 'as usual'];
      return WITHOUT_VALUE[name] ?? `${WITH_VALUE[name] ?? name} ${was}, now ${is}`;
    });
}

export const isSame = (a: Ingredients | undefined, b: Ingredients | undefined): boolean =>
  a !== undefined && b !== undefined && changesIn(a, b).length === 0;

/**
 * @param made what the stage was made from, where it was made
 * @param now what it would be made from; undefined where that is not there
 * @param before of a stage that it works on
 */
export function standingOf(
  stage: Stage,
  made: Ingredients | undefined,
  now: Ingredients | undefined,
  before: (stage: Stage) => Standing,
): Standing {
  if (made === undefined) return { state: 'never', why: { kind: 'never' } };
  const first = WORKS_ON[stage].find((one) => before(one).state !== 'fresh');
  if (now !== undefined) {
    const what = changesIn(made, now);
    if (what.length > 0) return { state: 'stale', why: { kind: 'changed', what } };
  }
  if (first !== undefined) return { state: 'stale', why: { kind: 'after', stage: first } };
  return now === undefined
    ? { state: 'stale', why: { kind: 'changed', what: ['the line'] } }
    : { state: 'fresh', why: undefined };
}

/** Behind "because". */
export function whyWords(why: Why): string {
  switch (why.kind) {
    case 'asked':
      return 'asked for';
    case 'never':
      return 'not done yet';
    case 'changed':
      return `changed: ${why.what.join('; ')}`;
    case 'after':
      return `${why.stage} has to run first`;
  }
}
