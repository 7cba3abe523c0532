/** A link that is listened to: how much went each way, and which control characters came back. */
import { throughLink } from '../link/through-link.js';
import type { ByteLink } from '../seams/byte-link.js';

/** XMODEM's, by name, and what CP/M says of its disk. */
const NAMES: Readonly<Record<number, string>> = {
  0x01: 'SOH',
  0x02: 'STX',
  0x04: 'EOT',
  0x06: 'ACK',
  0x15: 'NAK',
  0x18: 'CAN',
  0x43: 'C',
};
const KEPT = 12;

export interface Tap {
  link: ByteLink;
  /** Begin to count, from 0. */
  reset(): void;
  received: number;
  sent: number;
  /** The last single control characters, oldest first. */
  controls: string[];
  /** Resolves when nobody reads: a line has one reader at a time. */
  idle(): Promise<void>;
}

export function tapLink(link: ByteLink): Tap {
  let reading: Promise<unknown> = Promise.resolve();
  const tap: Tap = {
    received: 0,
    sent: 0,
    controls: [],
    reset() {
      tap.received = tap.sent = 0;
      tap.controls = [];
    },
    async idle() {
      // Another may have been waiting for it, too.
      for (let seen: unknown; seen !== reading;) await (seen = reading);
    },
    link: throughLink(link, {
      async write(bytes) {
        await link.write(bytes);
        tap.sent += bytes.length;
      },
      async read(timeoutMs) {
        const look = link.read(timeoutMs);
        reading = look.catch(() => undefined);
        const arrival = await look;
        if (!arrival) return undefined;
        tap.received += arrival.bytes.length;
        const name = arrival.bytes.length === 1 ? NAMES[arrival.bytes[0]!] : undefined;
        if (name !== undefined) tap.controls = [...tap.controls, name].slice(-KEPT);
        return arrival;
      },
      unread: (bytes) => {
        tap.received -= bytes.length;
        link.unread(bytes);
      },
    }),
  };
  return tap;
}
