/**
 * What the first layer's inputs can be: a question's part, whose counts add up to as many pieces as the longest line
 * has, and the rest. What is left out of a program, and what is kept in bytes, is proved by these.
 */
import { CONTEXT_LENGTH, QUERY_BUCKETS } from '../model/encoder.js';
import type { Network } from '../model/network.js';

export interface InputBounds {
  /** Inputs that are the question's, the first ones. */
  question: number;
  /** The most pieces in a question. */
  pieces: number;
  /** The most counts of all other inputs together. */
  others: number;
}

/** @param longest bytes of a line */
export function inputBounds({ closed, layers }: Network, longest: number): InputBounds {
  if (!closed) return { question: QUERY_BUCKETS, pieces: longest, others: 3 * CONTEXT_LENGTH - 3 };
  // Pieces of two letters and of three, with a blank at both ends; at most one fork's input is 1.
  return { question: closed.buckets, pieces: 2 * longest + 1, others: layers[0]!.inputs > closed.buckets ? 1 : 0 };
}
