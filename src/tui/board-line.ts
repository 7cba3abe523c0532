/**
 * The board's line while the UI runs. A stage, a key and `connect` may all want it in the same moment: it is opened
 * once, and opened and closed in the order in which that was asked for. While no stage of the pipeline talks on it,
 * what the board says is told; while one does, nobody else reads it or types on it. What is typed goes by way of the
 * console's typist.
 */
import { OPERATOR_SETTINGS } from '../console/operator.js';
import { ENTER } from '../console/preferences.js';
import { isPrompt, PROMPT_ROOM, TYPING_POLL_MS } from '../console/session.js';
import { Typist } from '../console/typist.js';
import { makeDriver, mustRunOn } from '../commands/make-driver.js';
import { nodeFiles } from '../host/node-files.js';
import { nodeClock as clock } from '../host/node-clock.js';
import { startVirtualBoard, type VirtualBoard } from '../host/virtual-board.js';
import { openLink } from '../link/open-link.js';
import { pacedLink } from '../link/paced-link.js';
import { heeding } from '../link/wait.js';
import type { ByteLink } from '../seams/byte-link.js';
import { latin1, toBytes, utf8 } from '../seams/bytes.js';
import type { Target } from '../seams/target.js';
import type { MachineBoard } from '../machines/machine.js';
import { machineNamed } from '../machines/index.js';
import { UsageError } from '../seams/errors.js';
import { boardTarget } from '../transfer/board-target.js';
import { LINE_SETTINGS } from '../transfer/cpm-line.js';
import { recogniseBoard } from '../transfer/recognise.js';
import { lendLink, type LentLink } from './lent-link.js';
import { VIRTUAL, type Settings, type TypedAs } from './protocol.js';
import { tapLink, type Tap } from './tap-link.js';

const POLL_MS = 50;
/** Bytes that wait to be typed, at most. A longer text is a file. */
export const MOST_WAITING = 1 << 20;
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
  /** The line took no more of what was typed; the rest was dropped. */
  untyped(error: unknown): void;
  /** A text is not typed any further. @param done characters that the board got, of `total` */
  dropped(done: number, total: number): void;
}

/**
 * What becomes of what was typed: it goes out from now on; a stage has the line, which may have begun while it was opened;
 * too much waits already; it is too much by itself; that it be dropped was asked for meanwhile; it has stopped a paste, which
 * is all that a key does then.
 */
export type TypedEnd = 'typed' | 'taken' | 'full' | 'long' | 'dropped' | 'stopped';

export class BoardLine {
  #board: OpenBoard | undefined;
  /** The last opening or closing that was asked for. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #typist: Typist;
  /** The last write to the board. */
  #writing: Promise<unknown> = Promise.resolve();
  /** Bytes that wait for the line to be opened. */
  #waiting = 0;
  /** Changes when those are not to be typed any more. */
  #typingRound = 0;
  #pastedAtMs = -Infinity;
  #enter: Settings['enter'] = 'cr';
  /** What the board said last. */
  #tail = '';
  #taken = false;
  #lent: LentLink | undefined;

