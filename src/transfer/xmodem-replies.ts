/** A receiver's answers, picked out of whatever else arrives. */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { ByteReader } from '../link/byte-reader.js';
import type { Wait } from '../link/wait.js';
import { ACK, CAN, CRC_REQUEST, NAK, type CheckMode } from './xmodem.js';

/** A receiver answers in single control bytes: so many letters in a row are a program's talk. */
const TALK_LENGTH = 12;
/** So much of what else came is kept for a message. */
const TEXT_KEPT = 400;
/** So many C, or NAKs, in a row are no text, however close they stand. */
const SURE_REQUESTS = 4;
const LETTER_K = 0x4b;

export type Reply = 'ack' | 'nak' | 'request' | 'cancel' | 'talk' | 'silence';

export class Replies {
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

  /**
   * The first request: C or NAK with nothing but a K behind it; or several in a row, from a receiver that asks faster than
   * `quietMs`.
   */
  async request(timeoutMs: number, quietMs: number): Promise<CheckMode | 'cancel' | undefined> {
    const wait = this.#reader.wait('a request', { totalMs: timeoutMs });
    let asked: CheckMode | undefined;
    let inRow = 0;
    for (;;) {
      const byte = await this.#byte(wait, asked && quietMs);
      if (byte === undefined) return wait.end === 'silence' ? asked : undefined;
      if (asked && byte === LETTER_K) return asked;
      if (byte === CAN && ++this.#cans === 2) return 'cancel';
      if (byte !== CAN) this.#cans = 0;
      const before = asked;
      asked = byte === CRC_REQUEST ? 'crc' : byte === NAK ? 'checksum' : undefined;
      inRow = asked !== undefined && asked === before ? inRow + 1 : 1;
      if (asked !== undefined && inRow >= SURE_REQUESTS) return asked;
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
    if (arrival.bytes.length > 1) {
      const rest = arrival.bytes.subarray(1);
      wait.gaveBack(rest.length);
      this.#reader.link.unread(rest);
    }
    return arrival.bytes[0];
  }

  #keep(text: string): void {
    this.#text = (this.#text + text).slice(-TEXT_KEPT);
  }
}
