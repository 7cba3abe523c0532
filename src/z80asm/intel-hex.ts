/** Intel HEX: records of 16 bytes, `:LLAAAATT…CC`, then the end record with the entry address. */

function record(address: number, type: number, data: Uint8Array): string {
  const bytes = [data.length, address >> 8, address & 0xff, type, ...data];
  const sum = bytes.reduce((a, b) => a + b, 0);
  return `:${[...bytes, -sum & 0xff].map((b) => b.toString(16).toUpperCase().padStart(2, '0')).join('')}`;
}

/** Segments as Intel HEX text; gaps between them are not filled. */
export function toIntelHex(segments: readonly { address: number; bytes: Uint8Array }[], entry = 0): string {
  const lines: string[] = [];
  for (const { address, bytes } of segments)
    for (let at = 0; at < bytes.length; at += 16) lines.push(record(address + at, 0, bytes.subarray(at, at + 16)));
  lines.push(record(entry, 1, new Uint8Array(0)));
  return `${lines.join('\n')}\n`;
}
