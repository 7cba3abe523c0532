/**
 * The process in which the engine runs: see engine-client.ts for what is said between the two. The engine itself is
 * loaded late, so that from its first moments on this process can give the terminal back for one that died.
 */
import { Outbox } from './outbox.js';
import type { Command, Settings } from './protocol.js';
import { restoreTerminal } from './terminal-guard.js';

/**
 * Longest way out, beside what a transfer has said of its end. Everything on it has a bound of its own; this one is for what
 * nobody thought of, so that no process is left behind that holds a board's port.
 */
const LEAVE_MS = 5_000;

const terminal = process.argv[2] || undefined;
let leaving = false;
/** What a transfer has said of its end, in ms. */
let stageEndMs = (): number => 0;
let close = (): Promise<void> => Promise.resolve();
const outbox = new Outbox((batch) => {
  // A reader that was killed is not known to be gone until a write fails; that must not end this process.
  if (process.connected) process.send!(batch, undefined, undefined, () => {});
});

/** Whatever is told meanwhile of the end of a transfer comes on top. */
function exitAfter(ms: number, waitedMs = 0): void {
  setTimeout(() => {
    const now = LEAVE_MS + stageEndMs();
    if (now > ms + waitedMs) exitAfter(now - ms - waitedMs, ms + waitedMs);
    else process.exit();
  }, ms).unref();
}

function leave(isFarewell: boolean): void {
  if (leaving) return;
  leaving = true;
  exitAfter(LEAVE_MS + stageEndMs());
  if (!isFarewell) outbox.close();
  const restored = isFarewell ? Promise.resolve() : restoreTerminal(terminal);
  void Promise.all([restored, close()]).finally(() => process.exit());
}

// Ctrl-C, Ctrl-Z and a closed terminal go to the whole foreground group: the process that draws decides.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGTERM', 'SIGTSTP'] as const) process.on(signal, () => {});
// Nobody reads them any more when that process was killed.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const waiting: Command[] = [];
let take = (command: Command): void => void waiting.push(command);
process.on('message', (message: Settings | Command) => {
  if (!('type' in message)) void serve(message);
  else if (message.type === 'farewell') leave(true);
  else if (message.type === 'seen') outbox.seen();
  else take(message);
});
process.once('disconnect', () => leave(false));
if (!process.connected) leave(false);

async function serve(settings: Settings): Promise<void> {
  const { Engine } = await import('./engine.js');
  const engine = new Engine(settings, outbox);
  stageEndMs = () => engine.stageEndMs;
  close = async () => {
    await engine.close();
    // Its last words.
    await outbox.empty();
  };
  engine.start();
  take = (command) => engine.handle(command);
  waiting.forEach(take);
}
