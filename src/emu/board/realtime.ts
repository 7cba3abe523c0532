/**
 * The board in real time: carries it along with the clock and moves bytes between its line and a wire, which is a
 * pseudo-terminal or a socket.
 *
 *     each millisecond:   wire ──► adapter (1 ms) ──► board.send      only what the line can take now: while RTS is
 *                         board.run(1 ms)                             high nothing is read, so the writer is held
 *                         onOutput ──► wire                           what the wire can't take pulls CTS
 *
 * The adapter's millisecond is that of a USB serial adapter. It matters: an XMODEM receiver that looks at its
 * console after each ACK would lose the first byte of a block that comes without any delay.
 */
import type { Clock } from '../../seams/clock.js';
import { createBoard, type Board, type BoardOptions } from './board.js';

/** The other end of the line. Both calls return at once. */
export interface Wire {
  /** Bytes that have come, at most so many. */
  read(most: number): Uint8Array;
  /** Returns how many of these bytes were taken. */
  write(bytes: Uint8Array): number;
}

/** The board runs and bytes move in steps of so long. */
const STEP_MS = 1;
/** When the host stands still for longer, the board does too: it never has to catch up on more than this. */
const CATCH_UP_MS = 100;
/** What a USB adapter sends on without waiting for its latency timer. */
const USB_PACKET = 62;
/** Without flow control, output that nobody takes is lost beyond so many bytes. */
const OUTPUT_KEPT = 4096;

export interface RealtimeOptions extends Omit<BoardOptions, 'onOutput'> {
  wire: Wire;
  clock: Clock;
  /** The adapter's latency timer, as in FTDI's: output goes on every so many ms, or when a packet is full; default 0. */
  latencyMs?: number | undefined;
  /** Ends the run. */
  signal: AbortSignal;
}

/** Run a board until the signal aborts. */
export async function runRealtime(options: RealtimeOptions): Promise<void> {
  const { wire, clock, signal, flowControl = true, latencyMs = 0 } = options;
  const output: number[] = [];
  const board = createBoard({ ...options, onOutput: (byte) => output.push(byte) });
  const perMs = board.clockHz / 1000;
  const line = new Adapter(board, wire, STEP_MS * perMs);
  let began = clock.now();
  for (let done = 0; !signal.aborted;) {
    const now = clock.now();
    // What is further back than that never happens to the board, or its time-outs would run out in one go.
    began = Math.max(began, now - done - CATCH_UP_MS);
    const due = now - began;
    for (; done + STEP_MS <= due; done += STEP_MS) {
      line.deliver();
      board.run((done + STEP_MS) * perMs);
      const isDue = latencyMs === 0 || done % latencyMs < STEP_MS || output.length >= USB_PACKET;
      if (isDue && output.length > 0) {
        output.splice(0, wire.write(Uint8Array.from(output)));
        if (!flowControl && output.length > OUTPUT_KEPT) output.length = OUTPUT_KEPT;
      }
      board.setCts(output.length < (latencyMs === 0 ? 1 : USB_PACKET));
    }
    await clock.sleep(STEP_MS);
  }
}

/** Bytes on their way to the board: those read in one step reach the line in the next. */
class Adapter {
  private arriving: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly board: Board,
    private readonly wire: Wire,
    private readonly stepTStates: number,
  ) {}

  deliver(): void {
    if (this.arriving.length > 0) this.board.send(this.arriving);
    // Enough for this step and the next, so that the line is never idle while there is something to send.
    const most = this.board.wants(2 * this.stepTStates);
    this.arriving = most > 0 ? this.wire.read(most) : new Uint8Array(0);
  }
}
