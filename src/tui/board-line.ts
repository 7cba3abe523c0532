/**
 * The board's line while the UI runs. A stage, a key and `connect` may all want it in the same moment: it is opened
 * once. While no stage of the pipeline talks on it, what the board says is told.
 */
import { nodeClock as clock } from '../host/node-clock.js';
import { startVirtualBoard, type VirtualBoard } from '../host/virtual-board.js';
import { toBytes } from '../link/byte-reader.js';
import { openLink } from '../link/open-link.js';
import { pacedLink } from '../link/paced-link.js';
import type { ByteLink } from '../seams/byte-link.js';
import type { Target } from '../seams/target.js';
import { boardTarget } from '../transfer/board-target.js';
import { LINE_SETTINGS } from '../transfer/cpm-line.js';
import { createDriver } from '../transfer/drivers/index.js';
import { recogniseBoard } from '../transfer/recognise.js';
import { VIRTUAL, type Settings } from './protocol.js';
import { tapLink, type Tap } from './tap-link.js';

const POLL_MS = 50;

interface OpenBoard {
  tap: Tap;
  keyboard: ReturnType<typeof pacedLink>;
  virtual: VirtualBoard | undefined;
  /** As recognised; asked once a line. */
  kind: string | undefined;
}

export interface BoardListener {
  opened(path: string): void;
  said(bytes: Uint8Array): void;
  /** The line is of no use any more; it has yet to be closed. */
  lost(error: unknown): void;
}

export class BoardLine {
  #board: OpenBoard | undefined;
  #opening: Promise<OpenBoard> | undefined;
  /** The last key on its way to the board. */
  #typing: Promise<void> = Promise.resolve();
  /** A stage of the pipeline reads the line. */
  taken = false;

  constructor(private readonly listener: BoardListener) {}

  /** What went over the line, if it is open. */
  get tap(): Tap | undefined {
    return this.#board?.tap;
  }

  async open(settings: Settings): Promise<ByteLink> {
    return (await this.#opened(settings)).tap.link;
  }

  async #opened(settings: Settings): Promise<OpenBoard> {
    return this.#board ?? (this.#opening ??= this.#open(settings).finally(() => (this.#opening = undefined)));
  }

  async #open({ port, clockHz, baud, flow, paceMs }: Settings): Promise<OpenBoard> {
    const virtual = port === VIRTUAL ? await startVirtualBoard({ clockHz }) : undefined;
    try {
      const options = { clock, baud, flow, paceMs };
      const tap = tapLink(await openLink(virtual?.path ?? port, virtual ? { clock } : options));
      const keyboard = pacedLink(tap.link, clock, LINE_SETTINGS.typingMs);
      this.#board = { tap, keyboard, virtual, kind: undefined };
    } catch (error) {
      await virtual?.close();
      throw error;
    }
    this.listener.opened(this.#board.tap.link.name);
    void this.#listen(this.#board);
    return this.#board;
  }

  /** @returns whether it was open */
  async close(): Promise<boolean> {
    const board = this.#board;
    this.#board = undefined;
    await board?.tap.link.close();
    await board?.virtual?.close();
    return board !== undefined;
  }

  /** The board on the open line, recognised if it has not been yet. @param program its name there */
  async target(link: ByteLink, program: string, signal: AbortSignal): Promise<Target> {
    const board = this.#board!;
    board.kind ??= board.virtual ? 'romwbw' : await recogniseBoard(link, clock);
    return boardTarget(link, createDriver(board.kind), clock, { signal, program });
  }

  /** One after the other: keys come faster than they are typed to the board. */
  async type(text: string, settings: Settings): Promise<void> {
    const before = this.#typing;
    this.#typing = (async () => {
      await before.catch(() => undefined);
      await (await this.#opened(settings)).keyboard.write(toBytes(text));
    })();
    await this.#typing;
  }

  async #listen(board: OpenBoard): Promise<void> {
    try {
      while (this.#board === board) {
        if (this.taken) {
          await clock.sleep(POLL_MS);
          continue;
        }
        const arrival = await board.tap.link.read(POLL_MS);
        if (arrival) this.listener.said(arrival.bytes);
      }
    } catch (error) {
      if (this.#board === board) this.listener.lost(error);
    }
  }
}
