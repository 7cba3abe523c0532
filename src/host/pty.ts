/**
 * A pseudo-terminal with this process at the master's end. Whoever opens `path` has a serial port that is raw, does
 * not echo, and keeps settings and unread data between one opening and the next.
 *
 *     us: master fd ◄──► kernel, some 4 KB each way ◄──► slave, `path`: serialport, picocom, sx
 *
 * Bytes go through the descriptors with non-blocking reads and writes rather than through node-pty's streams: those
 * would read ahead, and then a board that raises RTS could not hold the writer.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { LinkError } from '../seams/errors.js';
import type { OpenWire } from './plug.js';

/** What node-pty's `open` returns on a Unix, beyond the terminal that its types tell of. */
interface OpenedPty {
  master: ReadStream;
  slave: ReadStream & { _handle: { fd: number } };
  fd: number;
  ptsName: string;
}

/** @throws LinkError if this system cannot make one, with the reason alone as its message */
export async function openPty(): Promise<OpenWire> {
  const { master, slave, fd, ptsName } = await open();
  const close = (): void => {
    slave.destroy();
    master.destroy();
  };
  try {
    closeTwin(slave._handle.fd, fd, ptsName);
    for (const stream of [master, slave]) neverRead(stream);
    makeRaw(ptsName);
  } catch (error) {
    close();
    // A container may have /dev/ptmx and no /dev/pts: then the terminal is made, and its path leads nowhere.
    throw error instanceof LinkError ? error : unavailable((error as Error).message, error);
  }
  return {
    path: ptsName,
    read(most) {
      const buffer = new Uint8Array(most);
      return buffer.subarray(
        0,
        unlessBusy(() => readSync(fd, buffer)),
      );
    },
    write: (bytes) => unlessBusy(() => writeSync(fd, bytes)),
    close,
  };
}

async function open(): Promise<OpenedPty> {
  if (process.platform === 'win32') throw unavailable('Windows has none that can be opened as a port');
  // With another C library it may load, and crash when it is used (https://github.com/microsoft/node-pty/issues/852).
  if (process.platform === 'linux' && !usesGlibc()) throw unavailable('@lydell/node-pty is made for glibc alone');
  try {
    // Loaded here, so that TCP works where its binary is missing.
    const nodePty = (await import('@lydell/node-pty')) as unknown as { open(options: object): OpenedPty };
    return nodePty.open({ encoding: null });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw unavailable(code === 'ERR_MODULE_NOT_FOUND' ? '@lydell/node-pty is not installed' : message, cause);
  }
}

function nodesReport(): object {
  // It would look up the names of whoever this process is connected to, which may take seconds.
  return Object.assign(process.report, { excludeNetwork: true }).getReport();
}

/** @param report Node's report of itself, which names its C library if that is glibc; tests have another */
export function usesGlibc(report = nodesReport()): boolean {
  const { header } = report as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime !== undefined;
}

function unavailable(why: string, cause?: unknown, where?: string): LinkError {
  return new LinkError(why.split('\n', 1)[0]!, { where, unavailable: true, cause });
}

/**
 * A terminal's stream opens the terminal once more for itself, and closes only that; the descriptor that it was given
 * would stay as long as this process. It lies between the two that are known.
 */
function closeTwin(slave: number, master: number, path: string): void {
  const { rdev } = statSync(path);
  for (let fd = master + 1; fd < slave; fd++) if (isDevice(fd, rdev)) closeSync(fd);
}

function isDevice(fd: number, rdev: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isCharacterDevice() && stat.rdev === rdev;
  } catch {
    return false;
  }
}

/** node-pty has told the stream to flow, from the next tick on. It must take nothing from the descriptor. */
function neverRead(stream: ReadStream): void {
  stream._read = () => {};
  stream.pause();
}

/** No echo, no signals, no translation in either direction, for programs that don't say so themselves. */
function makeRaw(path: string): void {
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const result = spawnSync('stty', ['raw', '-echo'], { stdio: [fd, 'ignore', 'pipe'] });
  closeSync(fd);
  if (result.status === 0) return;
  const { code } = (result.error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOENT') throw unavailable('stty, which makes it raw, is not installed', result.error);
  throw unavailable(`stty could not make it raw: ${String(result.error ?? result.stderr).trim()}`, result.error, path);
}

/** The count, or 0 where the kernel has nothing to give or no room. */
function unlessBusy(transfer: () => number): number {
  try {
    return transfer();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
