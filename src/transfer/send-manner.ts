/**
 * How a line and its receiver want to be treated, learned from what becomes of the blocks.
 *
 *     evidence                                         what follows
 *     block 1 refused, again with 128 bytes            paced: the cable may have no flow control
 *       … paced blocks taken, two at full speed not    it has none: `lost` is true
 *       … that one taken, too                          it was noise: at full speed again
 *     a block of 1K refused twice                      blocks of 128: a damaged one costs an eighth, and is rarer
 *     many blocks of 128 taken in a row                blocks of 1K
 *     a block that came soon after an ACK refused      a longer gap: the receiver swallowed its first byte
 *
 * A refusal counts only where it is `sure`: a NAK that comes by the receiver's own clock, after an ACK that was lost, says
 * nothing about the block, and a block that the receiver has must not be cut anew.
 */
import { CAN, EOT } from './xmodem.js';
import type { BlockSize } from './xmodem-packets.js';

export interface MannerSettings {
  /** From an answer to the next block, at most. XM looks for Ctrl-X after each ACK and swallows what is there already. */
  gapMs: number;
  /** The same to begin with. XM looks half a millisecond after its ACK at 7.4 MHz, and on the slowest boards in one. */
  leastGapMs: number;
  /** From one byte to the next on a line without flow control: RomWBW's XM needs 0.64 ms. */
  paceMs: number;
  /** The slowest pace that is tried: a Z80 at 1.8 MHz needs as much. */
  mostPaceMs: number;
  /** Paced blocks taken before one is sent at full speed, to tell noise from a cable without flow control. */
  paceProvenAfter: number;
  /** Blocks refused at full speed, with paced ones taken before each: noise of one byte in 700 does it to one line in 30 once. */
  lostAfter: number;
  /** Refusals of a block of 1K after which it goes in blocks of 128. */
  smallerAfter: number;
  /** Blocks of 128 taken in a row after which one of 1K is tried: 4 KB. Twice as many after each try that failed. */
  largerAfter: number;
}

export const MANNER_SETTINGS: Readonly<MannerSettings> = {
  gapMs: 10,
  leastGapMs: 2,
  paceMs: 1,
  mostPaceMs: 4,
  paceProvenAfter: 2,
  lostAfter: 2,
  smallerAfter: 2,
  largerAfter: 32,
};

/** As seen by a receiver that has lost a block's first byte: the number of such a block ends the file, or cancels. */
const DANGEROUS_NUMBERS: readonly number[] = [EOT, CAN];

/** A refused block. */
export interface Refusal {
  /** No block was taken yet. */
  first: boolean;
  /** The receiver does not have the block. */
  sure: boolean;
}

export class Manner {
  blockSize: BlockSize;
  /** Bytes are lost at full speed, and none when paced. */
  lost = false;
  readonly #settings: MannerSettings;
  #paceMs = 0;
  #gapMs: number;
  #refusals = 0;
  #taken = 0;
  #largerAfter: number;
  /** A block of 1K, or one at full speed, is on trial: the first refusal ends it. */
  #triesLarger = false;
  #triesFull = false;
  #failedFull = 0;
  /** A block was taken in this try. */
  #any = false;
  /** Full speed holds: a block was taken so. */
  #holds = false;

  constructor(
    private readonly largest: BlockSize,
    settings: Partial<MannerSettings> = {},
  ) {
    this.#settings = { ...MANNER_SETTINGS, ...settings };
    this.blockSize = largest;
    this.#gapMs = Math.min(this.#settings.gapMs, this.#settings.leastGapMs);
    this.#largerAfter = this.#settings.largerAfter;
  }

  /** From one byte to the next of the block that goes now; 0 = full speed. */
  get paceMs(): number {
    return this.#triesFull ? 0 : this.#paceMs;
  }

  /** From an ACK to this block; `number` 0 to 255, undefined for EOT, which is not to be swallowed either. */
  gapMs(number: number | undefined): number {
    return number === undefined || DANGEROUS_NUMBERS.includes(number) ? this.#settings.gapMs : this.#gapMs;
  }

  taken(): void {
    this.#refusals = 0;
    this.#taken++;
    this.#any = true;
    if (this.paceMs === 0) {
      this.#holds = true;
      this.#paceMs = 0;
    }
    this.#triesFull = this.#paceMs > 0 && !this.lost && this.#taken >= this.#settings.paceProvenAfter;
    this.#triesLarger = this.blockSize < this.largest && this.#taken >= this.#largerAfter;
    if (!this.#triesLarger) return;
    this.#taken = 0;
    this.blockSize = this.largest;
  }

  refused({ first, sure }: Refusal): void {
    const { gapMs, smallerAfter, paceMs, lostAfter } = this.#settings;
    this.#refusals++;
    this.#taken = 0;
    this.#gapMs = Math.min(gapMs, 2 * this.#gapMs);
    if (!sure) return;
    if (this.#triesFull) {
      this.#triesFull = false;
      this.lost = ++this.#failedFull >= lostAfter;
    } else if (this.blockSize > 128 && (first || this.#triesLarger || this.#refusals >= smallerAfter)) {
      if (this.#triesLarger) this.#largerAfter *= 2;
      this.#triesLarger = false;
      this.blockSize = 128;
    } else if (first && !this.#holds && this.#paceMs === 0 && this.#refusals >= 2) this.#paceMs = paceMs;
  }

  /** The whole transfer begins again; more slowly where no block of it was taken even paced. */
  again(): void {
    this.#refusals = this.#taken = 0;
    if (!this.#any && this.#paceMs > 0) this.#paceMs = Math.min(this.#settings.mostPaceMs, 2 * this.#paceMs);
    this.#any = false;
  }

  /** What is not as usual, behind "sending". */
  get words(): string {
    if (this.lost) return ' slowly: this line loses bytes at full speed';
    if (this.#paceMs > 0) return ' slowly: is there flow control?';
    return this.blockSize < this.largest ? ' in small blocks: the line damages them' : '';
  }
}
