/** What `z80lm time --out` wrote, as far as others need it. */
import { z } from 'zod';
import { InputError } from '../seams/errors.js';

const TimingFile = z.object({
  format: z.literal('z80lm timing 1'),
  effectiveHz: z.number().min(1e4).max(1e10),
  clock: z.object({ doubt: z.string().optional() }).optional(),
});

/**
 * The clock at which an emulator without wait states is as fast as the board that was measured.
 * @throws InputError where the file is no timing, or one that could not tell the clock
 */
export function readEffectiveHz(file: Uint8Array, where: string): number {
  let timing: z.infer<typeof TimingFile>;
  try {
    timing = TimingFile.parse(JSON.parse(new TextDecoder().decode(file)));
  } catch (cause) {
    throw new InputError('the file is no timing', { where, hint: 'z80lm time --out writes one', cause });
  }
  const doubt = timing.clock?.doubt;
  if (doubt === undefined) return timing.effectiveHz;
  throw new InputError(`this timing could not tell the board's clock: ${doubt}`, {
    where,
    hint: 'measure again while nothing else runs on this computer, or give --clock',
  });
}
