/**
 * The UI's end of the engine, which runs in a process of its own: whatever it computes, a key is answered at once, and
 * whatever happens to it (a driver for serial ports is native code), the terminal is given back as it was.
 *
 *     here                          engine-process.ts
 *     fork ───────────────────────► waits
 *     Settings ───────────────────► makes the engine
 *     Command ────────────────────► …
 *          ◄──────── EngineEvent ──
 *     disconnect ─────────────────► closes line and board, exits; so it also does when this process dies
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command, EngineEvent, Settings } from './protocol.js';

export interface EngineClient {
  send(command: Command): void;
  /** Resolves when line and board are closed, or that has taken too long. */
  close(): Promise<void>;
}

const CLOSE_MS = 4_000;
const FROM_SOURCE = import.meta.url.endsWith('.ts');
const PROCESS = fileURLToPath(new URL(FROM_SOURCE ? './engine-process.ts' : './engine-process.js', import.meta.url));

/** @param onEnd it ended by itself, which is a defect; @param onText what something in it printed */
export function startEngine(
  settings: Settings,
  onEvent: (event: EngineEvent) => void,
  onEnd: (why: string) => void,
  onText: (text: string) => void,
): EngineClient {
  const child = fork(PROCESS, [], {
    execArgv: FROM_SOURCE ? ['--import', import.meta.resolve('tsx')] : [],
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
  child.on('message', (event: EngineEvent) => onEvent(event));
  child.on('error', (error) => onEnd(error.message));
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => onText(chunk.toString()));
  child.send(settings);
  return {
    send: (command) => void (child.connected && child.send(command)),
    async close() {
      closing = true;
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
