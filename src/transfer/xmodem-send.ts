/**
 * Send a file by XMODEM (drawn in xmodem.ts): xmodem-packets.ts has what goes on the wire, xmodem-replies.ts picks the
 * receiver's bytes out of the noise, send-manner.ts learns how the line wants to be treated, and this file owns every deadline
 * and retry, and gives up so that the board knows it.
 */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { LinkError, TransferError } from '../seams/errors.js';
import { shown } from '../link/byte-reader.js';
import { pacedLink } from '../link/paced-link.js';
import { heeding, within } from '../link/wait.js';
import { toBytes } from '../seams/bytes.js';
import { CRASHED, CRASH_REMEDY } from '../seams/prompt.js';
import { ACK, CAN, NAK, type CheckMode, type TransferEvent } from './xmodem.js';
import { damageHint, Damage } from './xmodem-damage.js';
import { Packets, type BlockSize } from './xmodem-packets.js';
import { Replies, type Reply } from './xmodem-replies.js';
import { Manner, MANNER_SETTINGS, type MannerSettings } from './send-manner.js';

/** Each wait and each limit, and what it must outlast. */
export interface SendSettings extends MannerSettings {
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
  /**
   * Refusals in a row of a block with CRC after which the receiver is taken to have changed to checksums, as XM does at its
   * fifth without a word. An 8-bit sum misses one damaged block in 256, so it is not followed there: the transfer ends, to
   * begin again.
   */
  fallenAfter: number;
  /** A refusal comes sooner than this; a NAK that comes later is the receiver's own clock's (XM: 5.1 s and more). */
  refusalMs: number;
  /** After a repeated block, how long a second ACK may still come (XM: 0.66 s for a 1K block). */
  settleMs: number;
  /** Between two requests of a receiver that goes on asking while the first block is on its way. */
  askingMs: number;
  /** Silence after which `waiting` is told. */
  tellWaitingMs: number;
  /** CAN, pause, CAN: XM takes a burst of CANs for one. */
  cancelPauseMs: number;
}

export const SEND_SETTINGS: Readonly<SendSettings> = {
  ...MANNER_SETTINGS,
  requestTimeoutMs: 60_000,
  requestQuietMs: 20,
  replyTimeoutMs: 15_000,
  endTimeoutMs: 60_000,
  endSilences: 2,
  triesPerBlock: 10,
  fallenAfter: 7,
  refusalMs: 4_000,
  settleMs: 1_000,
  askingMs: 100,
  tellWaitingMs: 2_000,
  cancelPauseMs: 300,
};

export interface SendOptions {
  clock: Clock;
  /** Size of the full blocks; the rest goes in blocks of 128, and so does what is refused in larger ones. */
  blockSize?: BlockSize;
  /** Send the first block at once instead of waiting for the request, to a receiver known to listen. */
  begin?: CheckMode;
  /** What an earlier try has learned about this line. */
  manner?: Manner;
  /** Aborting it cancels the transfer on the board, too. */
  signal?: AbortSignal;
  settings?: Partial<SendSettings>;
}

/** For a board's answer, and for what an adapter or a network adds, beside the time on the wire. */
const ANSWER_MS = 1_000;
const BITS_PER_BYTE = 10;
/** The longest block on the wire: STX, number and complement, 1K, CRC. */
const LONGEST_BLOCK = 3 + 1024 + 2;
/** Where the speed is not known (a network): old terminal servers have slow lines. */
const UNKNOWN_BAUD = 9_600;

const wireMs = (bytes: number, baud: number): number => (bytes * BITS_PER_BYTE * 1000) / baud;

/**
 * What is waited for when a transfer is called off: the rest of a block that is on its way, in ms; and again for a CAN that
 * stands behind one. 2.1 s at 9600 baud and above (a paced line is slower than its baud rate says), 9.6 s at 1200.
 */
function blockEndMs(baud: number | undefined): number {
  return ANSWER_MS + wireMs(LONGEST_BLOCK, Math.min(baud ?? UNKNOWN_BAUD, UNKNOWN_BAUD));
}

