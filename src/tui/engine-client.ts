/**
 * The UI's end of the engine, which runs in a process of its own: whatever it computes, a key is answered at once, and
 * whatever happens to it (a driver for serial ports is native code), the terminal is given back as it was.
 *
 *     here                          engine-process.ts
 *     fork ───────────────────────► waits
 *     Settings ───────────────────► makes the engine
 *     Command ────────────────────► …
 *          ◄──────── EngineEvent ──
 *     farewell, disconnect ───────► closes line and board, exits; a disconnect without farewell means that this
 *                                   process died, and the terminal is given back from there
 */
import { fork } from 'node:child_process';
import { startable } from '../package.js';
import type { Command, EngineEvent, Settings } from './protocol.js';

export interface EngineClient {
  send(command: Command): void;
  /** Resolves when line and board are closed, or that has taken too long. */
  close(): Promise<void>;
}

const CLOSE_MS = 4_000;

/** @param terminal how it was, see terminal-guard.ts; @param onEnd it ended by itself, which is a defect; @param onText what something in it printed */
export function startEngine(
  settings: Settings,
  terminal: string | undefined,
  onEvent: (event: EngineEvent) => void,
  onEnd: (why: string) => void,
  onText: (text: string) => void,
): EngineClient {
  const { path, execArgv } = startable('tui/engine-process');
  const child = fork(path, [terminal ?? ''], {
    execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let closing = false;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve();
      if (!closing) onEnd(`the engine stopped (${signal ?? code})`);
    });
  });
  let begun = false;
  child.on('message', (event: EngineEvent) => {
    begun = true;
    onEvent(event);
  });
  child.on('error', (error) => onEnd(error.message));
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => onText(chunk.toString()));
  child.send(settings);
  return {
    send: (command) => void (child.connected && child.send(command)),
    async close() {
      closing = true;
      if (child.connected) {
        child.send({ type: 'farewell' } satisfies Command);
        child.disconnect();
      }
      // One that has done nothing yet has nothing to close.
      if (!begun) child.kill('SIGKILL');
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
