/** Limits that the Z80 sets. */

/** The widest layer: an index is one byte. */
export const MAX_WIDTH = 256;
/** The design's promise: a model that this tool trained becomes a program of at most so many bytes, unless told otherwise. */
export const DEFAULT_MAX_SIZE = 40_960;
/** The most bytes of a program: it, its buffers and the smallest system fit into 64 KB. */
export const MOST_SIZE = 52_992;
/** The smallest program that training can be told to aim at. */
export const LEAST_TRAINED_SIZE = 4096;
/** The most characters an answer has. */
export const MAX_ANSWER = 50;
