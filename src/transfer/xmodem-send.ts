/**
 * Send a file by XMODEM (drawn in xmodem.ts): `xmodem.js` says which block comes next, and this file talks to
 * the line. It picks the receiver's bytes out of the noise, owns every deadline and retry, and gives up so
 * that the board knows it.
 */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { LinkError, TransferError } from '../seams/errors.js';
import { ByteReader, shown } from '../link/byte-reader.js';
import { heeding, within, type Wait } from '../link/wait.js';
import { toBytes } from '../seams/bytes.js';
import { ACK, CAN, CRC_REQUEST, EOT, NAK, type CheckMode, type TransferEvent } from './xmodem.js';
import { XmodemJsSender } from './xmodem-js.js';

/** Each wait and each limit, and what it must outlast. */
export interface SendSettings {
  /** For the first request. RomWBW's XM asks 10.3 s after its text, and gives up after 103 s. */
  requestTimeoutMs: number;
  /** A request ends its burst: a C with text behind it is a letter. 20 ms is 2 characters at 1200 baud. */
  requestQuietMs: number;
  /** For the answer to a block. XM is silent for 10.3 s before it asks again, and while it writes 16 KB. */
  replyTimeoutMs: number;
  /** For the answer to EOT: the board writes the rest of the file first; slow floppies need most of a minute. */
  endTimeoutMs: number;
  /** Silences in a row after EOT before we give up; a receiver that heard it and answered will not do so again. */
  endSilences: number;
  /** Errors in a row on a block before we give up; XM gives up at its tenth. */
  triesPerBlock: number;
  /** From an answer to the next block. XM looks for Ctrl-X after each ACK and swallows what is there already. */
  gapMs: number;
  /** NAKs on a block after which each second try has the checksum form: XM changes to it silently at its fifth. */
  checksumAfter: number;
  /** The same before the first ACK: the receiver may have tired of asking for CRC. */
  checksumAfterAtStart: number;
  /** After a repeated block, how long a second ACK may still come (XM: 0.66 s for a 1K block). */
  settleMs: number;
  /** Silence after which `waiting` is told. */
  tellWaitingMs: number;
  /** CAN, pause, CAN: XM takes a burst of CANs for one. */
  cancelPauseMs: number;
}

export const SEND_SETTINGS: Readonly<SendSettings> = {
  requestTimeoutMs: 60_000,
  requestQuietMs: 20,
  replyTimeoutMs: 15_000,
  endTimeoutMs: 60_000,
  endSilences: 2,
  triesPerBlock: 10,
  gapMs: 10,
  checksumAfter: 5,
  checksumAfterAtStart: 2,
  settleMs: 1_000,
  tellWaitingMs: 2_000,
  cancelPauseMs: 300,
};

export interface SendOptions {
  clock: Clock;
  /** Size of the full blocks; the rest goes in blocks of 128. */
  blockSize?: 128 | 1024;
  /** Send the first block at once instead of waiting for the request, to a receiver known to listen. */
  begin?: CheckMode;
  /** Aborting it cancels the transfer on the board, too. */
  signal?: AbortSignal;
  settings?: Partial<SendSettings>;
}

/** A receiver answers in single control bytes: so many letters in a row are a program's talk. */
const TALK_LENGTH = 12;
/** So much of what else came is kept for a message. */
const TEXT_KEPT = 400;
/** For a board's answer, and for what an adapter or a network adds, beside the time on the wire. */
const ANSWER_MS = 1_000;
/** The longest block on the wire, in bits: STX, number and complement, 1K, CRC; 8N1. */
const BLOCK_BITS = (3 + 1024 + 2) * 10;
/** Where the speed is not known (a network): old terminal servers have slow lines. */
const UNKNOWN_BAUD = 9_600;

/**
 * What is waited for when a transfer is called off: the rest of a block that is on its way, in ms; and again for a CAN that
 * stands behind one. 2.1 s at 9600 baud and above (a paced line is slower than its baud rate says), 9.6 s at 1200.
 */
function blockEndMs(baud: number | undefined): number {
  return ANSWER_MS + (BLOCK_BITS * 1000) / Math.min(baud ?? UNKNOWN_BAUD, UNKNOWN_BAUD);
}

/** In all, from the signal to the second CAN. */
export function callingOffMs(baud: number | undefined, pauseMs = SEND_SETTINGS.cancelPauseMs): number {
  return 2 * blockEndMs(baud) + pauseMs;
}

type Reply = 'ack' | 'nak' | 'request' | 'cancel' | 'talk' | 'silence';

/** The receiver's answers, picked out of whatever else arrives. */
class Replies {
  /** When the last byte was taken. */
  heardAtMs = -Infinity;
  #cans = 0;
  #text = '';
  readonly #reader: ByteReader;

  constructor(
    link: ByteLink,
    private readonly clock: Clock,
  ) {
    this.#reader = new ByteReader(link, clock);
  }

  /** Text that came instead of an answer. */
  get text(): string {
    return this.#text;
  }

  forget(): void {
    this.#reader.link.drain();
    this.#cans = 0;
    this.#text = '';
  }

