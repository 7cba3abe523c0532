/**
 * The sender of the npm library `xmodem.js`, fed one protocol byte at a time. The library decides what is
 * sent; what it cannot do is done around it here and in xmodem-send.ts, and docs/decisions.md has the list.
 *
 * It wants a socket: an object that it writes blocks to and that hands it the receiver's bytes. Ours keeps the
 * block for the caller, who sends it when the line is ready. Each transfer has its own instance, made from the
 * one object that the module exports: what a transfer sets (its check mode) is set on the instance.
 */
import xmodem from 'xmodem.js';
import { ACK, CRC_REQUEST, EOT, NAK, SOH, STX, type CheckMode } from './xmodem.js';

interface Socket {
  on(event: 'data', listener: (bytes: Uint8Array) => void): void;
  removeListener(event: 'data', listener: (bytes: Uint8Array) => void): void;
  write(block: Uint8Array): void;
}

interface Instance {
  XMODEM_OP_MODE: 'crc' | 'normal';
  XMODEM_START_BLOCK: number;
  readonly block_size: number;
  send(socket: Socket, data: Uint8Array): void;
}

/** Header, number, its complement, and two of CRC: a block of 128 is no longer than this. */
const LONGEST_SHORT_BLOCK = 128 + 5;

export class XmodemJsSender {
  /** Data bytes in each block, padding included. */
  readonly sizes: readonly number[];
  readonly #instance: Instance;
  #listener: ((bytes: Uint8Array) => void) | undefined;
  #out: Uint8Array | undefined;
  #left: number;
  #finished = false;
  #endSent = false;

  /** @param first number of the first block, where these data go on with a file */
  constructor(
    private readonly data: Uint8Array,
    blockSize: 128 | 1024,
    first = 1,
  ) {
    this.#left = data.length;
    // The library asks for its block size anew for each block it cuts, and cuts with slice(): so full blocks
    // can be 1K and the rest 128, as XMODEM-1K has it.
    const sizeNow = (): number => (this.#left >= blockSize ? blockSize : 128);
    this.#instance = Object.create(xmodem, { block_size: { get: sizeNow } }) as Instance;
    // As many fillers as this says come before the blocks, and a number is cut to 8 bits only when it is written.
    this.#instance.XMODEM_START_BLOCK = 1 + ((first - 1) & 0xff);
    const sizes: number[] = [];
    const rest = (from: number): Uint8Array =>
      Object.assign(data.subarray(from), {
        slice: (length: number) => {
          this.#left = Math.max(0, data.length - from - length);
          sizes.push(length);
          return rest(from + length);
        },
      });
    this.#instance.send(
      {
        on: (_event, listener) => (this.#listener = listener),
        removeListener: () => (this.#finished = true),
        write: (block) => (this.#out = withRightHeader(block)),
      },
      rest(0),
    );
    this.sizes = sizes;
  }

  /** The end was acknowledged. */
  get finished(): boolean {
    return this.#finished;
  }

  set mode(mode: CheckMode) {
    this.#instance.XMODEM_OP_MODE = mode === 'crc' ? 'crc' : 'normal';
  }

  /** Answer the receiver's first request: the first block. */
  begin(mode: CheckMode): Uint8Array {
    this.mode = mode;
    return this.#feed(mode === 'crc' ? CRC_REQUEST : NAK);
  }

  /** The receiver has the block: the next one, or EOT, or undefined when it was EOT that it has. */
  acknowledged(): Uint8Array | undefined {
    const next = this.#feed(ACK);
    return this.#finished ? undefined : next;
  }

  /** The same again. */
  again(): Uint8Array {
    return this.#feed(NAK);
  }

  #feed(byte: number): Uint8Array {
    if (this.data.length === 0) return this.#feedEmpty(byte);
    this.#out = undefined;
    this.#listener?.(Uint8Array.of(byte));
    return this.#out ?? Uint8Array.of();
  }

  /** The library never answers for an empty file; the protocol's answer to the request is EOT. */
  #feedEmpty(byte: number): Uint8Array {
    if (byte === ACK && this.#endSent) this.#finished = true;
    this.#endSent = true;
    return Uint8Array.of(EOT);
  }
}

/** The library writes SOH before a block of any length; the right mark for 1K is STX. */
function withRightHeader(block: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(block);
  if (bytes[0] === SOH && bytes.length > LONGEST_SHORT_BLOCK) bytes[0] = STX;
  return bytes;
}
