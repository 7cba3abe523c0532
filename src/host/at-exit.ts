/**
 * What was changed on the terminal (raw mode, hidden cursor) is put back on every way out of the process: at its usual
 * end, at `process.exit`, and after an uncaught error. A signal that ends the process at once leaves no such moment, so
 * whoever uses this also listens for signals (src/commands/interruption.ts).
 */
const restorers = new Set<() => void>();
let listening = false;

/**
 * @param restore runs once, in the process's last moment, unless it was done before; what it throws is nobody's business
 * @returns does it now
 */
export function atExit(restore: () => void): () => void {
  if (!listening) process.once('exit', restoreAll);
  listening = true;
  const once = (): void => {
    if (!restorers.delete(once)) return;
    try {
      restore();
    } catch {
      // The terminal is gone: then there is nothing to put back.
    }
  };
  restorers.add(once);
  return once;
}

function restoreAll(): void {
  // The last change first.
  for (const restore of [...restorers].reverse()) restore();
}
