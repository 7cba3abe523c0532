/** A program to run, debug or take apart: its bytes, unless they are the source that one still has to be made of. */
import { InputError } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';

const SOURCE_NAME = /\.(asm|azm|mac|s|z80|src)$/i;
/** What no source has and nearly every program does: a byte that no text begins with. */
const NOT_TEXT = /[^\t\n\f\r\x1a\x20-\x7e\x80-\xff]/;
const LOOKED_AT = 1_024;

/** @throws InputError for a file that cannot be read, and for assembler source */
export function readProgram(files: FileStore, path: string): Uint8Array {
  const bytes = files.read(path, 'program');
  const beginning = String.fromCharCode(...bytes.subarray(0, LOOKED_AT));
  if (SOURCE_NAME.test(path) && bytes.length > 0 && !NOT_TEXT.test(beginning))
    throw new InputError('this is source, not a program', {
      where: path,
      hint: `z80lm asm ${path} -o ${path.replace(SOURCE_NAME, '.COM')} makes the program`,
    });
  return bytes;
}
