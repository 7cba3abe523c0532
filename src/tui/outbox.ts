/**
 * What the engine has to tell the UI, which may be slower: a board or a program can print megabytes a second, and a
 * terminal model takes in a few. One batch is under way at a time; until it has been seen, what comes is put together: bytes
 * of a console into one piece, figures that a later one makes worthless are left out. Whoever makes more than fits waits
 * for room, and with it the board (flow control, TCP's window) or the emulator. So nothing is lost and nothing grows.
 */
import { concatBytes } from '../seams/bytes.js';
import type { EngineEvent } from './protocol.js';

/** Of a console, waiting: a few screens. The UI shows so much in some hundredths of a second, and a key comes in between. */
export const WAITING_BYTES = 64 * 1024;
/** Anything, waiting. Beyond that the UI stands still (Ctrl-Z, a debugger), and so may the work. */
export const WAITING_EVENTS = 500;

export class Outbox {
  #waiting: EngineEvent[] = [];
  #bytes = 0;
  #underWay = false;
  #closed = false;
  #wake: (() => void)[] = [];

  /** @param post send a batch; `seen` is called for it later */
  constructor(private readonly post: (batch: EngineEvent[]) => void) {}

  /** Never waits: events that tell what happened are few. */
  add(event: EngineEvent): void {
    if (this.#closed) return;
    if (event.type === 'console') this.#bytes += event.bytes.length;
    const last = this.#waiting.at(-1);
    if (last?.type === 'console' && event.type === 'console' && last.side === event.side)
      this.#waiting[this.#waiting.length - 1] = { ...last, bytes: concatBytes([last.bytes, event.bytes]) };
    else {
      const at = this.#waiting.findLastIndex((one) => isOutdatedBy(one, event));
      if (at >= 0) this.#waiting.splice(at, 1);
      this.#waiting.push(event);
    }
    this.#go();
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (!this.#closed && this.isFull) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  /** Resolves when all was seen. */
  async empty(): Promise<void> {
    while (!this.#closed && (this.#underWay || this.#waiting.length > 0))
      await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  get isFull(): boolean {
    return this.#bytes > WAITING_BYTES || this.#waiting.length > WAITING_EVENTS;
  }

  /** The batch under way was taken in. */
  seen(): void {
    this.#underWay = false;
    this.#go();
    this.#wakeAll();
  }

  /** Nobody is there any more: nothing is sent, and nobody waits. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#wakeAll();
  }

  #go(): void {
    if (this.#underWay || this.#closed || this.#waiting.length === 0) return;
    const batch = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    this.#underWay = true;
    this.post(batch);
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** Where only the newest counts. */
function isOutdatedBy(old: EngineEvent, event: EngineEvent): boolean {
  if (old.type !== event.type) return false;
  switch (event.type) {
    case 'emulator':
    case 'wire':
    case 'states':
    case 'ports':
      return true;
    case 'load': {
      const { side, progress } = old as typeof event;
      return side === event.side && progress.phase === event.progress.phase;
    }
    case 'training':
      return event.event.type === 'step' && (old as typeof event).event.type === 'step';
    default:
      return false;
  }
}
