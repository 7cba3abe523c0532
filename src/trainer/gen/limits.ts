/** Every number that bounds a run of generation, and why it is what it is. */
export const GEN = {
  /** Pairs asked for at once. More repeat themselves within an answer; fewer pay the prompt too often. */
  batch: 40,
  /** Output tokens an asked-for pair may take before the model is stopped: three times what pairs take. */
  maxTokensPerPair: 40,
  /** Room for models that think before they write. */
  maxTokensSpare: 2_000,
  /** Tokens a pair takes, as "does it live in africa|YES" and its line end do; for estimates. */
  tokensPerPair: 12,
  /** Characters a token of English has, low, so that estimates are high (newer tokenizers cut finer). */
  charactersPerToken: 3,
  /** Of what comes back this many times as much is asked for as is kept: duplicates and mistakes. */
  spare: 1.4,
  /** A run stops when it has taken this many times the tokens it was allowed: the user agreed to the estimate. */
  overrun: 2,
  /** A category is given up after so many answers in a row ... */
  dryAfter: 3,
  /** ... with less than this share of the pairs asked for: the model has no more. */
  dryShare: 0.1,
  /** Questions already there that a request names, so that they are not made again. */
  known: 40,
  /** Pairs that a request has paraphrased, and so many wordings of each. */
  sources: 10,
  /** Longest question kept. People type less to a Z80; longer lines are explanations, not questions. */
  longestQuestion: 80,
  /** Longest answer kept where any is allowed: each character costs the Z80 time. */
  longestAnswer: 24,
  /** A line of an answer is thrown away from here on: no pair is so long. */
  longestLine: 400,
} as const;

export const RETRY = {
  /** Failures in a row that end the run: with the waits below about two minutes. */
  failures: 7,
  /** The first wait; each further one is twice as long. Rate limits count by the minute. */
  firstMs: 1_000,
  factor: 2,
  /** The longest wait of our own. */
  mostMs: 60_000,
  /** The longest wait that a provider may ask for (retry-after); beyond it, come back later. */
  longestAskedMs: 10 * 60_000,
  /** No sign of life for so long is a cut connection. A local model may take this long to load. */
  silenceMs: 120_000,
} as const;

export type RetrySettings = { readonly [name in keyof typeof RETRY]: number };
