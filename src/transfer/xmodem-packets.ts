/**
 * What goes on the wire, packet by packet: the one that is out, and the next one, which is made while the line is busy with
 * this one. A packet can be made again in another form, and the rest of the file is then cut anew: XMODEM's blocks of 128
 * and 1024 bytes may be mixed.
 */
import type { CheckMode } from './xmodem.js';
import { XmodemJsSender } from './xmodem-js.js';

export type BlockSize = 128 | 1024;

export class Packets {
  /** The packet that is out. */
  bytes: Uint8Array;
  /** Its block's number from 1; one more than the last at the end. */
  block = 1;
  /** Data bytes of the blocks before it. */
  done = 0;
  #sender: XmodemJsSender;
  #ahead: Uint8Array | undefined;
  /** Blocks that an earlier sender has made. */
  #before = 0;

  constructor(
    private readonly data: Uint8Array,
    private blockSize: BlockSize,
    private mode: CheckMode,
  ) {
    this.#sender = new XmodemJsSender(data, blockSize);
    this.bytes = this.#sender.begin(mode);
  }

  /** Blocks in all, as the file is cut now. */
  get blocks(): number {
    return this.#before + this.#sender.sizes.length;
  }

  get isEnd(): boolean {
    return this.block > this.blocks;
  }

  /** Data bytes in this packet's block, padding included. */
  get size(): number {
    return this.#sender.sizes[this.block - 1 - this.#before] ?? 0;
  }

  get checkMode(): CheckMode {
    return this.mode;
  }

  /** Make the next one, for when this one is acknowledged. */
  lookAhead(): void {
    if (!this.isEnd) this.#ahead ??= this.#sender.acknowledged();
  }

  /** This one is acknowledged: go on to the next. @returns whether there is one */
  next(blockSize: BlockSize): boolean {
    if (this.isEnd) return false;
    this.lookAhead();
    const ahead = this.#ahead!;
    this.done = Math.min(this.data.length, this.done + this.size);
    this.block++;
    this.#ahead = undefined;
    this.bytes = ahead;
    if (blockSize !== this.blockSize && !this.isEnd) this.remake(blockSize, this.mode);
    return true;
  }

  /** This one in another form. */
  remake(blockSize: BlockSize, mode: CheckMode): void {
    if (this.isEnd || (blockSize === this.blockSize && mode === this.mode)) return;
    this.blockSize = blockSize;
    this.mode = mode;
    this.#ahead = undefined;
    this.#before = this.block - 1;
    this.#sender = new XmodemJsSender(this.data.subarray(this.done), blockSize, this.block);
    this.bytes = this.#sender.begin(mode);
  }
}
