/**
 * Receive a file by XMODEM (drawn in xmodem.ts), strictly: a block counts only with the right number, its
 * complement, and the right CRC or sum; a repeated block is acknowledged and dropped; a block out of order ends
 * the transfer, for something between is lost for good.
 *
 * Bytes may arrive in any portions: nothing here depends on how the line cuts them.
 */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { LinkError, TransferError } from '../seams/errors.js';
import { shown } from '../link/byte-reader.js';
import { heeding, Wait } from '../link/wait.js';
import { concatBytes } from '../seams/bytes.js';
import {
  ACK,
  CAN,
  checksum,
  crc16,
  CRC_REQUEST,
  EOT,
  NAK,
  SOH,
  STX,
  type CheckMode,
  type TransferEvent,
} from './xmodem.js';
import { cancelTransfer } from './xmodem-send.js';

/** Each wait and each limit, and what it must outlast. */
export interface ReceiveSettings {
  /** Between two requests for the first block: what senders and lrzsz's rx are used to. */
  requestEveryMs: number;
  /** Requests for CRC before we ask for a checksum instead, where either will do. */
  crcRequests: number;
  /** Requests in all. A board may need to find its file on a slow disk first: 20 x 3 s is a minute. */
  requests: number;
  /** Between two bytes of a block. The slowest sender paces 5 ms a byte; an operating system may pause more. */
  byteTimeoutMs: number;
  /** From our answer to the next block: a board reads its disk meanwhile. */
  blockTimeoutMs: number;
  /** For a whole block, however its bytes trickle in: 1K takes 34 s at 300 baud. */
  blockLimitMs: number;
  /** Silence that ends a damaged block. At 1200 baud a byte takes 8 ms. */
  purgeMs: number;
  /** What follows a damaged block is at most the rest of it, and perhaps another; who goes on talking is no sender. */
  purgeLimitMs: number;
  purgeBytes: number;
  /** After EOT: one that is followed by something was the damaged head of a block. */
  endQuietMs: number;
  /** Errors in a row before we give up. */
  triesPerBlock: number;
  /** CAN, pause, CAN: RomWBW's XM takes a burst of CANs for one. */
  cancelPauseMs: number;
}

export const RECEIVE_SETTINGS: Readonly<ReceiveSettings> = {
  requestEveryMs: 3_000,
  crcRequests: 4,
  requests: 20,
  byteTimeoutMs: 1_000,
  blockTimeoutMs: 10_000,
  blockLimitMs: 60_000,
  purgeMs: 200,
  purgeLimitMs: 60_000,
  purgeBytes: 4_096,
  endQuietMs: 100,
  triesPerBlock: 10,
  cancelPauseMs: 300,
};

export interface ReceiveOptions {
  clock: Clock;
  /** Ask for CRC only, for the checksum only, or for CRC first (default). */
  check?: CheckMode | 'either';
  /** For the progress: how much is expected, where known. */
  expectedBytes?: number;
  onEvent?: (event: TransferEvent) => void;
  /** Aborting it cancels the transfer on the board, too. */
  signal?: AbortSignal;
  settings?: Partial<ReceiveSettings>;
}

/** So much of what else came is kept for a message. */
const NOISE_KEPT = 400;

type Head = 'block' | 'long block' | 'end' | 'cancel' | 'silence' | 'noise';

/**
 * @returns all blocks as they came, the last one's padding included (the protocol does not tell it from data)
 * @throws TransferError naming the block; LinkError when the line is lost
 */
export async function receiveXmodem(link: ByteLink, options: ReceiveOptions): Promise<Uint8Array> {
  try {
    return await new Receiver(heeding(link, options.signal), options).run();
  } catch (error) {
    if (options.signal?.aborted || error instanceof GivenUp) {
      const { cancelPauseMs } = { ...RECEIVE_SETTINGS, ...options.settings };
      await cancelTransfer(link, options.clock, cancelPauseMs);
    }
    throw error;
  }
}

