/**
 * Reading and writing a port at once, on this thread. The library hands each read and write to libuv's thread pool, where
 * another thread has to be woken, and this one again: per block of XMODEM twice, which is a tenth of a short block's time on
 * the wire. But it opens ports non-blocking and polls them itself, so a call that finds nothing returns at once (EAGAIN),
 * and only then its poller is asked.
 *
 *     library   stream ──► binding.read ──► thread pool ──► read(2) EAGAIN ──► poller ──► thread pool ──► read(2)
 *     here      stream ──► binding.read ──► read(2) EAGAIN ──► poller ──► read(2)
 */
import { readSync, writeSync } from 'node:fs';
import type { EventEmitter } from 'node:events';

type Ready = 'readable' | 'writable';

/** What the library's binding has on a Unix; its own types do not tell all of it. */
export interface UnixBinding {
  fd: number | null;
  isOpen: boolean;
  poller: Pick<EventEmitter, 'once'>;
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
  write(buffer: Buffer): Promise<void>;
  writeOperation: Promise<void> | null;
}

/** A system in whose calls nothing waits; tests have their own. */
export interface Calls {
  read(fd: number, buffer: Uint8Array, offset: number, length: number): number;
  write(fd: number, buffer: Uint8Array, offset: number): number;
}

const SYSTEM: Calls = {
  read: (fd, buffer, offset, length) => readSync(fd, buffer, offset, length, null),
  write: (fd, buffer, offset) => writeSync(fd, buffer, offset),
};

/** A terminal that was hung up gives and takes nothing, at once, for ever: between two tries. */
const HUNG_UP_MS = 10;
/**
 * After so many reads timers, keys and signals get their turn: a source that is faster than we are would leave them none, for
 * no call here waits.
 */
const READS_IN_ROW = 16;
const WAITS: readonly (string | undefined)[] = ['EAGAIN', 'EWOULDBLOCK', 'EINTR'];
/** A device that has gone: the library then closes the port, with this error. */
const GONE: readonly (string | undefined)[] = ['EBADF', 'ENXIO', 'UNKNOWN'];

/** Give an open binding such a `read` and `write`. One that is not polled (Windows) is left as it is. */
export function useDirectIo(binding: Partial<UnixBinding> | undefined, calls = SYSTEM): void {
  if (binding?.poller === undefined || typeof binding.fd !== 'number') return;
  const unix = binding as UnixBinding;
  let reads = 0;
  unix.read = async (buffer, offset, length) => {
    if (++reads % READS_IN_ROW === 0) await new Promise((turn) => setImmediate(turn));
    for (;;) {
      const bytesRead = await call(unix, 'readable', (fd) => calls.read(fd, buffer, offset, length));
      if (bytesRead > 0) return { buffer, bytesRead };
      // A pseudo-terminal whose other end has gone: the library asks again, and so do we, but not without a pause.
      await pause();
    }
  };
  unix.write = (buffer) => {
    const work = (async () => {
      for (let at = 0; at < buffer.length;) {
        const taken = await call(unix, 'writable', (fd) => calls.write(fd, buffer, at));
        at += taken;
        if (taken === 0) await pause();
      }
      unix.writeOperation = null;
    })();
    return (unix.writeOperation = work);
  };
}

const pause = (): Promise<void> => new Promise((later) => setTimeout(later, HUNG_UP_MS));

/** What `work` returns, as soon as the port is ready for it. */
async function call(binding: UnixBinding, event: Ready, work: (fd: number) => number): Promise<number> {
  for (;;) {
    if (!binding.isOpen || binding.fd === null)
      throw Object.assign(new Error('Port is not open'), event === 'readable' && { canceled: true });
    try {
      return work(binding.fd);
    } catch (error) {
      const { code, errno } = error as NodeJS.ErrnoException;
      if (!WAITS.includes(code))
        throw Object.assign(error as Error, (GONE.includes(code) || errno === -1) && { disconnect: true });
    }
    await new Promise<void>((resolve, reject) =>
      binding.poller.once(event, (error: Error | null) => (error ? reject(error) : resolve())),
    );
  }
}
