/**
 * Where the parts of a program stand in a machine's memory:
 *
 *     all of it is as fast    code   front  rest   buffers      from the first address on
 *     slow memory first       front  code   rest   buffers      so that the front alone lies in slow memory
 *
 * The front is what a closed model reads once per question (front.ts), the rest what it reads all the time. Behind the
 * buffers, memory is free; the program makes lists of bit masks there (unpack.ts).
 */
import type { MachineMemory } from '../machines/machine.js';

export const PAGE = 256;

export const wholePages = (bytes: number): number => Math.ceil(bytes / PAGE) * PAGE;

/** Addresses; the code begins at a page. */
export interface Places {
  /** Of the program's first byte. */
  origin: number;
  code: number;
  front: number;
  /** Of the model behind its front. */
  rest: number;
}

/** Bytes of the parts that are known before the rest is laid out. */
export interface PartBytes {
  code: number;
  front: number;
}

/** With the code first. @param origin a page */
export function codeFirst(origin: number, { code, front }: PartBytes): Places {
  return { origin, code: origin, front: origin + code, rest: origin + code + front };
}

/**
 * With the front first, as low as it can be.
 * @param free bytes of memory that may be left below it, to bring the code up to fast memory
 */
export function frontFirst({ origin, hotFrom = origin }: MachineMemory, parts: PartBytes, free = 0): Places {
  const lowest = wholePages(origin + parts.front);
  const code = lowest + Math.min(Math.max(0, wholePages(hotFrom - lowest)), Math.floor(free / PAGE) * PAGE);
  return { origin: code - parts.front, code, front: code - parts.front, rest: code + parts.code };
}
