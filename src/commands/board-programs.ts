/** Our own programs for boards, assembled from firmware/ when they are needed. */
import { firmwareReader } from '../build/firmware-files.js';
import type { FileStore } from '../seams/file-store.js';

/** @param main such as recv/recv.asm. A defect of ours if it does not assemble: tests see to that. */
export async function assembleFor(files: FileStore, main: string): Promise<Uint8Array> {
  const { assemble } = await import('../z80asm/index.js');
  const { ok, bytes, diagnostics } = assemble({ main, ...firmwareReader(files) });
  if (!ok)
    throw new Error(`firmware/${main} does not assemble: ${diagnostics.map(({ message }) => message).join('; ')}`);
  return bytes;
}
