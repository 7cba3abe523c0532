/**
 * The run: ask for what is missing, keep what is sound, write it down at once, and ask again.
 *
 *     missing? ─► request ─► lines ─► judge ─► append to the file      one whole line after the other
 *        ▲                     │ cut, 429, 5xx, silence
 *        └──── wait ◄──────────┘                                       then for what is missing now
 *
 * There is no replay of a failed request: what had come is kept, and the next one asks for the rest.
 */
import type { Appender } from '../../seams/appender.js';
import type { Clock } from '../../seams/clock.js';
import { ProviderError, type Provider } from '../../seams/provider.js';
import { dollars, tokensOf, type Price, type Tokens } from './cost.js';
import { unknownText } from '../fallback.js';
import { pairText } from '../pairs.js';
import { CATEGORIES, GEN_UNKNOWN, type Category, type Job } from './job.js';
import { Judge, Lines, type Rejection } from './judge.js';
import { GEN, RETRY, type RetrySettings } from './limits.js';
import { missingOf, type Sidecar, type Standing } from './progress.js';
import { requestFor, sourcesOf } from './prompts.js';
import { watched } from './watch.js';

export interface Generation {
  job: Job;
  quotas: ReadonlyMap<string, number>;
  /** Where an earlier run has left it; changed as the run goes on. */
  standing: Standing;
  provider: Provider;
  price: Price | undefined;
  /** Tokens this run may take: it stops before the request after. */
  budget: number;
  clock: Clock;
  /** The pairs' file. */
  out: Appender;
  /** Write the sidecar. */
  save: (sidecar: Sidecar) => void;
  retry?: RetrySettings;
}

/** Tokens and dollars of this run. */
export interface Spent extends Tokens {
  dollars: number | undefined;
  /** A part is our own count: the provider did not tell, or the answer was cut. */
  estimated: boolean;
}

export type GenEvent =
  /** After every piece of text that held pairs. */
  | { type: 'pairs'; category: string; kept: number; spent: Spent }
  /** A request was answered. */
  | { type: 'request'; category: string; kept: number; rejected: Partial<Record<Rejection, number>>; spent: Spent }
  | { type: 'retry'; reason: string; waitMs: number; failures: number }
  /** The model has no more of these. */
  | { type: 'dry'; category: string; missing: number }
  | { type: 'done'; why: 'complete' | 'dry' | 'budget'; kept: number; missing: number; spent: Spent };

/**
 * Run until all is there, the model has no more, or the budget is used up.
 * @throws ProviderError when the provider says no, or failed too often in a row; the signal's reason; InputError
 *   where the file can't be written. What was kept by then is in the file.
 */
export async function* generate(run: Generation, signal: AbortSignal): AsyncGenerator<GenEvent> {
  const { job, standing, quotas } = run;
  const retry = run.retry ?? RETRY;
  const judge = new Judge(job);
  for (const pair of standing.pairs) judge.learn(pair);
  const spending = new Spending(run);
  const rounds = new Map<string, number>();
  const poor = new Map<string, number>();
  const isDry = (category: Category): boolean =>
    (poor.get(category.name) ?? 0) >= GEN.dryAfter ||
    (category.from !== undefined && sourcesOf(category.from, 0, standing.pairs).length === 0);
  let failures = 0;

  for (;;) {
    signal.throwIfAborted();
    const missing = missingOf(quotas, standing.pairs);
    const left = [...missing.values()].reduce((a, b) => a + b, 0);
    const open = CATEGORIES[job.kind].filter(({ name }) => missing.get(name)! > 0);
    const category = open.find((one) => !isDry(one));
    const over = spending.tokens >= run.budget;
    if (category === undefined || over) {
      const why = left === 0 ? 'complete' : category === undefined ? 'dry' : 'budget';
      yield { type: 'done', why, kept: standing.pairs.length, missing: left, spent: spending.spent };
      return;
    }
    const wanted = missing.get(category.name)!;
    const count = Math.min(GEN.batch, Math.ceil(wanted * GEN.spare));
    const round = rounds.get(category.name) ?? 0;
    rounds.set(category.name, round + 1);
    try {
      const answer = new Answer(run, judge, category, wanted, spending);
      const request = requestFor(job, category, { count, round, pairs: standing.pairs });
      yield* answer.read(request, retry, signal);
      const few = answer.kept < Math.max(1, Math.min(count, wanted) * GEN.dryShare);
      poor.set(category.name, few ? (poor.get(category.name) ?? 0) + 1 : 0);
      failures = 0;
      yield {
        type: 'request',
        category: category.name,
        kept: answer.kept,
        rejected: answer.rejected,
        spent: spending.spent,
      };
      if (isDry(category) && answer.kept < wanted)
        yield { type: 'dry', category: category.name, missing: wanted - answer.kept };
    } catch (error) {
      if (!(error instanceof ProviderError) || !error.retryable) throw error;
      failures++;
      const waitMs = waitOf(error, failures, retry);
      if (waitMs === undefined) throw givenUp(error, failures, retry);
      yield { type: 'retry', reason: error.message, waitMs, failures };
      await run.clock.sleep(waitMs, signal);
    }
  }
}

