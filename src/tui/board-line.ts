/**
 * The board's line while the UI runs. A stage, a key and `connect` may all want it in the same moment: it is opened
 * once, and opened and closed in the order in which that was asked for. While no stage of the pipeline talks on it,
 * what the board says is told; while one does, nobody else reads it or types on it.
 */
import { makeDriver, mustRunOn } from '../commands/make-driver.js';
import { nodeFiles } from '../host/node-files.js';
import { nodeClock as clock } from '../host/node-clock.js';
import { startVirtualBoard, type VirtualBoard } from '../host/virtual-board.js';
import { openLink } from '../link/open-link.js';
import { pacedLink } from '../link/paced-link.js';
import { heeding } from '../link/wait.js';
import type { ByteLink } from '../seams/byte-link.js';
import { utf8 } from '../seams/bytes.js';
import type { Target } from '../seams/target.js';
import type { MachineBoard } from '../machines/machine.js';
import { machineNamed } from '../machines/index.js';
import { UsageError } from '../seams/errors.js';
import { boardTarget } from '../transfer/board-target.js';
import { LINE_SETTINGS } from '../transfer/cpm-line.js';
import { recogniseBoard } from '../transfer/recognise.js';
import { lendLink, type LentLink } from './lent-link.js';
import { VIRTUAL, type Settings } from './protocol.js';
import { tapLink, type Tap } from './tap-link.js';

const POLL_MS = 50;
/** Bytes that wait to be typed at the speed of a board: a long line or two. A paste of a file is a transfer. */
const TYPED_AHEAD = 2_048;
/** What is typed in one go before it is looked whether the rest is still wanted: some 50 ms. */
const TYPED_AT_ONCE = 16;
const CTRL_C = '\x03';

interface OpenBoard {
  tap: Tap;
  keyboard: ReturnType<typeof pacedLink>;
  virtual: VirtualBoard | undefined;
  /** As recognised; asked once a line. */
  kind: string | undefined;
}

export interface BoardListener {
  /** @param remark why the virtual board's line is of another kind than usual */
  opened(path: string, remark: string | undefined): void;
  /** Waited for before more is read: then the line, or the board's flow control, waits, too. */
  said(bytes: Uint8Array): Promise<void> | void;
  /** The line is of no use any more; it has yet to be closed. */
  lost(error: unknown): void;
}

export class BoardLine {
  #board: OpenBoard | undefined;
  /** The last opening or closing that was asked for. */
  #turn: Promise<unknown> = Promise.resolve();
  /** The last key on its way to the board. */
  #typing: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** Changes when what waits is not to be typed any more. */
  #typingRound = 0;
  #taken = false;
  #lent: LentLink | undefined;

  constructor(private readonly listener: BoardListener) {}

  /** What went over the line, if it is open. */
  get tap(): Tap | undefined {
    return this.#board?.tap;
  }

  /** A stage of the pipeline has the line. */
  get taken(): boolean {
    return this.#taken;
  }

  set taken(taken: boolean) {
    this.#taken = taken;
    this.#lent?.takeBack();
    this.#lent = undefined;
  }

  async open(settings: Settings): Promise<ByteLink> {
    return (await this.#opened(settings)).tap.link;
  }

  #opened(settings: Settings): Promise<OpenBoard> {
    return this.#inTurn(async () => this.#board ?? (await this.#open(settings)));
  }

  /** A line that is being opened is not there to be closed yet, and one that is being closed cannot be opened. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #open({ port, machine, clockHz, baud, flow, stopBits, paceMs }: Settings): Promise<OpenBoard> {
    const own = port === VIRTUAL ? virtualOf(machine) : undefined;
    const virtual = own && (await startVirtualBoard({ clockHz, firmware: own.firmware }));
    try {
      const options = { clock, baud, flow, stopBits, paceMs };
      const tap = tapLink(await openLink(virtual?.path ?? port, virtual ? { clock } : options));
      const keyboard = pacedLink(tap.link, clock, LINE_SETTINGS.typingMs);
      this.#board = { tap, keyboard, virtual, kind: own?.driver };
    } catch (error) {
      await virtual?.close();
      throw error;
    }
    this.listener.opened(this.#board.tap.link.name, virtual?.remark);
    void this.#listen(this.#board);
    return this.#board;
  }

  /** @returns whether it was open */
  close(): Promise<boolean> {
    return this.#inTurn(async () => {
      const board = this.#board;
      this.#board = undefined;
      await board?.tap.link.close();
      await board?.virtual?.close();
      return board !== undefined;
    });
  }

  /**
   * For the stage that has taken the open line: the board on it, recognised if it has not been yet.
   * @param program its name there
   * @throws RefusedError where it is a board of another kind than the program is for
   */
  async target(program: string, { machine }: Pick<Settings, 'machine'>, signal: AbortSignal): Promise<Target> {
    const board = this.#board!;
    const link = (this.#lent = lendLink(board.tap.link));
    // A key, and a look at what the board says, may be under way.
    await this.#typing;
    await board.tap.idle();
    board.kind ??= await recogniseBoard(heeding(link, signal), clock);
    const driver = await makeDriver(nodeFiles, board.kind);
    mustRunOn(driver, machineNamed(machine), program);
    return boardTarget(link, driver, clock, { signal, program });
  }

  /**
   * One after the other: keys come faster than they are typed to the board.
   * ^C does not wait: what has not gone out is dropped.
   * @returns what became of it: `taken` if a stage has the line, which may have begun while it was opened; `full` if
   *   too much waits already; `long` if it is too much by itself; `dropped` if that was asked for meanwhile
   */
  type(text: string, settings: Settings): Promise<'typed' | 'taken' | 'full' | 'long' | 'dropped'> {
    const bytes = utf8(text);
    if (bytes.length > TYPED_AHEAD) return Promise.resolve('long');
    if (text === CTRL_C) this.dropTyped();
    else if (this.#waiting + bytes.length > TYPED_AHEAD) return Promise.resolve('full');
    this.#waiting += bytes.length;
    const round = this.#typingRound;
    const typed = this.#typing.then(async () => {
      try {
        if (round !== this.#typingRound) return 'dropped';
        const { keyboard } = await this.#opened(settings);
        for (let at = 0; at < bytes.length; at += TYPED_AT_ONCE) {
          if (this.#taken) return 'taken';
          if (round !== this.#typingRound) return 'dropped';
          await keyboard.write(bytes.subarray(at, at + TYPED_AT_ONCE));
        }
        return 'typed';
      } finally {
        this.#waiting -= bytes.length;
      }
    });
    this.#typing = typed.catch(() => undefined);
    return typed;
  }

  /** What was not typed yet is not typed. */
  dropTyped(): void {
    this.#typingRound++;
  }

  async #listen(board: OpenBoard): Promise<void> {
    try {
      while (this.#board === board) {
        if (this.#taken) {
          await clock.sleep(POLL_MS);
          continue;
        }
        // A stage that was stopped may not have heard of it yet.
        await board.tap.idle();
        if (this.#taken) continue;
        const arrival = await board.tap.link.read(POLL_MS);
        if (arrival) await this.listener.said(arrival.bytes);
      }
    } catch (error) {
      if (this.#board === board) this.listener.lost(error);
    }
  }
}

/** The virtual board that is such a machine. @throws UsageError where no line leads to it */
function virtualOf(name: string): MachineBoard['virtual'] {
  const { title, board } = machineNamed(name);
  if (board) return board.virtual;
  throw new UsageError(`no serial line leads to a ${title}`, { hint: 'the emulator shows what it does' });
}
