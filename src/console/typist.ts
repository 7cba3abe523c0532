/**
 * Keys and texts on their way to the board, in the order in which they were typed.
 *
 *     a key            at once, 3 ms behind the one before: a burst of them is no more than a hand can type
 *     some characters  that came at once (a quick hand, a busy computer): each when the one before was echoed
 *     a paste, a file  the same, and each line when the board waits for it (echo-typer.ts); the next key stops it
 *
 * ^C never waits: what has not gone out is dropped, and it goes. All that waits is bounded.
 */
import type { Clock } from '../seams/clock.js';
import { EchoTyper } from '../transfer/echo-typer.js';

export const TYPIST_SETTINGS = {
  /** Keys that wait for a board which takes none: two lines. What is typed beyond them is refused. */
  mostKeys: 256,
};

export interface TypistWays {
  /** Sends it, if it is still wanted when its turn comes. Resolves when it is out; never rejects. */
  write(bytes: Uint8Array, wanted: () => boolean): Promise<void>;
  enter(): Uint8Array;
  /** Milliseconds behind a character, and behind a line. */
  delays(): { charDelay: number; lineDelay: number };
}

/** A text that is being typed. */
interface Text {
  typer: EchoTyper;
  /** What a key stops: a paste, or a file of this name. */
  stoppable: boolean;
}

export class Typist {
  #items: (Text | Uint8Array)[] = [];
  /** Writes that are not out yet. */
  #writing = 0;
  /** Changes when what waits is dropped. */
  #round = 0;
  #freeAtMs = -Infinity;

  constructor(
    private readonly ways: TypistWays,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Characters and keys that wait. */
  get waiting(): number {
    return this.#items.reduce((sum, item) => sum + (isText(item) ? item.typer.total - item.typer.done : 1), 0);
  }
  /** Is something under way that `turn` has to be called for, its last answer included? */
  get busy(): boolean {
    return this.#items.length > 0;
  }
  /** Is a paste or a file under way, which a key stops? */
  get stoppable(): boolean {
    return this.waiting > 0 && this.#items.some((item) => isText(item) && item.stoppable);
  }

  /** A key that was typed. @returns false where too much waits already */
  key(bytes: Uint8Array): boolean {
    if (this.#items.length + this.#writing >= TYPIST_SETTINGS.mostKeys) return false;
    if (this.waiting > 0) this.#items.push(bytes);
    else {
      this.#items = [];
      this.#send(bytes);
    }
    return true;
  }

  /** A key that overtakes whatever waits, and that is dropped. */
  atOnce(bytes: Uint8Array): void {
    this.stop();
    this.#send(bytes);
  }

  /**
   * Characters that came together.
   * @param stoppable a paste or a file, and no quick hand
   * @param prompt the line on which the board stands, where that is known
   */
  text(bytes: Uint8Array, stoppable: boolean, prompt?: string): void {
    const last = this.#items.at(-1);
    if (last !== undefined && isText(last) && last.stoppable === stoppable) last.typer.append(bytes);
    else this.#items.push({ typer: new EchoTyper(bytes, this.ways.enter(), prompt), stoppable });
    this.turn();
  }

  /** Drop what waits. @returns how many characters were typed of the text that was under way, and how many it has */
  stop(): { done: number; total: number } {
    const texts = this.#items.filter(isText).map(({ typer }) => typer);
    this.#items = [];
    this.#round++;
    const sum = (of: (typer: EchoTyper) => number): number => texts.reduce((total, typer) => total + of(typer), 0);
    return { done: sum((typer) => typer.done), total: sum((typer) => typer.total) };
  }

  /** What the board said. */
  heard(bytes: Uint8Array): void {
    const now = this.clock.now();
    for (const item of this.#items) if (isText(item)) item.typer.heard(bytes, now);
  }

  /** Type what is due. To be called often while it is busy. */
  turn(): void {
    // A board that holds the line back is not written to in advance: what waits in the system cannot be dropped any more.
    while (this.#writing === 0 && this.#items.length > 0) {
      const now = this.clock.now();
      if (now < this.#freeAtMs) return;
      const item = this.#items[0]!;
      if (!isText(item)) {
        this.#items.shift();
        this.#send(item);
        continue;
      }
      const due = item.typer.next(now);
      if (due === undefined) {
        // Its last answer is waited for only by a text that goes on.
        const isOver = item.typer.finished(now) || (item.typer.done === item.typer.total && this.#items.length > 1);
        if (!isOver) return;
        this.#items.shift();
        continue;
      }
      const { charDelay, lineDelay } = this.ways.delays();
      this.#send(due, item.typer.atLineEnd ? Math.max(charDelay, lineDelay) : charDelay);
    }
  }

  #send(bytes: Uint8Array, delayMs = 0): void {
    const round = this.#round;
    // What nothing stands before is on its way.
    const wanted = this.#writing === 0 ? () => true : () => round === this.#round;
    this.#writing++;
    void this.ways.write(bytes, wanted).finally(() => {
      this.#writing--;
      this.#freeAtMs = this.clock.now() + delayMs;
      this.turn();
    });
  }
}

const isText = (item: Text | Uint8Array): item is Text => 'typer' in item;
