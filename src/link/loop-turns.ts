/**
 * A turn of the event loop after whatever serialport's native part says.
 *
 *     kernel ──► epoll, in C++ ──► poller emits "readable" ──► a promise is resolved … and its continuation waits
 *
 * From Node 26.4 on, what a native part calls in this way leaves continuations waiting until the loop has something else to
 * do (https://github.com/nodejs/node/pull/62969): bytes that came after 1 ms were seen at the next timer, 100 ms later, and
 * a board's characters arrived all at once. https://github.com/serialport/bindings-cpp/pull/239 is the library's own cure;
 * when it is released this file can go.
 */
import type { EventEmitter } from 'node:events';

/** A port of the library's, where it is open: on a Unix with what polls its descriptor, on Windows without. */
export interface NativePort {
  poller?: Pick<EventEmitter, 'on'>;
}

/** Where there is no poller to hear, the loop turns so often while the port is open. */
const TURN_MS = 1;

/** @returns ends it */
export function turnLoopFor(port: NativePort | undefined, needed = stalls(process.versions.node)): () => void {
  const { poller } = port ?? {};
  if (poller) {
    for (const event of ['readable', 'writable', 'disconnect']) poller.on(event, () => setImmediate(() => {}));
    return () => {};
  }
  if (!needed) return () => {};
  const turning = setInterval(() => {}, TURN_MS).unref();
  return () => clearInterval(turning);
}

/** Does this version of Node leave them waiting? */
export function stalls(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 26 || (major === 26 && minor >= 4);
}
