/**
 * The one way in which a file of this computer is replaced: written beside its name, then renamed, so that a reader,
 * and whoever is interrupted, has the earlier file or the new one, never a part.
 */
import {
  chmodSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PIPE_PATIENCE } from './file-limits.js';
import { sleepHere } from './sleep-here.js';

/**
 * How long a rename is tried on Windows, where nobody can rename what another program has open: virus scanners and
 * indexers open each new file as soon as it is closed, mostly for some milliseconds.
 */
export const RENAME_PATIENCE = {
  /** All waits together. Scanners rarely take a second; one who waits for an error that stays should not wait longer. */
  totalMs: 3_000,
  /** The first wait; each is twice the one before. */
  firstMs: 10,
};
const HELD = new Set(['EPERM', 'EBUSY', 'EACCES']);

/** What a rename needs of the computer; tests have another. */
export interface RenameHost {
  readonly isWindows: boolean;
  rename(from: string, to: string): void;
  sleep(ms: number): void;
}

const HOST: RenameHost = {
  isWindows: process.platform === 'win32',
  rename: renameSync,
  sleep: sleepHere,
};

/** Rename over whatever file has the name; on Windows again while another program holds one of them. */
export function renamePatiently(from: string, to: string, host = HOST, patience = RENAME_PATIENCE): void {
  let left = patience.totalMs;
  for (let pause = patience.firstMs; ; pause *= 2) {
    try {
      return host.rename(from, to);
    } catch (cause) {
      const isHeld = host.isWindows && HELD.has((cause as NodeJS.ErrnoException).code ?? '');
      if (!isHeld || left <= 0) throw cause;
      const ms = Math.min(pause, left);
      host.sleep(ms);
      left -= ms;
    }
  }
}

/** A target that is not replaced, found out before anything is written. Its code is looked up like the system's own. */
export class TargetRefusal extends Error {
  readonly syscall = 'replace';
  constructor(readonly code: 'EISDIR' | 'READ_ONLY_FILE' | 'FULL_PIPE') {
    super(code);
  }
}

/**
 * The file that has the name now.
 * @throws TargetRefusal for a folder, and for a file that nobody may write: a rename would not mind, its owner does
 */
export function replaceable(path: string): Stats | undefined {
  const earlier = statSync(path, { throwIfNoEntry: false });
  if (earlier?.isDirectory()) throw new TargetRefusal('EISDIR');
  if (earlier?.isFile() && (earlier.mode & 0o222) === 0) throw new TargetRefusal('READ_ONLY_FILE');
  return earlier;
}

/** A process that dies while it writes (kill -9) leaves what it wrote beside; the next one that writes there takes it away. */
const STALE_MS = 60_000;

/**
 * Replace a file as a whole, with the rights that it had, or leave it untouched. Where the name is a symbolic link, the
 * file that it leads to is replaced, and the link stays.
 * @throws TargetRefusal, or what the system says
 */
export function replaceFile(path: string, data: Uint8Array | string): void {
  const earlier = replaceable(path);
  // Such as /dev/null or a pipe: there is no file to be replaced, least of all by root.
  if (earlier && !earlier.isFile()) return writeToDevice(path, data);
  const target = earlier ? realpathSync(path) : path;
  removeStale(target);
  // Beside the target, so that the rename stays on one file system; the process id keeps two runs apart.
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    // Left by a process that had this number before us; and a link that somebody put there is not followed.
    rmSync(temporary, { force: true });
    writeFileSync(temporary, data, { flag: 'wx' });
    if (earlier) chmodSync(temporary, earlier.mode);
    renamePatiently(temporary, target);
  } catch (cause) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // What went wrong first is what is worth telling.
    }
    throw cause;
  }
}

/** What processes left that are no more. A young one may be that of another computer, whose processes we do not know. */
function removeStale(target: string): void {
  const [lead, folder] = [`.${basename(target)}.`, dirname(target)];
  try {
    for (const name of readdirSync(folder)) {
      const pid = name.startsWith(lead) ? /^(\d+)\.tmp$/.exec(name.slice(lead.length))?.[1] : undefined;
      if (pid === undefined || isRunning(Number(pid))) continue;
      const path = join(folder, name);
      if (Date.now() - statSync(path).mtimeMs > STALE_MS) rmSync(path, { force: true });
    }
  } catch {
    // Only tidying: what is wrong with the folder is found out by writing there.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** A pipe whose reader takes nothing is waited for as long as one that is read. */
function writeToDevice(path: string, data: Uint8Array | string): void {
  const bytes = Buffer.from(data);
  const file = openSync(path, constants.O_WRONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
  try {
    let silentMs = 0;
    for (let done = 0; done < bytes.length;) {
      try {
        done += writeSync(file, bytes, done);
        silentMs = 0;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        if (silentMs >= PIPE_PATIENCE.silenceMs) throw new TargetRefusal('FULL_PIPE');
        sleepHere(PIPE_PATIENCE.lookMs);
        silentMs += PIPE_PATIENCE.lookMs;
      }
    }
  } finally {
    closeSync(file);
  }
}
