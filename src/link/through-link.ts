/** A link that goes through another one: what it does otherwise is given, all else is the other's. */
import type { ByteLink } from '../seams/byte-link.js';

export function throughLink(link: ByteLink, otherwise: Partial<ByteLink>): ByteLink {
  return {
    // A link that was opened anew may have another name.
    get name() {
      return link.name;
    },
    get baud() {
      return link.baud;
    },
    write: (bytes) => link.write(bytes),
    read: (timeoutMs) => link.read(timeoutMs),
    unread: (bytes) => link.unread(bytes),
    drain: () => link.drain(),
    close: () => link.close(),
    ...otherwise,
  };
}
