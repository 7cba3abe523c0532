/** RECV.COM, assembled from firmware/recv. */
import { firmwareReader } from '../../src/build/firmware-files.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { assemble, formatDiagnostic } from '../../src/z80asm/assemble.js';

export function receiver(): Uint8Array {
  const { bytes, diagnostics } = assemble({ main: 'recv/recv.asm', ...firmwareReader(nodeFiles) });
  if (diagnostics.length > 0) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  return bytes;
}
