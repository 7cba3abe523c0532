/**
 * Blocks of text that are written once, in order, and read by number: what a console has shown. The oldest are given up
 * when there are too many.
 */
export interface BlockStore {
  /** The oldest that is still kept, and the next to be written. */
  readonly first: number;
  readonly next: number;
  append(block: string): void;
  /** @returns undefined for one that was given up, or cannot be read */
  read(number: number): string | undefined;
  /** Forget all; the next one is 0 again. */
  clear(): void;
  close(): void;
}

/** In memory, in at most so many characters. */
export function memoryBlocks(limit: number): BlockStore {
  let blocks: string[] = [];
  let first = 0;
  let size = 0;
  const clear = (): void => {
    blocks = [];
    first = size = 0;
  };
  return {
    get first() {
      return first;
    },
    get next() {
      return first + blocks.length;
    },
    append(block) {
      blocks.push(block);
      size += block.length;
      while (size > limit && blocks.length > 1) {
        size -= blocks.shift()!.length;
        first++;
      }
    },
    read: (number) => blocks[number - first],
    clear,
    close: clear,
  };
}
