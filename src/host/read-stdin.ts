/** Standard input as a file is read: whole, and no longer than such a file may be. */
import { InputError } from '../seams/errors.js';
import type { FileKind } from '../seams/file-store.js';
import { grouped } from '../seams/words.js';
import { FILE_LIMITS } from './file-limits.js';

/**
 * To its end. No bound on the time: whoever wrote the pipeline, or types, knows what they wait for.
 * @param name what errors call it
 * @throws InputError where more comes than such a file may have
 */
export async function readStdin(
  kind: FileKind,
  name: string,
  stdin: AsyncIterable<Uint8Array> = process.stdin,
): Promise<Uint8Array> {
  const { mostBytes, name: what } = FILE_LIMITS[kind];
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stdin) {
    length += part.length;
    if (length > mostBytes)
      throw new InputError(`this has more than ${grouped(mostBytes)} bytes, which is too long for ${what}`, {
        where: name,
        hint: `see what writes to standard input`,
      });
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
