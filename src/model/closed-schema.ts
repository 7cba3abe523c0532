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
  memory: z.literal(true).optional(),
  voice: z.object({ replies: z.record(z.string(), z.array(z.string())), repeat: z.string().optional() }).optional(),
  game: z
    .object({
      limit: z.number(),
      secrets: z.array(z.array(z.string())),
      facts: z.array(z.string()),
      truths: z.array(z.string()),
    })
    .optional(),
  unknown: z.object({ answer: z.string(), margin: z.number().int().min(0).max(0x7fff) }).optional(),
});
