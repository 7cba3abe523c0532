/** Intel HEX: records of 16 bytes, `:LLAAAATT…CC`, then the end record with the entry address. */
import { hexRecords, type Segment } from '../seams/intel-hex.js';

/** Segments as Intel HEX text; gaps between them are not filled. */
export function toIntelHex(segments: readonly Segment[], entry = 0): string {
  return `${hexRecords(segments, entry).join('\n')}\n`;
}
