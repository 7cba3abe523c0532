/**
 * A closed set as files have it: models and checkpoints. In a file of its own, so that programs which use this library are
 * not made to compile zod's types.
 */
import { z } from 'zod';
import { STEPS } from './closed-set.js';

/** Its form; checkClosed looks at what it says. */
export const ClosedSetSchema = z.object({
  buckets: z.number().int(),
  steps: z.enum(STEPS),
  answers: z.array(z.string()),
  unknown: z.object({ answer: z.string(), margin: z.number().int().min(0).max(0x7fff) }).optional(),
});
