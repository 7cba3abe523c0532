/**
 * The one way in which a file of this computer is replaced: written beside its name, then renamed, so that a reader,
 * and whoever is interrupted, has the earlier file or the new one, never a part.
 */
import { chmodSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';

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
  // Files are written whole and at once here, so this may only wait where it stands.
  sleep: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
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
  constructor(readonly code: 'EISDIR' | 'READ_ONLY_FILE') {
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

/**
 * Replace a file as a whole, with the rights that it had, or leave it untouched.
 * @throws TargetRefusal, or what the system says
 */
export function replaceFile(path: string, data: Uint8Array | string): void {
  const earlier = replaceable(path);
  // Such as /dev/null or a pipe: there is no file to be replaced, least of all by root.
  if (earlier && !earlier.isFile()) return writeFileSync(path, data);
  // Beside the target, so that the rename stays on one file system; the process id keeps two runs apart.
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    // Left by a process that had this number before us; and a link that somebody put there is not followed.
    rmSync(temporary, { force: true });
    writeFileSync(temporary, data, { flag: 'wx' });
    if (earlier) chmodSync(temporary, earlier.mode);
    renamePatiently(temporary, path);
  } catch (cause) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // What went wrong first is what is worth telling.
    }
    throw cause;
  }
}
