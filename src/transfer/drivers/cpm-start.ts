/** Start a program at the CP/M prompt and take the prompt's own output away, so that what follows is the program's. */
import { TransferError } from '../../seams/errors.js';
import { toBytes } from '../../link/byte-reader.js';
import type { CpmLine } from '../cpm-line.js';
import { fileParts } from './driver.js';

/** The echo comes back within a character time or two; a loaded USB hub may add some 10 ms. */
const ECHO_TIMEOUT_MS = 3_000;
/** "NAME?" comes at once; a program that is found has to be read from its disk first. */
const UNKNOWN_MS = 250;

export async function startAtPrompt(line: CpmLine, name: string, tail: string): Promise<void> {
  const { drive, command } = fileParts(name);
  await line.cleanPrompt();
  const typed = `${drive === undefined ? '' : `${drive}:`}${command}${tail === '' ? '' : ` ${tail}`}`;
  await line.typeLine(typed);
  // The echo ends in CR, and the command processor's CR LF follows it.
  await line.reader.expect(/\n/, ECHO_TIMEOUT_MS, `${JSON.stringify(typed)} to begin`);
  const next = await line.reader.seek([/^\s*[^\s?]+\?\r/], UNKNOWN_MS);
  if (next.index === 0)
    throw new TransferError(`the board does not know ${command}`, {
      where: line.link.name,
      hint: `flash it first, or log the drive that it is on`,
    });
  if ('tail' in next) line.link.unread(toBytes(next.tail));
}
