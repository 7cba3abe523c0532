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
import type { Command, EngineEvent, Settings } from './protocol.js';

export interface EngineClient {
  /** @returns false where there is no engine any more */
  send(command: Command): boolean;
  /** Resolves when line and board are closed, or that has taken too long. */
  close(): Promise<void>;
}

/** Stopping what runs, closing the line and the logs have bounds of their own in the engine, 3 s together. */
const CLOSE_MS = 4_000;

export interface EngineListener {
  /** Resolves when all of them are taken in. */
  events(batch: EngineEvent[]): Promise<void>;
  /** It ended by itself, which is a defect, or was killed. */
  ended(why: string): void;
  /** Something in it printed. */
  text(text: string): void;
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
  child.on('message', (batch: EngineEvent[]) => {
    begun = true;
    void listener.events(batch).then(() => send({ type: 'seen' }));
  });
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => listener.text(chunk.toString()));
  child.send(settings, () => undefined);
  return {
    send,
    async close() {
      closing = true;
      // One that has done nothing yet has nothing to close.
      if (!begun) child.kill('SIGKILL');
      else send({ type: 'farewell' });
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
