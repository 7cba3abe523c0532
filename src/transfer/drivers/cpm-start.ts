/** Start a program at the CP/M prompt and take the prompt's own output away, so that what follows is the program's. */
import { TransferError } from '../../seams/errors.js';
import type { CpmLine } from '../cpm-line.js';
import { hear, type Ending } from '../ending.js';
import { fileParts } from './driver.js';
import { toBytes } from '../../seams/bytes.js';

/** The echo comes back within a character time or two; a loaded USB hub may add some 10 ms. */
const ECHO_TIMEOUT_MS = 3_000;
/**
 * "NAME?" comes when the directories were searched: on a floppy, or behind a busy server, in a second or two. Only a
 * program that says nothing for so long is waited for in vain.
 */
const UNKNOWN_MS = 3_000;
/**
 * What follows the echo: from CP/M the very name, "?", and the prompt again; anything else is the program's own. It may say
 * "WHO?", and one that is called WHO may, too.
 */
function answerOf(command: string, line: CpmLine): (text: string) => Ending<'unknown' | 'begun'> | undefined {
  const named = `(?:[A-P]\\d{0,2}:)?${command.replace(/[^\w]/g, '\\$&')}\\?\\s*[\\r\\n]`;
  const unknown = new RegExp(`^\\s*${named}\\s*\\S`, 'i');
  const firstWord = new RegExp(`^\\s*(?!${named}|\\s)\\S+\\s`, 'i');
  return (text) => {
    if (unknown.test(text) && line.promptOf(text) !== undefined) return { kind: 'unknown', quietMs: 0 };
    return firstWord.test(text) ? { kind: 'begun', quietMs: 0 } : undefined;
  };
}

export async function startAtPrompt(line: CpmLine, name: string, tail: string): Promise<void> {
  const { drive, command } = fileParts(name);
  await line.cleanPrompt();
  const typed = `${drive === undefined ? '' : `${drive}:`}${command}${tail === '' ? '' : ` ${tail}`}`;
  await line.typeLine(typed);
  // The echo ends in CR, and the command processor's CR LF follows it.
  await line.reader.expect(/\n/, ECHO_TIMEOUT_MS, `${JSON.stringify(typed)} to begin`);
  const { kind, text } = await hear(line.reader, answerOf(command, line), { what: 'an answer', totalMs: UNKNOWN_MS });
  if (kind === 'unknown')
    throw new TransferError(`the board does not know ${command}`, {
      where: line.link.name,
      hint: `flash it first, or log the drive that it is on`,
    });
  line.link.unread(toBytes(text));
}
