/**
 * The UI's end of the engine, which runs in a process of its own: whatever it computes, a key is answered at once, and
 * whatever happens to it (a driver for serial ports is native code), the terminal is given back as it was.
 *
 *     here                          engine-process.ts
 *     fork ───────────────────────► waits
 *     Settings ───────────────────► makes the engine
 *     Command ────────────────────► …
 *          ◄────── EngineEvent[] ── one batch at a time (outbox.ts)
 *     seen ───────────────────────► the next one
 *     farewell ───────────────────► stops what runs, tells what became of it, closes line and board, exits
 *     (disconnect)                  without farewell: this process died, and the terminal is given back from there
 */
import { fork } from 'node:child_process';
import { startable } from '../package.js';
import { endsWithinMs, GRACE_MS } from '../pipeline/abort.js';
import type { PipelineEvent } from '../pipeline/events.js';
import type { Command, EngineEvent, Settings } from './protocol.js';

export interface EngineClient {
  /** @returns false where there is no engine any more */
  send(command: Command): boolean;
  /**
   * Resolves when line and board are closed, or that has taken too long.
   * @param onWait told where a transfer has to come to its end first
   */
  close(onWait?: () => void): Promise<void>;
}

/**
 * Stopping what runs, closing the line and the logs have bounds of their own in the engine, 3 s together; a transfer that
 * is not to be left where it is says how long it takes, which comes on top.
 */
const CLOSE_MS = 4_000;

/** How often it is looked whether that is over: what a transfer says may come after the farewell. */
const LOOK_MS = 250;

export interface EngineListener {
  /** Resolves when all of them are taken in. */
  events(batch: EngineEvent[]): Promise<void>;
  /** It ended by itself, which is a defect, or was killed. */
  ended(why: string): void;
  /** Something in it printed. */
  text(text: string): void;
}

/** As the engine counts it (Engine.stageEndMs), from what it tells. */
function toldEndMs(event: EngineEvent): number | undefined {
  if (event.type === 'busy') return 0;
  const told = endsWithinMs(event as { type: PipelineEvent['type'] });
  return told === undefined || told === 0 ? told : told + GRACE_MS;
}

/** @param terminal how it was, see terminal-guard.ts */
export function startEngine(settings: Settings, terminal: string | undefined, listener: EngineListener): EngineClient {
  const { path, execArgv } = startable('tui/engine-process');
  const child = fork(path, [terminal ?? ''], {
    execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let closing = false;
  let isOver = false;
  const end = (why: string): void => {
    if (isOver) return;
    isOver = true;
    if (!closing) listener.ended(why);
  };
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve();
      end(`the engine stopped (${signal ?? code})`);
    });
    child.once('error', (error) => {
      // Not started at all: no exit follows.
      if (child.pid === undefined) resolve();
      end(`the engine cannot be reached: ${error.message}`);
    });
  });
  const send = (command: Command): boolean => {
    if (isOver || !child.connected) return false;
    // A channel that breaks in this moment is told by `exit`.
    child.send(command, () => undefined);
    return true;
  };
  let begun = false;
  let stageEndMs = 0;
  child.on('message', (batch: EngineEvent[]) => {
    begun = true;
    for (const event of batch) stageEndMs = toldEndMs(event) ?? stageEndMs;
    void listener.events(batch).then(() => send({ type: 'seen' }));
  });
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => listener.text(chunk.toString()));
  child.send(settings, () => undefined);
  return {
    send,
    async close(onWait = () => {}) {
      closing = true;
      // One that has done nothing yet has nothing to close.
      if (!begun) child.kill('SIGKILL');
      else send({ type: 'farewell' });
      const asked = performance.now();
      let isWaiting = false;
      const late = setInterval(() => {
        if (stageEndMs > 0 && !isWaiting) onWait();
        isWaiting ||= stageEndMs > 0;
        if (performance.now() - asked > CLOSE_MS + stageEndMs) child.kill('SIGKILL');
      }, LOOK_MS);
      await ended;
      clearInterval(late);
    },
  };
}
