/** Two transcripts, byte for byte. */
import type { Transcript } from './transcript.js';

export interface Difference {
  /** Bytes into the text compared. */
  offset: number;
  /** The byte on each side, or undefined where that side had already ended. */
  left: number | undefined;
  right: number | undefined;
}

export interface ExchangeComparison {
  /** The question, or undefined for the program's opening. */
  question: string | undefined;
  left: string | undefined;
  right: string | undefined;
  difference: Difference | undefined;
}

export interface Comparison {
  left: string;
  right: string;
  equal: boolean;
  /** Bytes that were compared on the left side. */
  bytes: number;
  exchanges: ExchangeComparison[];
}

/**
 * Compare the opening and every exchange, echo included, with no normalisation at all. An exchange that one side
 * lacks is a difference: missing data is never equal.
 */
export function compareTranscripts(left: Transcript, right: Transcript): Comparison {
  const exchanges: ExchangeComparison[] = [
    {
      question: undefined,
      left: undefined,
      right: undefined,
      difference: firstDifference(left.opening, right.opening),
    },
  ];
  const nothing = new Uint8Array();
  for (let i = 0; i < Math.max(left.exchanges.length, right.exchanges.length); i++) {
    const [a, b] = [left.exchanges[i], right.exchanges[i]];
    exchanges.push({
      question: (a ?? b)!.question,
      left: a?.answer,
      right: b?.answer,
      difference: firstDifference(a?.raw ?? nothing, b?.raw ?? nothing),
    });
  }
  return {
    left: left.target,
    right: right.target,
    equal: exchanges.every((exchange) => exchange.difference === undefined),
    bytes: left.exchanges.reduce((sum, exchange) => sum + exchange.raw.length, left.opening.length),
    exchanges,
  };
}

function firstDifference(left: Uint8Array, right: Uint8Array): Difference | undefined {
  const length = Math.max(left.length, right.length);
  for (let offset = 0; offset < length; offset++)
    if (left[offset] !== right[offset]) return { offset, left: left[offset], right: right[offset] };
  return undefined;
}
