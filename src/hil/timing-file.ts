/** What `z80lm time --out` wrote, as far as others need it. */
import { z } from 'zod';
import { InputError } from '../seams/errors.js';

const TimingFile = z.object({ format: z.literal('z80lm timing 1'), effectiveHz: z.number().min(1e4).max(1e10) });

/**
 * The clock at which an emulator without wait states is as fast as the board that was measured.
 * @throws InputError where the file is no timing
 */
export function readEffectiveHz(file: Uint8Array, where: string): number {
  try {
    return TimingFile.parse(JSON.parse(new TextDecoder().decode(file))).effectiveHz;
  } catch (cause) {
    throw new InputError('the file is no timing', { where, hint: 'z80lm time --out writes one', cause });
  }
}
