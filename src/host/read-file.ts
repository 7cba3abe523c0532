/**
 * The one way in which a file of this computer is read whole: no more of it than such a file may have, and never without
 * end. A device is refused before it is opened (opening a serial port may reset the board on it); a pipe is read for as
 * long as something comes.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { PIPE_PATIENCE } from './file-limits.js';
import { sleepHere } from './sleep-here.js';

/** Why a file is not read, found out here. Its code is looked up like the system's own. */
export class SourceRefusal extends Error {
  readonly syscall = 'read';
  constructor(readonly code: 'EISDIR' | 'DEVICE' | 'TOO_LONG' | 'SILENT_PIPE') {
    super(code);
  }
}

const PART = 64 * 1024;
/** Windows has neither the flag nor the pipes that need it. */
const AT_ONCE = (constants.O_NONBLOCK as number | undefined) ?? 0;

/**
 * @param mostBytes a longer one is refused
 * @throws SourceRefusal, or what the system says
 */
export function readWholeFile(path: string, mostBytes: number, patience = PIPE_PATIENCE): Uint8Array {
  const before = statSync(path);
  if (before.isDirectory()) throw new SourceRefusal('EISDIR');
  if (before.isCharacterDevice() || before.isBlockDevice() || before.isSocket()) {
    if (isNull(before)) return new Uint8Array();
    throw new SourceRefusal('DEVICE');
  }
  const file = openSync(path, constants.O_RDONLY | AT_ONCE);
  try {
    const stat = fstatSync(file);
    if (stat.isFile() && stat.size > mostBytes) throw new SourceRefusal('TOO_LONG');
    return readToEnd(file, stat, mostBytes, patience);
  } finally {
    closeSync(file);
  }
}

/** To the end, whatever its size is said to be: files below /proc have none, and one may grow meanwhile. */
function readToEnd(file: number, stat: Stats, mostBytes: number, patience: typeof PIPE_PATIENCE): Uint8Array {
  let bytes = Buffer.allocUnsafe(stat.isFile() && stat.size > 0 ? stat.size + 1 : PART);
  let length = 0;
  let silentMs = 0;
  for (;;) {
    if (length === bytes.length) {
      const longer = Buffer.allocUnsafe(Math.min(2 * length, mostBytes + 1));
      bytes.copy(longer);
      bytes = longer;
    }
    const count = readSome(file, bytes, length);
    // A pipe that nobody has opened for writing yet reads as if it were at its end.
    const isEnd = count === 0 && (!stat.isFIFO() || length > 0);
    if (isEnd) return new Uint8Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + length));
    if (count === undefined || count === 0) {
      if (silentMs >= patience.silenceMs) throw new SourceRefusal('SILENT_PIPE');
      sleepHere(patience.lookMs);
      silentMs += patience.lookMs;
      continue;
    }
    silentMs = 0;
    length += count;
    if (length > mostBytes) throw new SourceRefusal('TOO_LONG');
  }
}

/** @returns how many bytes came, 0 at the end, undefined if there are none yet */
function readSome(file: number, bytes: Buffer, from: number): number | undefined {
  try {
    return readSync(file, bytes, from, bytes.length - from, null);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

/** /dev/null is an empty file to all who read it. */
function isNull(stat: Stats): boolean {
  return stat.isCharacterDevice() && stat.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}