/** In all, from the signal to the second CAN. */
export function callingOffMs(baud: number | undefined, pauseMs = SEND_SETTINGS.cancelPauseMs): number {
  return 2 * blockEndMs(baud) + pauseMs;
}

/** In what a board says instead of an answer: it will say it the next time, too. */
const COMPLAINT = /full|error|bdos|space|abort/i;

/** The file did not get through, and may if the transfer begins again. */
export class Unfinished extends TransferError {
  override name = 'TransferError';
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
  const { clock, signal, blockSize = 128 } = options;
  const manner = options.manner ?? new Manner(blockSize, settings);
  const line = pacedLink(bare, clock, () => manner.paceMs);
  const link = heeding(line, signal);
  const replies = new Replies(link, clock);
  const totalBytes = data.length;
  let packets = new Packets(data, manner.blockSize, options.begin ?? 'crc');
  let retries = 0;
  /** Is a receiver at the other end that should hear of our giving up? */
  let boardWaits = true;
  /** A block that was begun, and has no answer yet. */
  let onItsWay: Promise<void> | undefined;
  /** When the packet that was written last is at the board, as far as the speed is known. */
  let arrivesAtMs = 0;
  const damage = new Damage();

  const place = (): string =>
    packets.isEnd ? `at the end, after block ${packets.blocks}` : `at block ${packets.block} of ${packets.blocks}`;
  type Details = ConstructorParameters<typeof TransferError>[1];
  const fail = (what: string, details: Details = {}, Kind = TransferError): TransferError =>
    new Kind(`${what} ${place()}`, { where: link.name, ...details });

  /** Begin to write the packet that is due. No timer where its gap is over: the shortest costs a tenth of a short block. */
  const send = async (after: 'request' | 'ack' | 'refusal'): Promise<void> => {
    const number = packets.isEnd ? undefined : packets.block & 0xff;
    const gapMs = { request: 0, ack: manner.gapMs(number), refusal: settings.gapMs }[after];
    const leftMs = replies.heardAtMs + gapMs - clock.now();
    if (leftMs > 0) await clock.sleep(Math.ceil(leftMs));
    // Whatever is here now answers nothing of what follows.
    replies.forget();
    const began = clock.now();
    onItsWay = link.write(packets.bytes);
    // Who waits for it hears of a failure.
    onItsWay.catch(() => undefined);
    const { length } = packets.bytes;
    arrivesAtMs = began + Math.max(length * manner.paceMs, link.baud === undefined ? 0 : wireMs(length, link.baud));
  };

  /** The answer to the packet that is out. */
  const answer = async function* (errors: number): AsyncGenerator<TransferEvent, Reply> {
    const { isEnd, block } = packets;
    const first = block === 1 && !isEnd;
    const startedAt = clock.now();
    const timeoutMs = isEnd ? settings.endTimeoutMs : settings.replyTimeoutMs;
    let reply = await replies.reply(Math.min(settings.tellWaitingMs, timeoutMs), first);
    if (reply === 'silence' && timeoutMs > settings.tellWaitingMs) {
      yield { type: 'waiting', block, ms: clock.now() - startedAt };
      reply = await replies.reply(timeoutMs - settings.tellWaitingMs, first);
    }
    // Requests that crossed our first block on the wire are no answer: its own is behind them.
    const end = clock.now() + settings.replyTimeoutMs;
    while (first && (reply === 'request' || reply === 'nak') && clock.now() < end) {
      const next = await replies.reply(reply === 'request' ? settings.settleMs : settings.askingMs, true);
      if (next === 'silence') break;
      reply = next;
    }
    // After a repeat an ACK for each of the copies may be on the way: take them all before going on.
    if (reply === 'ack' && errors > 0 && !isEnd) {
      const late = await replies.reply(settings.settleMs, false);
      if (late === 'cancel' || late === 'talk') reply = late;
    }
    return reply;
  };

