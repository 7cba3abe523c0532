/**
 * Types as fast as the other end echoes: for one that polls its UART and buffers nothing.
 *
 *     us     i            board  i
 *     us     s            board  s             each when the one before has come back
 *     us     CR                                the last one is not waited for: what follows it is the answer
 *
 * What comes meanwhile is kept for the reader, with its time.
 */
import { Wait } from '../link/wait.js';
import type { Arrival, ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { TYPER_SETTINGS } from './echo-typer.js';

export class EchoedKeyboard {
  #kept: Arrival[] = [];

  constructor(
    private readonly link: ByteLink,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** A key that is not echoed is waited for in vain, for 0.2 s. */
  async write(bytes: Uint8Array): Promise<void> {
    for (const [n, byte] of bytes.entries()) {
      await this.link.write(Uint8Array.of(byte));
      if (n < bytes.length - 1) await this.#echo(byte);
    }
  }

  async read(timeoutMs: number): Promise<Arrival | undefined> {
    return this.#kept.shift() ?? (await this.link.read(timeoutMs));
  }

  forget(): void {
    this.#kept = [];
  }

  async #echo(byte: number): Promise<void> {
    const wait = new Wait(this.link, 'an echo', { totalMs: TYPER_SETTINGS.echoMs }, this.clock);
    for (let arrival = await wait.next(); arrival !== undefined; arrival = await wait.next()) {
      this.#kept.push(arrival);
      if (arrival.bytes.includes(byte)) return;
    }
  }
}
