/**
 * A board described in a JSON file instead of code: which program receives, how it is called and what it says, and
 * how its line wants to be treated. `docs/transfer.md` has an example.
 */
import { z } from 'zod';
import { InputError } from '../seams/errors.js';
import { parseJson } from '../seams/json-text.js';
import { plainLine } from '../seams/plain.js';
import { pageUrl } from '../seams/pages.js';
import { cpmXmodem } from './drivers/cpm-xmodem.js';
import type { Driver } from './drivers/driver.js';

const pattern = z.string().refine(
  (text) => {
    try {
      new RegExp(text);
      return true;
    } catch {
      return false;
    }
  },
  { error: 'is no regular expression' },
);
const drives = z.string().regex(/^[A-P]+$/, { error: 'has letters from A to P' });
const withFile = z.string().includes('{file}', { error: 'must have {file} where the name goes' });

const BOARD_FILE = z.strictObject({
  /** In words, for messages. */
  name: z.string().min(1).transform(plainLine),
  /** The receiver without .COM, and the drives to look for it on, likeliest first. */
  tool: z.string().regex(/^[A-Za-z0-9$]{1,8}$/, { error: 'is a program name without .COM' }),
  toolDrives: drives.optional(),
  /** Arguments: `R {file}`. */
  receive: withFile,
  /** Arguments to send a file back, if it can: `S {file}`. */
  send: withFile.optional(),
  /** What it prints when it listens; the first block then goes at once instead of at its request. */
  ready: z
    .strictObject({
      text: pattern,
      afterMs: z.number().min(0).max(10_000).default(50),
      check: z.enum(['crc', 'checksum']).default('crc'),
    })
    .optional(),
  /** What it prints when all is well. */
  thanks: pattern.optional(),
  /** Where programs go. */
  drive: drives.length(1).optional(),
  blockSize: z.literal([128, 1024]).default(128),
  line: z
    .strictObject({
      baud: z.number().int().min(50).max(4_000_000).optional(),
      flow: z.enum(['rtscts', 'none']).optional(),
      stopBits: z.literal([1, 2]).optional(),
      paceMs: z.number().min(0).max(1000).optional(),
    })
    .default({}),
});

export interface BoardFile {
  driver: Driver;
  /** What the file says about the line; what the user says on the command line goes before. */
  line: z.infer<typeof BOARD_FILE>['line'];
}

/** @throws InputError that names the file and every field that is wrong */
export function parseBoardFile(text: string, path: string): BoardFile {
  const parsed = BOARD_FILE.safeParse(parseJson(text, 'this board file', path));
  if (!parsed.success) {
    const findings = parsed.error.issues.map(({ path: field, message }) =>
      plainLine(`${field.join('.') || 'it'}: ${message}`),
    );
    throw new InputError(`this board file is not right: ${findings.join('; ')}`, {
      where: path,
      hint: `an example of each field: ${pageUrl('transfer')}`,
    });
  }
  const { name, tool, toolDrives, receive, send, ready, thanks, drive, blockSize, line } = parsed.data;
  const driver = cpmXmodem(name, name, [
    {
      name,
      title: name,
      tool: tool.toUpperCase(),
      toolDrives,
      receive,
      send,
      ready: ready && { text: new RegExp(ready.text), begin: ready.check, afterMs: ready.afterMs },
      thanks: thanks === undefined ? undefined : new RegExp(thanks),
      drive,
      blockSize,
    },
  ]);
  return { driver, line };
}