  try {
    if (options.begin === undefined) {
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
      if (asked !== packets.checkMode) packets = new Packets(data, manner.blockSize, asked);
    }
    /** What the receiver asked for. It stays: who has asked for CRC gets no block with an 8-bit sum. */
    let mode = packets.checkMode;
    yield { type: 'start', mode, blocks: packets.blocks, totalBytes };

    /** Errors in a row on this block, and those among them that were refusals. */
    let errors = 0;
    let refusals = 0;
    let silences = 0;
    await send('request');
    for (;;) {
      await onItsWay;
      packets.lookAhead();
      const { block, isEnd } = packets;
      const reply = yield* answer(errors);
      onItsWay = undefined;

      if (reply === 'ack') {
        errors = refusals = silences = 0;
        if (isEnd) break;
        damage.taken(packets.bytes);
        manner.taken();
        packets.next(manner.blockSize);
        await send('ack');
        // Whoever hears of it may take its time: the next block is on its way.
        yield { type: 'block', block, doneBytes: packets.done, totalBytes, retries };
        continue;
      }
      if (reply === 'cancel') {
        boardWaits = false;
        throw fail('the board cancelled the transfer', { canceled: true }, block > 1 ? Unfinished : TransferError);
      }
      if (reply === 'talk') {
        boardWaits = false;
        await replies.hearOut();
        if (isEnd) {
          // It has ended the transfer by itself, well or not: the words are for the caller to read.
          link.unread(toBytes(replies.text));
          yield { type: 'done', blocks: packets.blocks, totalBytes, retries, confirmed: false };
          return;
        }
        const hint = CRASHED.test(replies.text) ? CRASH_REMEDY : undefined;
        const again = block > 1 && !COMPLAINT.test(replies.text) ? Unfinished : TransferError;
        throw fail(`the board ended the transfer, saying ${shown(replies.text.trim())},`, { hint }, again);
      }

      const isRefusal = reply !== 'silence';
      errors++;
      retries++;
      refusals = isRefusal ? refusals + 1 : refusals;
      silences = isRefusal ? 0 : silences + 1;
      if (errors >= settings.triesPerBlock || (isEnd && silences >= settings.endSilences)) {
        // Its interrupts go where DDT has been; typed characters, one by one, do not show it.
        const hint =
          block === 1 && !isEnd && silences === errors
            ? 'if the board stays silent, reset it: RomWBW 2.9 dies of the first bytes at full speed once DDT was run'
            : undefined;
        if (!isRefusal) throw fail('no answer from the board', { timedOut: true, hint });
      }
      if (errors >= settings.triesPerBlock || (!isEnd && mode === 'crc' && refusals >= settings.fallenAfter)) {
        const hint = isEnd ? undefined : damageHint(damage, packets.bytes);
        throw fail(`the board refused the same block ${errors} times`, { hint }, Unfinished);
      }
      yield {
        type: 'retry',
        block,
        reason: reply === 'nak' ? 'refused' : reply === 'request' ? 'asked again' : 'silence',
        attempt: errors + 1,
      };
      if (!isEnd && isRefusal) {
        const first = block === 1;
        const inTime = replies.heardAtMs < arrivesAtMs + settings.refusalMs;
        manner.refused({ first, sure: inTime && refusals === errors });
        if (reply === 'request') mode = 'crc';
        packets.remake(manner.blockSize, mode);
      }
      await send('refusal');
    }
    boardWaits = false;
    yield { type: 'done', blocks: packets.blocks, totalBytes, retries, confirmed: true };
  } catch (error) {
    if (!(error instanceof LinkError) || error instanceof TransferError) throw error;
    // Where the line itself failed nobody can be told.
    if (!signal?.aborted) boardWaits = false;
    throw fail(`${error.message}`, { ...error.reason, hint: error.hint, cause: error });
  } finally {
    if (boardWaits) {
      if (onItsWay !== undefined) await blockAnswered(line, clock);
      await cancelTransfer(line, clock, settings.cancelPauseMs);
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
