/**
 * An XMODEM receiver in a process of its own, behind a pseudo-terminal: it acknowledges each block when a wire of the
 * given speed would have brought its last bit, and stores nothing.
 *
 *     here                     bench/link.ts
 *     { path } ──────────────►
 *          ◄─────────────────── 'opened': somebody has the port open
 *     { ms } ────────────────► from the first byte of the first block to the last ACK
 */
import { nodeClock as clock } from '../src/host/node-clock.js';
import { ACK, CRC_REQUEST, EOT, SOH } from '../src/transfer/xmodem.js';
import { fakePort } from '../test/fakes/pty.js';

export const msPerByte = (baud: number): number => 10_000 / baud;

function receive(baud: number): void {
  const port = fakePort();
  let left = 0;
  let wireFreeMs = 0;
  let startedMs: number | undefined;
  const answer = (byte: number, then?: () => void): void => {
    // A timer is a millisecond late or so; ask for the moment and spin for the rest.
    const tick = (): void => {
      if (clock.now() < wireFreeMs) return void setImmediate(tick);
      port.send(Uint8Array.of(byte));
      then?.();
    };
    setTimeout(tick, Math.max(0, wireFreeMs - clock.now() - 2));
  };
  port.onData((bytes) => {
    startedMs ??= clock.now();
    wireFreeMs = Math.max(wireFreeMs, clock.now()) + bytes.length * msPerByte(baud);
    if (left === 0) {
      if (bytes[0] === EOT) return answer(ACK, () => process.send!({ ms: clock.now() - startedMs! }));
      left = bytes[0] === SOH ? 133 : 1029;
    }
    left -= bytes.length;
    if (left > 0) return;
    left = 0;
    answer(ACK);
  });
  process.once('message', () => {
    port.ready();
    port.send(Uint8Array.of(CRC_REQUEST));
  });
  process.once('disconnect', () => process.exit());
  process.send!({ path: port.path });
}

if (process.send !== undefined) receive(Number(process.argv[2]));
