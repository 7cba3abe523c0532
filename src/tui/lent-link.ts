/**
 * The line as a stage of the pipeline has it: until the stage is over. A stage that is stopped may still be waiting for
 * what does not come; from then on it has no line any more, and what it does not read is there for the next.
 */
import { throughLink } from '../link/through-link.js';
import type { ByteLink } from '../seams/byte-link.js';
import { LinkError } from '../seams/errors.js';

/** A read is made of looks of so long, each counted as that: after the longest of them the line is free. */
const LOOK_MS = 50;

export interface LentLink extends ByteLink {
  /** The stage is over. */
  takeBack(): void;
}

export function lendLink(link: ByteLink): LentLink {
  let isOver = false;
  const check = (): void => {
    if (isOver) throw new LinkError('the stage that had the line is over', { where: link.name, canceled: true });
  };
  const lent = throughLink(link, {
    async write(bytes) {
      check();
      await link.write(bytes);
    },
    async read(timeoutMs) {
      for (let left = timeoutMs; ; left -= LOOK_MS) {
        check();
        const arrival = await link.read(Math.min(left, LOOK_MS));
        if (arrival && isOver) link.unread(arrival.bytes);
        check();
        if (arrival || left <= LOOK_MS) return arrival;
      }
    },
    unread(bytes) {
      if (!isOver) link.unread(bytes);
    },
    drain: () => (isOver ? new Uint8Array(0) : link.drain()),
  });
  return { ...lent, takeBack: () => (isOver = true) };
}
