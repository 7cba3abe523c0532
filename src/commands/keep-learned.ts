/** Keeping what a command has found out about the board on a port, for the next one. */
import { InputError } from '../seams/errors.js';
import type { Learned } from '../transfer/doctor.js';
import { boardKey, remember } from './known-boards.js';
import type { Shell } from './shared.js';

/** Where that is not possible, what was done holds all the same: a note, and no failure. */
export function keepLearned(shell: Shell, key: string, learned: Learned): void {
  try {
    const file = remember(shell.files, key, { ...learned, seen: new Date().toISOString().slice(0, 10) });
    shell.note(`remembered for ${key} in ${file}; flash and console use it unless told otherwise`);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const where = error.where === undefined ? '' : `${error.where}: `;
    shell.note(`not remembered for the next flash or console: ${where}${error.message}`);
  }
}

/** The same for what a port itself is called, if it has a lasting name. */
export async function keepLearnedOf(shell: Shell, port: string, learned: Learned): Promise<void> {
  const key = await boardKey(port);
  if (key !== undefined) keepLearned(shell, key, learned);
}
