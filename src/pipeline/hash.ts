/** Stages know their inputs by a hash. */
import { createHash } from 'node:crypto';

/** Hash of the parts, or undefined where one is missing. */
export function hashOf(...parts: (Uint8Array | string | undefined)[]): string | undefined {
  const hash = createHash('sha256');
  for (const part of parts) {
    if (part === undefined) return undefined;
    hash.update(`${part.length}:`).update(part);
  }
  return hash.digest('hex');
}
