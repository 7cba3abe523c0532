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

/** @throws LinkError where the system has no pseudo-terminals */
export async function openPty(): Promise<OpenWire> {
  const { master, slave, fd, ptsName } = await open();
  closeTwin(slave._handle.fd, fd, ptsName);
  for (const stream of [master, slave]) neverRead(stream);
  makeRaw(ptsName);
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
    close() {
      slave.destroy();
      master.destroy();
    },
  };
}

async function open(): Promise<OpenedPty> {
  const hint = 'use --tcp PORT instead, and tcp://localhost:PORT as the port';
  if (process.platform === 'win32') throw new LinkError('Windows has no pseudo-terminals', { unavailable: true, hint });
  try {
    // Loaded here, so that --tcp works where its binary is missing.
    const nodePty = (await import('@lydell/node-pty')) as unknown as { open(options: object): OpenedPty };
    return nodePty.open({ encoding: null });
  } catch (cause) {
    const message = `no pseudo-terminal can be made: ${(cause as Error).message}`;
    throw new LinkError(message, { unavailable: true, hint, cause });
  }
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
  throw new LinkError(`stty could not make the pseudo-terminal raw: ${String(result.error ?? result.stderr).trim()}`, {
    where: path,
    unavailable: true,
  });
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
