/** The process in which a virtual board runs: see virtual-board.ts for what is said between the two. */
import { nodeClock } from './node-clock.js';
import { runBoard } from './run-board.js';
import type { BoardSettings } from './virtual-board.js';

async function run(settings: BoardSettings): Promise<void> {
  const abort = new AbortController();
  // Told to end in whatever way: the disk is saved first.
  for (const event of ['disconnect', 'SIGTERM', 'SIGHUP']) process.once(event, () => abort.abort());
  await runBoard(settings, {
    clock: nodeClock,
    signal: abort.signal,
    answer: (message) => void (process.connected && process.send?.(message)),
    onRequest: (listener) => void process.on('message', listener),
  });
  if (process.connected) process.disconnect();
}

// Ctrl-C and a closed terminal go to the whole foreground group: the process that started this one decides, and when that
// is gone, the channel is. So what is on the disk is saved.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGTSTP'] as const) process.on(signal, () => {});
// Not at once: Node stumbles where the channel is closed while it still hands over its first message.
process.once('message', (settings) => setImmediate(() => void run(settings as BoardSettings)));
