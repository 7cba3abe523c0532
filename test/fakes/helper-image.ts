/** Z80LMH.COM, assembled from firmware/helper. */
import { firmwareReader } from '../../src/build/firmware-files.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { assemble, formatDiagnostic } from '../../src/z80asm/assemble.js';

let image: Uint8Array | undefined;

export function helperImage(): Uint8Array {
  if (image === undefined) {
    const { bytes, diagnostics } = assemble({ main: 'helper/helper.asm', ...firmwareReader(nodeFiles) });
    if (diagnostics.length > 0) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
    image = bytes;
  }
  return image;
}