  constructor(private readonly listener: BoardListener) {
    const ways = {
      write: (bytes: Uint8Array, wanted: () => boolean) => this.#write(bytes, wanted),
      enter: () => toBytes(ENTER[this.#enter]),
      delays: () => ({ charDelay: 0, lineDelay: 0 }),
    };
    this.#typist = new Typist(ways, clock);
  }

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
    if (taken) this.#stopTyping();
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
    this.#tail = '';
    void this.#listen(this.#board);
    return this.#board;
  }

  /** @returns whether it was open */
  close(): Promise<boolean> {
    return this.#inTurn(async () => {
      const board = this.#board;
      this.#board = undefined;
      this.#stopTyping();
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
    await this.#writing;
    await board.tap.idle();
    board.kind ??= await recogniseBoard(heeding(link, signal), clock);
    const driver = await makeDriver(nodeFiles, board.kind);
    mustRunOn(driver, machineNamed(machine), program);
    return boardTarget(link, driver, clock, { signal, program });
  }

  /**
   * A key goes out at once, a text as fast as the board echoes it; the next key stops a paste. ^C overtakes all, which is
   * dropped.
   */
  async type(text: string, settings: Settings, as: TypedAs = 'key'): Promise<TypedEnd> {
    const bytes = utf8(text);
    if (bytes.length > MOST_WAITING) return 'long';
    if (text === CTRL_C) this.dropTyped();
    if (this.#waiting + this.#typist.waiting + bytes.length > MOST_WAITING) return 'full';
    const round = this.#typingRound;
    this.#waiting += bytes.length;
    try {
      await this.#opened(settings);
    } finally {
      this.#waiting -= bytes.length;
    }
    if (this.#taken) return 'taken';
    if (round !== this.#typingRound) return 'dropped';
    this.#enter = settings.enter;
    return this.#give(bytes, as);
  }

  #give(bytes: Uint8Array, as: TypedAs): TypedEnd {
    const now = clock.now();
    // Nothing holds up what a terminal says by itself, nor does it stop anything.
    if (as === 'answer') void this.#write(bytes);
    else if (latin1(bytes) === CTRL_C) this.#typist.atOnce(bytes);
    else {
      // A terminal without marks around a paste hands it over in pieces.
      const isMore = this.#typist.stoppable && now - this.#pastedAtMs < OPERATOR_SETTINGS.pasteGapMs;
      const isPaste = as === 'paste' || (as === 'text' && isMore);
      if (this.#typist.stoppable && !isPaste) {
        this.#stopTyping();
        return 'stopped';
      }
      if (isPaste) this.#pastedAtMs = now;
      if (isPaste || as === 'text') this.#typist.text(bytes, isPaste, this.#prompt);
      else if (!this.#typist.key(bytes)) return 'full';
    }
    return 'typed';
  }

  /** The line on which the board stands, if it waits there for a command. */
  get #prompt(): string | undefined {
    return isPrompt(this.#tail) ? this.#tail.split(/[\r\n]/).at(-1) : undefined;
  }

  /** What was not typed yet is not typed. */
  dropTyped(): void {
    this.#typingRound++;
    this.#stopTyping();
  }

  #stopTyping(): void {
    const isText = this.#typist.waiting > 0;
    const { done, total } = this.#typist.stop();
    if (isText && total > 0) this.listener.dropped(done, total);
  }

  /** One after the other; never rejects. */
  #write(bytes: Uint8Array, wanted = (): boolean => true): Promise<void> {
    const board = this.#board;
    const isWanted = (): boolean => board !== undefined && this.#board === board && !this.#taken && wanted();
    const written = this.#writing
      .then(() => (isWanted() ? board!.keyboard.write(bytes) : undefined))
      .catch((error: unknown) => {
        if (this.#board !== board) return;
        this.#stopTyping();
        this.listener.untyped(error);
      });
    this.#writing = written;
    return written;
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
        const arrival = await board.tap.link.read(this.#typist.busy ? TYPING_POLL_MS : POLL_MS);
        if (arrival) {
          this.#typist.heard(arrival.bytes);
          this.#tail = (this.#tail + latin1(arrival.bytes)).slice(-PROMPT_ROOM);
          await this.listener.said(arrival.bytes);
        }
        this.#typist.turn();
      }
    } catch (error) {
      if (this.#board !== board) return;
      this.#stopTyping();
      this.listener.lost(error);
    }
  }
}

/** The virtual board that is such a machine. @throws UsageError where no line leads to it */
function virtualOf(name: string): MachineBoard['virtual'] {
  const { title, board } = machineNamed(name);
  if (board) return board.virtual;
  throw new UsageError(`no serial line leads to a ${title}`, { hint: 'the emulator shows what it does' });
}
