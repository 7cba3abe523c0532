/**
 * Can the program be written where it is to go? Some of it is known before anything is sent, by what the board says:
 *
 *     us      P:                            log the drive
 *     board   Bdos Err On P: Select         there is none
 *     us      B:STAT GUESS.COM              an old file of that name: may it be erased?
 *     board   2   2k   1 R/O A:GUESS.COM    no: erasing it would fail after the transfer
 *     us      B:XM RX Z80LM.$$$             the receiver makes the file before it asks for the first block
 *     board   Bdos Err On B: Bad Sector     a ROM disk; ZSDOS: "ZSDOS error on C: Bad Sector"
 *
 * Nothing is written to find out: SAVE, which could, is another program on CP/M 3 (it stays in memory and asks for a name
 * later) and on NZCOM.
 */
import { LinkError, TransferError } from '../seams/errors.js';
import { DISK_ERROR } from '../seams/prompt.js';
import type { CpmLine } from './cpm-line.js';

interface Trouble {
  /** Of why the board complains. */
  sign: RegExp;
  words: string;
  /** What the user can do about it. */
  remedy: (drive: string, file: string) => string;
}

/** Looked through in this order. ZSDOS says W/P where CP/M says R/O. */
const TROUBLES: readonly Trouble[] = [
  {
    sign: /Select|No Drive|Invalid Drive/i,
    words: 'there is no such drive',
    remedy: (drive, file) => `the board has no drive ${drive}:; ${another(drive, file)}`,
  },
  {
    sign: /File (?:R\/O|W\/P)|Read.Only File/i,
    words: 'the file cannot be written',
    remedy: (drive, file) => `erase ${file} or make it writable there: STAT ${drive}:${file} $R/W`,
  },
  {
    sign: /Bad Sector|R\/O|W\/P|Read.Only|Disk I\/O/i,
    words: 'the disk cannot be written',
    remedy: (drive, file) => `drive ${drive}: is a ROM disk, write-protected, or damaged; ${another(drive, file)}`,
  },
];

function troubleIn(text: string): { drive: string; trouble: Trouble } | undefined {
  const [, drive, why] = DISK_ERROR.exec(text) ?? [];
  const trouble = TROUBLES.find(({ sign }) => why !== undefined && sign.test(why));
  return trouble && { drive: drive!.toUpperCase(), trouble };
}

/** What a board's report of a disk error means, in words, where it is a known one. */
export const diskTrouble = (text: string): string | undefined => troubleIn(text)?.trouble.words;

/** RomWBW's boot text has a table of its drives. */
function another(drive: string, file: string): string {
  return drive === 'A'
    ? `if the board has another that can be written, name it, as in --as C:${file} (the text at its start lists them)`
    : `name another, as in --as A:${file}`;
}

/**
 * An error in which the board complains of a disk, with a remedy that fits that drive in place of a general one.
 * @param file without a drive
 */
export function withDiskRemedy(error: unknown, file: string): unknown {
  if (!(error instanceof LinkError)) return error;
  const found = troubleIn(error.message);
  if (found === undefined) return error;
  const hint = found.trouble.remedy(found.drive, file);
  return new TransferError(error.message, { where: error.where, hint, cause: error, ...error.reason });
}

/**
 * An old file that is to be replaced must not be read-only. Where the board has no STAT, or its answer is lost on the line,
 * that is not known, and erasing it will tell.
 * @param stat `B:STAT`, or undefined
 * @throws TransferError
 */
export async function mustBeReplaceable(line: CpmLine, file: string, stat: string | undefined): Promise<void> {
  if (stat === undefined) return;
  const text = await answerTo(line, `${stat} ${file}`);
  // "    2     2k    1 R/O A:GUESS.COM"; a file hidden from DIR stands in parentheses.
  const drive = /\bR\/O +\(?([A-P]):/i.exec(text)?.[1];
  if (drive === undefined) return;
  throw new TransferError(`${file} on the board is read-only`, {
    where: line.link.name,
    hint: `make it writable on the board, with ${stat} ${drive.toUpperCase()}:${file} $R/W, or send it under another name with --as`,
  });
}

/** Empty where it was lost: then the board is at its prompt again. @throws LinkError where the line is lost or called off */
async function answerTo(line: CpmLine, command: string): Promise<string> {
  try {
    return (await line.command(command)).text;
  } catch (error) {
    if (!(error instanceof TransferError) || error.reason.canceled || error.reason.disconnected) throw error;
    await line.cleanPrompt();
    return '';
  }
}