/** What a program or a prompt begins with. */
const isText = (byte: number): boolean =>
  (byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a || byte === 0x1b;

/** The sender is still there, and is to hear of it. */
class GivenUp extends TransferError {
  override name = 'TransferError';
}

class Receiver {
  readonly #settings: ReceiveSettings;
  readonly #clock: Clock;
  readonly #chunks: Uint8Array[] = [];
  #mode: CheckMode;
  #length = 0;
  #retries = 0;
  #noise = '';

  constructor(
    private readonly link: ByteLink,
    private readonly options: ReceiveOptions,
  ) {
    this.#settings = { ...RECEIVE_SETTINGS, ...options.settings };
    this.#clock = options.clock;
    this.#mode = options.check === 'checksum' ? 'checksum' : 'crc';
  }

  /** The number of the block that comes next, from 1. */
  get #next(): number {
    return this.#chunks.length + 1;
  }

  async run(): Promise<Uint8Array> {
    try {
      return await this.#receive();
    } catch (error) {
      if (!(error instanceof LinkError) || error instanceof TransferError) throw error;
      const details = { ...error.reason, hint: error.hint, cause: error };
      throw this.#error(`${error.message} at block ${this.#next}`, details);
    }
  }

  async #receive(): Promise<Uint8Array> {
    let head = await this.#start();
    let errors = 0;
    for (;;) {
      if (head === 'end') break;
      if (head === 'cancel')
        throw this.#error(`the sender cancelled the transfer at block ${this.#next}`, { canceled: true });
      const problem =
        head === 'silence'
          ? 'no data from the sender'
          : head === 'noise'
            ? 'damaged data'
            : await this.#block(head === 'long block' ? 1024 : 128);
      if (problem === undefined) errors = 0;
      else {
        this.#retries++;
        if (++errors >= this.#settings.triesPerBlock) {
          throw new GivenUp(`${problem} at block ${this.#next}, ${errors} times in a row`, {
            where: this.link.name,
            timedOut: head === 'silence',
          });
        }
        await this.#purge();
        this.#tell({ type: 'retry', block: this.#next, reason: 'refused', attempt: errors + 1 });
        await this.#say(NAK);
      }
      head = await this.#head(this.#settings.blockTimeoutMs);
    }
    await this.#say(ACK);
    this.#tell({
      type: 'done',
      blocks: this.#chunks.length,
      totalBytes: this.#length,
      retries: this.#retries,
      confirmed: true,
    });
    return concatBytes(this.#chunks);
  }

  /** Ask until something begins. Before that, noise and the board's last words are ignored. */
  async #start(): Promise<Head> {
    const { requests, crcRequests, requestEveryMs } = this.#settings;
    for (let request = 0; request < requests; request++) {
      const either = (this.options.check ?? 'either') === 'either';
      if (either && request >= crcRequests) this.#mode = 'checksum';
      await this.#say(this.#mode === 'crc' ? CRC_REQUEST : NAK);
      const end = this.#clock.now() + requestEveryMs;
      for (let left = requestEveryMs; left > 0; left = end - this.#clock.now()) {
        const head = await this.#head(left);
        if (head === 'silence') break;
        if (head === 'noise') continue;
        this.#tell({ type: 'start', mode: this.#mode, blocks: 0, totalBytes: this.options.expectedBytes ?? 0 });
        return head;
      }
    }
    throw this.#error(`no sender answered ${requests} requests`, {
      timedOut: true,
      hint: this.#noise === '' ? undefined : `what came is ${shown(this.#noise)}`,
    });
  }

  /** What begins with the next byte. */
  async #head(timeoutMs: number): Promise<Head> {
    const [byte] = (await this.#take(1, timeoutMs)) ?? [];
    if (byte === undefined) return 'silence';
    if (byte === SOH) return 'block';
    if (byte === STX) return 'long block';
    if (byte === EOT) {
      const more = await this.#take(1, this.#settings.endQuietMs);
      if (more === undefined) return 'end';
      // A sender that repeats its EOT means it.
      if (more[0] === EOT) {
        this.link.unread(more);
        return 'end';
      }
      const next = await this.#take(1, this.#settings.endQuietMs);
      this.link.unread(Uint8Array.of(more[0]!, ...(next ?? [])));
      // A block's number or its complement has the eighth bit. Two letters are the words of a sender that has ended.
      return next !== undefined && isText(more[0]!) && isText(next[0]!) ? 'end' : 'noise';
    }
    if (byte === CAN) {
      const more = await this.#take(1, this.#settings.byteTimeoutMs);
      if (more?.[0] === CAN) return 'cancel';
      if (more !== undefined) this.link.unread(more);
    }
    this.#noise = (this.#noise + String.fromCharCode(byte)).slice(-NOISE_KEPT);
    return 'noise';
  }

  /** Read and judge the rest of a block. @returns what is wrong with it */
  async #block(size: number): Promise<string | undefined> {
    const checkLength = this.#mode === 'crc' ? 2 : 1;
    const rest = await this.#take(2 + size + checkLength, this.#settings.byteTimeoutMs);
    if (rest === undefined) return 'a block came incomplete';
    const number = rest[0]!;
    const payload = rest.subarray(2, 2 + size);
    const sent = rest.subarray(2 + size);
    const good = this.#mode === 'crc' ? crc16(payload) === ((sent[0]! << 8) | sent[1]!) : checksum(payload) === sent[0];
    if (!good || number + rest[1]! !== 0xff) return 'a block came damaged';
    if (number === (this.#next & 0xff)) {
      this.#chunks.push(payload);
      this.#length += size;
      await this.#say(ACK);
      this.#tell({
        type: 'block',
        block: this.#chunks.length,
        doneBytes: this.#length,
        totalBytes: this.options.expectedBytes ?? this.#length,
        retries: this.#retries,
      });
      return undefined;
    }
    if (this.#chunks.length > 0 && number === ((this.#next - 1) & 0xff)) {
      // Our ACK was lost. The copy is no news.
      await this.#say(ACK);
      return undefined;
    }
    throw new GivenUp(`the sender is at block ${number} (of 256) where ${this.#next & 0xff} was due: data is lost`, {
      where: this.link.name,
    });
  }

  /** Exactly `count` bytes, none of them later than `timeoutMs` after the one before. */
  async #take(count: number, timeoutMs: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(count);
    const bounds = { totalMs: Math.max(timeoutMs, this.#settings.blockLimitMs), quietMs: timeoutMs };
    const wait = new Wait(this.link, 'a block', bounds, this.#clock);
    for (let filled = 0; filled < count;) {
      const arrival = await wait.next();
      if (arrival === undefined) return undefined;
      const used = arrival.bytes.subarray(0, count - filled);
      bytes.set(used, filled);
      filled += used.length;
      this.link.unread(arrival.bytes.subarray(used.length));
    }
    return bytes;
  }

  async #purge(): Promise<void> {
    const { purgeMs: quietMs, purgeLimitMs: totalMs, purgeBytes: mostBytes } = this.#settings;
    const wait = new Wait(this.link, 'silence', { totalMs, quietMs, mostBytes }, this.#clock);
    while ((await wait.next()) !== undefined);
    if (wait.end !== 'silence')
      throw new GivenUp(`what comes is no block, and has no end, at block ${this.#next}`, { where: this.link.name });
  }

  #say(byte: number): Promise<void> {
    return this.link.write(Uint8Array.of(byte));
  }

  #tell(event: TransferEvent): void {
    this.options.onEvent?.(event);
  }

  #error(message: string, details: ConstructorParameters<typeof TransferError>[1] = {}): TransferError {
    return new TransferError(message, { where: this.link.name, ...details });
  }
}
