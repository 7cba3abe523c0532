/** What a run is to be, from its options or from the checkpoint that it goes on from. */
import { MAX_WIDTH } from '../model/network.js';
import { InputError, UsageError } from '../seams/errors.js';
import type { Cost } from './budget.js';
import { charsetOf, type Examples } from './examples.js';
import { DEFAULT_HIDDEN, RECIPE, type Recipe } from './recipe.js';
import type { TrainOptions } from './train.js';

/** What every run has, whatever kind of model it trains. */
export interface CommonSettings {
  seed: number;
  /** Widths of the hidden layers. */
  hidden: number[];
  limits?: Partial<Cost>;
}

export interface Settings extends CommonSettings {
  charset: string[];
  recipe: Recipe;
}

/** Examples that a run goes through by default: small sets more often, big ones less. */
const DEFAULT_WORK = 4_750_000;
const LEAST_EPOCHS = 8;
const MOST_EPOCHS = 120;
/** But a handful of pairs is a step an epoch, and a network needs this many steps to move. */
const LEAST_STEPS = 2000;

/**
 * @param resume the checkpoint that the run goes on from: what it says is not changed by options
 * @throws UsageError for invalid widths, and for limits without a cost function
 */
export function commonSettings(
  options: TrainOptions,
  resume: CommonSettings | undefined,
  usual: readonly number[],
): CommonSettings {
  const hidden = [...(resume?.hidden ?? options.hidden ?? usual)];
  const bad = hidden.find((width) => !Number.isInteger(width) || width < 1 || width > MAX_WIDTH);
  if (bad !== undefined)
    throw new UsageError(`a hidden layer cannot be ${bad} wide`, { hint: `give widths from 1 to ${MAX_WIDTH}` });
  const wanted = resume ? resume.limits : options.budget?.limits;
  const limits = wanted && Object.keys(wanted).length > 0 ? wanted : undefined;
  if (limits && !options.budget)
    throw new UsageError('the checkpoint is of a run towards limits', { hint: 'give its cost function, too' });
  return { ...(limits && { limits }), seed: resume?.seed ?? options.seed ?? 1, hidden };
}

/** @throws what commonSettings does; InputError for too many characters */
export function settingsOf(options: TrainOptions): Settings {
  const resume = options.resume?.kind === 'free' ? options.resume : undefined;
  const charset = resume?.charset ?? charsetOf(options.pairs);
  if (charset.length > MAX_WIDTH)
    throw new InputError(`the answers use ${charset.length - 1} different characters`, {
      hint: `a model can write at most ${MAX_WIDTH - 1}`,
    });
  return {
    ...commonSettings(options, resume, DEFAULT_HIDDEN),
    charset,
    recipe: resume?.recipe ?? { ...RECIPE, ...options.recipe },
  };
}

/** Epochs by default. */
export function epochsFor(examples: Examples, recipe: Recipe): number {
  const count = examples.query.length;
  const byWork = Math.min(MOST_EPOCHS, Math.max(LEAST_EPOCHS, Math.round(DEFAULT_WORK / count)));
  return Math.max(byWork, Math.ceil(LEAST_STEPS / Math.ceil(count / recipe.batch)));
}