  /** The rest of what the board is saying. */
  async hearOut(): Promise<void> {
    this.#keep(await this.#reader.untilQuiet(300, 3_000));
  }

  /** The first request: C or NAK with nothing but a K behind it. */
  async request(timeoutMs: number, quietMs: number): Promise<CheckMode | 'cancel' | undefined> {
    const wait = this.#reader.wait('a request', { totalMs: timeoutMs });
    let asked: CheckMode | undefined;
    for (;;) {
      const byte = await this.#byte(wait, asked && quietMs);
      if (byte === undefined) return wait.end === 'silence' ? asked : undefined;
      if (asked && byte === 0x4b) return asked;
      if (byte === CAN && ++this.#cans === 2) return 'cancel';
      if (byte !== CAN) this.#cans = 0;
      asked = byte === CRC_REQUEST ? 'crc' : byte === NAK ? 'checksum' : undefined;
      if (asked === undefined) this.#keep(String.fromCharCode(byte));
    }
  }

  async reply(timeoutMs: number, requestCounts: boolean): Promise<Reply> {
    const wait = this.#reader.wait('an answer', { totalMs: timeoutMs });
    for (;;) {
      const byte = await this.#byte(wait);
      if (byte === undefined) return 'silence';
      if (byte === CAN) {
        if (++this.#cans === 2) return 'cancel';
        continue;
      }
      this.#cans = 0;
      if (byte === ACK) return 'ack';
      if (byte === NAK) return 'nak';
      if (byte === CRC_REQUEST && requestCounts) return 'request';
      if (byte >= 0x20 && byte < 0x7f) this.#keep(String.fromCharCode(byte));
      if (this.#text.length >= TALK_LENGTH && !/^[CK]*$/.test(this.#text)) return 'talk';
    }
  }

  async #byte(wait: Wait, quietMs?: number): Promise<number | undefined> {
    const arrival = await wait.next(quietMs);
    if (arrival === undefined) return undefined;
    this.heardAtMs = this.clock.now();
    const rest = arrival.bytes.subarray(1);
    wait.gaveBack(rest.length);
    this.#reader.link.unread(rest);
    return arrival.bytes[0];
  }

  #keep(text: string): void {
    this.#text = (this.#text + text).slice(-TEXT_KEPT);
  }
}

/**
 * Send `data`. Yields events; returns when the receiver acknowledged the end.
 * @throws TransferError naming the block when the board refuses, falls silent, cancels, or says something;
 *   LinkError when the line is lost. Except in those last cases the transfer is cancelled on the board.
 */
export async function* sendXmodem(
  bare: ByteLink,
  data: Uint8Array,
  options: SendOptions,
): AsyncGenerator<TransferEvent, void, void> {
  const settings = { ...SEND_SETTINGS, ...options.settings };
  const { clock, signal } = options;
  const link = heeding(bare, signal);
  const sender = new XmodemJsSender(data, options.blockSize ?? 128);
  const blocks = sender.sizes.length;
  const totalBytes = data.length;
  let block = 1;
  let doneBytes = 0;
  let retries = 0;
  /** Is a receiver at the other end that should hear of our giving up? */
  let boardWaits = true;
  /** Was a block begun that has no answer yet? */
  let isOnItsWay = false;

  const place = (): string => (block > blocks ? `at the end, after block ${blocks}` : `at block ${block} of ${blocks}`);
  const fail = (what: string, details: ConstructorParameters<typeof TransferError>[1] = {}): TransferError =>
    new TransferError(`${what} ${place()}`, { where: link.name, ...details });
  const replies = new Replies(link, clock);
  /** Until the answer is `gapMs` old. No timer where that is now: the shortest one costs a tenth of a short block. */
  const gap = async (): Promise<void> => {
    const leftMs = replies.heardAtMs + settings.gapMs - clock.now();
    if (leftMs > 0) await clock.sleep(Math.ceil(leftMs));
  };

  try {
    let mode = options.begin;
    if (mode === undefined) {
      const asked = await replies.request(settings.requestTimeoutMs, settings.requestQuietMs);
      if (asked === 'cancel') {
        boardWaits = false;
        throw fail('the board cancelled', { canceled: true });
      }
      if (asked === undefined)
        throw new TransferError(`no receiver asked for the file within ${settings.requestTimeoutMs / 1000} s`, {
          where: link.name,
          timedOut: true,
          hint:
            replies.text === ''
              ? 'nothing at all came from the board; is a receiver running there?'
              : `what came is ${shown(replies.text)}`,
        });
      mode = asked;
    }
    yield { type: 'start', mode, blocks, totalBytes };

    let packet: Uint8Array | undefined = sender.begin(mode);
    /** Errors in a row on this block. */
    let errors = 0;
    let silences = 0;
    while (packet !== undefined) {
      const isEnd = packet.length === 1 && packet[0] === EOT;
      // Whatever is here now answers nothing of what follows.
      replies.forget();
      isOnItsWay = true;
      await link.write(packet);

      const startedAt = clock.now();
      const timeoutMs = isEnd ? settings.endTimeoutMs : settings.replyTimeoutMs;
      const first = block === 1 && !isEnd;
      let reply = await replies.reply(Math.min(settings.tellWaitingMs, timeoutMs), first);
      if (reply === 'silence' && timeoutMs > settings.tellWaitingMs) {
        yield { type: 'waiting', block, ms: clock.now() - startedAt };
        reply = await replies.reply(timeoutMs - settings.tellWaitingMs, first);
      }
      // A request that crossed our first block on the wire: its ACK is on the way.
      if (reply === 'request') {
        const next = await replies.reply(settings.settleMs, false);
        if (next !== 'silence') reply = next;
      }

      // After a repeat an ACK for each of the copies may be on the way: take them all before going on.
      if (reply === 'ack' && errors > 0 && !isEnd) {
        const late = await replies.reply(settings.settleMs, false);
        if (late === 'cancel' || late === 'talk') reply = late;
      }

      isOnItsWay = false;
      if (reply === 'ack') {
        await gap();
        packet = sender.acknowledged();
        if (!isEnd) {
          doneBytes = Math.min(totalBytes, doneBytes + sender.sizes[block - 1]!);
          yield { type: 'block', block, doneBytes, totalBytes, retries };
          block++;
        }
        errors = silences = 0;
        continue;
      }
      if (reply === 'cancel') {
        boardWaits = false;
        throw fail('the board cancelled the transfer', { canceled: true });
      }
      if (reply === 'talk') {
        boardWaits = false;
        await replies.hearOut();
        if (isEnd) {
          // It has ended the transfer by itself, well or not: the words are for the caller to read.
          link.unread(toBytes(replies.text));
          yield { type: 'done', blocks, totalBytes, retries, confirmed: false };
          return;
        }
        throw fail(`the board ended the transfer, saying ${shown(replies.text.trim())},`);
      }

      errors++;
      retries++;
      silences = reply === 'silence' ? silences + 1 : 0;
      if (errors >= settings.triesPerBlock || (isEnd && silences >= settings.endSilences))
        throw fail(
          reply === 'silence' ? `no answer from the board` : `the board refused the same block ${errors} times`,
          reply === 'silence' ? { timedOut: true } : {},
        );
      yield {
        type: 'retry',
        block,
        reason: reply === 'nak' ? 'refused' : reply === 'request' ? 'asked again' : 'silence',
        attempt: errors + 1,
      };
      if (mode === 'crc' && reply === 'nak') {
        const patience = first ? settings.checksumAfterAtStart : settings.checksumAfter;
        sender.mode = errors >= patience && (errors - patience) % 2 === 0 ? 'checksum' : 'crc';
      } else if (reply === 'request') sender.mode = mode = 'crc';
      await gap();
      packet = sender.again();
    }
    boardWaits = false;
    yield { type: 'done', blocks, totalBytes, retries, confirmed: true };
  } catch (error) {
    if (!(error instanceof LinkError) || error instanceof TransferError) throw error;
    // Where the line itself failed nobody can be told.
    if (!signal?.aborted) boardWaits = false;
    throw fail(`${error.message}`, { ...error.reason, hint: error.hint, cause: error });
  } finally {
    if (boardWaits) {
      if (isOnItsWay) await blockAnswered(bare, clock);
      await cancelTransfer(bare, clock, settings.cancelPauseMs);
    }
  }
}

/** A receiver takes a CAN within a block for data: let the block end, which its answer says. Never throws a LinkError. */
async function blockAnswered(bare: ByteLink, clock: Clock): Promise<void> {
  try {
    const endMs = blockEndMs(bare.baud);
    await within(bare, clock, endMs, 'the answer to a block', async (link) => {
      for (;;) {
        const { bytes } = (await link.read(endMs)) ?? {};
        if (bytes?.some((byte) => byte === ACK || byte === NAK || byte === CAN)) return;
      }
    });
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
  }
}

/** Tell the other end that nothing more will come, whatever state the line is in. Never throws a LinkError. */
export async function cancelTransfer(bare: ByteLink, clock: Clock, pauseMs: number): Promise<void> {
  try {
    await within(
      bare,
      clock,
      blockEndMs(bare.baud) + pauseMs,
      'the transfer to be cancelled',
      async (link, bounded) => {
        await link.write(Uint8Array.of(CAN));
        await bounded.sleep(pauseMs);
        await link.write(Uint8Array.of(CAN));
      },
    );
  } catch (error) {
    // The error that made us cancel is the one to report.
    if (!(error instanceof LinkError)) throw error;
  }
}

/** From CAN to the prompt: the receiver erases its part of the file, and loads CP/M. */
const RELEASE_MS = 1_000;

/** Bring a receiver that a broken transfer has left waiting back to the prompt. */
export async function releaseReceiver(
  link: ByteLink,
  clock: Clock,
  pauseMs = SEND_SETTINGS.cancelPauseMs,
): Promise<void> {
  await cancelTransfer(link, clock, pauseMs);
  await clock.sleep(RELEASE_MS);
}
