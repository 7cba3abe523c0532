/** The threads of a training run, seen from the main thread: one stream of messages, and an end that always comes. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { WorkerMessage, WorkerTask } from './worker.js';

export class Workers {
  readonly #threads: Worker[];
  readonly #messages: WorkerMessage[] = [];
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(tasks: WorkerTask[]) {
    this.#threads = tasks.map((task) => {
      const thread = new Worker(entry(), { workerData: task });
      thread.on('message', (message: WorkerMessage) => this.#arrived(() => this.#messages.push(message)));
      thread.on('error', (error: Error) => this.#arrived(() => (this.#failure ??= error)));
      return thread;
    });
  }

  #arrived(note: () => void): void {
    note();
    this.#wake?.();
  }

  /** The next message of any worker; throws what a worker threw. */
  async next(): Promise<WorkerMessage> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const message = this.#messages.shift();
      if (message) return message;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** All of them are ready: begin. */
  go(): void {
    for (const thread of this.#threads) thread.postMessage('go');
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

/**
 * The worker's file. Run from source (tests, development) it is TypeScript, which needs a loader; Node 20 does not
 * apply one to a worker's first module, so that is a line that sets the loader up and goes on to the worker.
 */
function entry(): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL('./worker.js', import.meta.url);
  // `require.resolve` answers with the CommonJS twin of the module wanted.
  const twin = createRequire(import.meta.url).resolve('tsx/esm/api');
  const loader = pathToFileURL(twin.replace(/\.cjs$/, '.mjs')).href;
  const worker = new URL('./worker.ts', import.meta.url).href;
  const code = `import { register } from ${JSON.stringify(loader)}; register(); await import(${JSON.stringify(worker)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
