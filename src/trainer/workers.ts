/** The threads of a training run, seen from the main thread: one stream of messages, and an end that always comes. */
import { Worker } from 'node:worker_threads';
import { startableThread } from '../package.js';
import type { WorkerMessage, WorkerTask } from './worker.js';

export class ThreadCrew<Message> {
  readonly #threads: Worker[];
  readonly #messages: Message[] = [];
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  /** @param module what each thread runs, with one of the tasks as its data */
  constructor(module: string, tasks: readonly object[]) {
    this.#threads = tasks.map((task) => {
      const thread = new Worker(startableThread(module), { workerData: task });
      thread.on('message', (message: Message) => this.#arrived(() => this.#messages.push(message)));
      thread.on('error', (error: Error) => this.#arrived(() => (this.#failure ??= error)));
      return thread;
    });
  }

  #arrived(note: () => void): void {
    note();
    this.#wake?.();
  }

  /** The next message of any worker; throws what a worker threw, or the signal's reason. */
  async next(signal?: AbortSignal): Promise<Message> {
    const wake = (): void => this.#wake?.();
    signal?.addEventListener('abort', wake, { once: true });
    try {
      for (;;) {
        if (this.#failure) throw this.#failure;
        signal?.throwIfAborted();
        const message = this.#messages.shift();
        if (message) return message;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal?.removeEventListener('abort', wake);
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

/** Those that train a free model. */
export class Workers extends ThreadCrew<WorkerMessage> {
  constructor(tasks: WorkerTask[]) {
    super('trainer/worker', tasks);
  }
}
