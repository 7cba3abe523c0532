/**
 * What proves a program in a monitor's memory, block by block: the sums that a routine of ours tells, or where that cannot be,
 * what M shows.
 *
 *     us     :20F68000…                board  Ready           firmware/monitor/sums.asm, above the program
 *     us     M F680                    board  F680:  18 42 …  as it was sent? Only then:
 *     us     G F680
 *     board  8000 3E8F9A10 4C          address, CRC-32 of the block, and the sum of these characters
 *     board  8100 01B2C3D4 9E
 *     board  *
 *
 * A line that came damaged tells nothing: then all are asked for again. That of a block that is there wrongly does.
 */
import { toBytes } from '../seams/bytes.js';
import { crc32 } from '../seams/crc32.js';
import type { Segment } from '../seams/intel-hex.js';
import type { ScmLine } from './scm-line.js';

export const PROOF_SETTINGS = {
  /** How often the routine is sent that does not arrive: then there may be no memory for it. */
  bringTries: 3,
  /** How often sums are asked for until there is one of each block. */
  askTries: 6,
  /** All sums: 0.7 s for 28 KB at 7.37 MHz and 115200 baud. */
  sumsMs: 15_000,
};

/** Where the routine lies, as firmware/monitor/sums.asm has it: up to FBFFh, with the table behind it. */
export const SUMS = { origin: 0xf680, rangesAt: 2, mostRanges: 16 };
export const BLOCK_BYTES = 256;
const LINE = /([0-9A-F]{4}) ([0-9A-F]{8}) ([0-9A-F]{2})\r\n/g;

/** Segments in blocks, each of them at a segment's beginning, or a whole number of blocks behind it. */
export function blocksOf(segments: readonly Segment[]): Segment[] {
  return segments.flatMap(({ address, bytes }) =>
    Array.from({ length: Math.ceil(bytes.length / BLOCK_BYTES) }, (_, n) => ({
      address: address + n * BLOCK_BYTES,
      bytes: bytes.subarray(n * BLOCK_BYTES, (n + 1) * BLOCK_BYTES),
    })),
  );
}

export interface Proof {
  /** Asks in a second, not in as much time as sending takes. */
  readonly isQuick: boolean;
  /** To be called where memory may have been written to by something damaged. @returns false: it is no use here */
  ready(): Promise<boolean>;
  /** Which blocks are not in memory as they are due, and which nobody knows of; tells how many bytes are done. */
  differing(): AsyncGenerator<number, Segment[]>;
}

export class Sums implements Proof {
  readonly isQuick = true;
  readonly #image: Uint8Array;
  readonly #blocks: readonly Segment[];

  private constructor(
    private readonly monitor: ScmLine,
    image: Uint8Array,
    segments: readonly Segment[],
  ) {
    this.#blocks = blocksOf(segments);
    this.#image = Uint8Array.from(image);
    for (const [n, { address, bytes }] of segments.entries())
      for (const [m, word] of [address, bytes.length].entries())
        this.#image.set([word & 0xff, word >> 8], SUMS.rangesAt + 4 * n + 2 * m);
  }

  /** Undefined where the program leaves no room for it, or has too many pieces. */
  static of(monitor: ScmLine, image: Uint8Array, segments: readonly Segment[]): Sums | undefined {
    const end = Math.max(...segments.map(({ address, bytes }) => address + bytes.length));
    return end <= SUMS.origin && segments.length <= SUMS.mostRanges ? new Sums(monitor, image, segments) : undefined;
  }

  /** Bring the routine. It is run only where M has shown that it is there. */
  async ready(): Promise<boolean> {
    for (let tries = 0; tries < PROOF_SETTINGS.bringTries; tries++) {
      await finish(this.monitor.send([{ address: SUMS.origin, bytes: this.#image }]));
      const there = await finish(this.monitor.memory(SUMS.origin, this.#image.length));
      if (this.#image.every((byte, n) => there[n] === byte)) return true;
    }
    return false;
  }

  async *differing(): AsyncGenerator<number, Segment[]> {
    const told = new Map<number, number>();
    for (let tries = 0; tries < PROOF_SETTINGS.askTries && told.size < this.#blocks.length; tries++) {
      const text = await this.monitor.run(SUMS.origin, PROOF_SETTINGS.sumsMs);
      if (text === undefined) await this.monitor.toPrompt();
      for (const [address, crc] of sumsIn(text ?? '')) told.set(address, crc);
      yield* [];
    }
    return this.#blocks.filter(({ address, bytes }) => told.get(address) !== crc32(bytes));
  }
}

/** Of the lines that came whole. */
function* sumsIn(text: string): Generator<[address: number, crc: number]> {
  for (const [line, address, crc, check] of text.matchAll(LINE)) {
    const sum = toBytes(line.slice(0, -4)).reduce((all, byte) => (all + byte) & 0xff, 0);
    if (sum === parseInt(check!, 16)) yield [parseInt(address!, 16), parseInt(crc!, 16)];
  }
}

export class Dumps implements Proof {
  readonly isQuick = false;
  constructor(
    private readonly monitor: ScmLine,
    private readonly segments: readonly Segment[],
  ) {}

  async ready(): Promise<boolean> {
    return true;
  }

  async *differing(): AsyncGenerator<number, Segment[]> {
    const differing: Segment[] = [];
    for (const { address, bytes } of this.segments) {
      const there = yield* this.monitor.memory(address, bytes.length);
      const blocks = blocksOf([{ address, bytes }]);
      differing.push(...blocks.filter((block) => block.bytes.some((b, n) => there[block.address - address + n] !== b)));
    }
    return differing;
  }
}

/** What a generator returns, where nobody is told how far it is. */
export async function finish<T>(work: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const { done, value } = await work.next();
    if (done) return value as T;
  }
}
