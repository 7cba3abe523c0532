/** What a run takes, before and while it runs: tokens, and dollars where the price is known. */
import { CATEGORIES, type GenPair, type Job } from './job.js';
import { GEN } from './limits.js';
import { requestFor } from './prompts.js';

/** US dollars for a million tokens. */
export interface Price {
  input: number;
  output: number;
}

/** As of November 2026: platform.claude.com/docs/en/about-claude/pricing (prompts of up to 100,000 tokens). */
const PRICES: readonly [model: RegExp, price: Price][] = [
  [/^claude-haiku-5-5/, { input: 0.1, output: 0.5 }],
  [/^claude-sonnet-5-5/, { input: 2, output: 10 }],
  [/^claude-opus-5-5/, { input: 4, output: 20 }],
  [/^claude-haiku-4-5/, { input: 1, output: 5 }],
];

export function priceOf(model: string): Price | undefined {
  return PRICES.find(([pattern]) => pattern.test(model))?.[1];
}

export interface Tokens {
  inputTokens: number;
  outputTokens: number;
}

export function dollars({ inputTokens, outputTokens }: Tokens, price: Price | undefined): number | undefined {
  return price && (inputTokens * price.input + outputTokens * price.output) / 1e6;
}

export interface Estimate extends Tokens {
  requests: number;
}

/** What the pairs that are missing will take, rather too much than too little. */
export function estimateOf(job: Job, missing: ReadonlyMap<string, number>): Estimate {
  const total: Estimate = { requests: 0, inputTokens: 0, outputTokens: 0 };
  for (const category of CATEGORIES[job.kind]) {
    const pairs = Math.ceil((missing.get(category.name) ?? 0) * GEN.spare);
    const requests = Math.ceil(pairs / GEN.batch);
    // A prompt as it will be when there are pairs to quote.
    const quoted = Array.from({ length: GEN.known }, (): GenPair => ({
      question: 'is it something one finds at home',
      answer: 'YES',
      category: category.from ?? category.name,
    }));
    const { system, prompt } = requestFor(job, category, { count: GEN.batch, round: 0, pairs: quoted });
    total.requests += requests;
    total.inputTokens += requests * tokensOf(system.length + prompt.length);
    total.outputTokens += pairs * GEN.tokensPerPair * (category.turns ?? 1);
  }
  return total;
}

/** Tokens of so many characters, for text that nobody has counted. */
export function tokensOf(characters: number): number {
  return Math.ceil(characters / GEN.charactersPerToken);
}