/** How long to wait after so many failures in a row; undefined: no longer. */
function waitOf(error: ProviderError, failures: number, retry: RetrySettings): number | undefined {
  if (failures >= retry.failures || (error.retryAfterMs ?? 0) > retry.longestAskedMs) return undefined;
  const own = Math.min(retry.mostMs, retry.firstMs * retry.factor ** (failures - 1));
  // Asked to wait less than we would: it knows better.
  return error.retryAfterMs ?? own;
}

function givenUp(error: ProviderError, failures: number, retry: RetrySettings): ProviderError {
  const asked = error.retryAfterMs ?? 0;
  const tooLong = asked > retry.longestAskedMs;
  return new ProviderError(
    tooLong
      ? `${error.message}, and asks to wait ${Math.ceil(asked / 60_000)} minutes`
      : `${error.message}; that was failure ${failures} in a row`,
    {
      where: error.where,
      hint: 'what came so far is in the file; the same command goes on from there later',
      retryable: false,
      status: error.status,
      retryAfterMs: error.retryAfterMs,
    },
  );
}

/** One request and what comes of it. */
class Answer {
  kept = 0;
  readonly rejected: Partial<Record<Rejection, number>> = {};
  readonly #run: Generation;
  readonly #judge: Judge;
  readonly #category: Category;
  readonly #wanted: number;
  readonly #spending: Spending;

  constructor(run: Generation, judge: Judge, category: Category, wanted: number, spending: Spending) {
    this.#run = run;
    this.#judge = judge;
    this.#category = category;
    this.#wanted = wanted;
    this.#spending = spending;
  }

  async *read(
    request: Parameters<Provider['complete']>[0],
    retry: RetrySettings,
    signal: AbortSignal,
  ): AsyncGenerator<GenEvent> {
    const { provider, clock, standing, save } = this.#run;
    const lines = new Lines();
    let characters = 0;
    let billed: Tokens | undefined;
    let ended = false;
    try {
      for await (const event of watched(provider, request, retry.silenceMs, clock, signal)) {
        if (event.type === 'usage') billed = event;
        else if (event.type === 'text') {
          characters += event.text.length;
          if (this.#keep(lines.push(event.text)) > 0) yield this.#progress();
          // A server that ignores the limit must not write, and bill, for ever.
          if (tokensOf(characters) > 3 * request.maxTokens) break;
        } else {
          ended = true;
          // Stopped at the limit, the last line may be half a pair that looks like a whole one.
          if (event.why === 'done' && this.#keep([lines.end()]) > 0) yield this.#progress();
        }
      }
    } finally {
      // An answer without a word was not billed, as far as we know.
      const own = {
        inputTokens: tokensOf(request.system.length + request.prompt.length),
        outputTokens: tokensOf(characters),
      };
      if (billed && ended) this.#spending.add(billed, false);
      else if (characters > 0 || billed)
        this.#spending.add(
          {
            inputTokens: billed?.inputTokens ?? own.inputTokens,
            outputTokens: Math.max(billed?.outputTokens ?? 0, own.outputTokens),
          },
          true,
        );
      const { rejected } = standing.sidecar;
      for (const [reason, count] of Object.entries(this.rejected)) rejected[reason] = (rejected[reason] ?? 0) + count;
      standing.sidecar.requests++;
      save(standing.sidecar);
    }
  }

  /** Judge lines, write down the sound ones; returns how many those are. */
  #keep(lines: readonly string[]): number {
    const { standing, out } = this.#run;
    const { name } = this.#category;
    let text = '';
    let count = 0;
    for (const line of lines) {
      let verdict = this.#judge.judge(line, this.#category);
      if (verdict === undefined) continue;
      if (typeof verdict === 'object' && this.kept + count >= this.#wanted) verdict = 'more than asked for';
      if (typeof verdict === 'string') {
        this.rejected[verdict] = (this.rejected[verdict] ?? 0) + 1;
        continue;
      }
      if (standing.pairs.length === 0) text += `${unknownText(GEN_UNKNOWN)}\n`;
      if (standing.pairs.at(-1)?.category !== name) text += `# ${name}\n`;
      text += `${pairText(verdict)}\n`;
      this.#judge.learn(verdict);
      standing.pairs.push({ ...verdict, category: name });
      count++;
    }
    if (text !== '') out.append(text);
    this.kept += count;
    return count;
  }

  #progress(): GenEvent {
    const { standing } = this.#run;
    return {
      type: 'pairs',
      category: this.#category.name,
      kept: standing.pairs.length,
      spent: this.#spending.spent,
    };
  }
}

/** Adds up, for this run and in the sidecar for all. */
class Spending {
  readonly #run: Generation;
  readonly #total: Tokens = { inputTokens: 0, outputTokens: 0 };
  #estimated = false;

  constructor(run: Generation) {
    this.#run = run;
  }

  add(tokens: Tokens, estimated: boolean): void {
    const { sidecar } = this.#run.standing;
    for (const sum of [this.#total, sidecar]) {
      sum.inputTokens += tokens.inputTokens;
      sum.outputTokens += tokens.outputTokens;
    }
    const cost = dollars(tokens, this.#run.price);
    sidecar.dollars = cost === undefined || sidecar.dollars === null ? null : sidecar.dollars + cost;
    this.#estimated ||= estimated;
  }

  get tokens(): number {
    return this.#total.inputTokens + this.#total.outputTokens;
  }

  get spent(): Spent {
    return { ...this.#total, dollars: dollars(this.#total, this.#run.price), estimated: this.#estimated };
  }
}
