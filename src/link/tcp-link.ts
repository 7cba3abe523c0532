/**
 * A board behind a TCP port: ser2net in raw mode, an emulator, the virtual board. Raw means that the byte FF
 * is a byte; a telnet server doubles it and talks in between, which would break every binary, so its greeting
 * (IAC WILL/WONT/DO/DONT) is recognised and refused.
 */
import { connect, type Socket } from 'node:net';
import type { Arrival } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { LinkError } from '../seams/errors.js';
import { Inbox } from './inbox.js';
import { patience } from './patience.js';
import type { NetworkAddress } from './port-address.js';
import type { Line } from './steady-link.js';

export interface TcpOptions {
  clock: Clock;
  /** A host on the same network answers in milliseconds; a wrong address would otherwise wait for minutes. */
  connectTimeoutMs?: number;
  /** Unless given, WRITE_STALL_MS. */
  writeStallMs?: number;
  /** What of the bytes that came is data: another protocol on the same connection (rfc2217.ts). Without it, all. */
  decode?: (chunk: Uint8Array) => Uint8Array;
}

/** As for the serial link: the server passes the board's flow control on to us. */
export const WRITE_STALL_MS = 20_000;

/** What was written may leave within this after `close`; a server that reads nothing never takes it. */
const CLOSE_MS = 1_000;

const IAC = 0xff;
/** IAC, a verb (WILL, WONT, DO, DONT), and an option; the options in use have small numbers. */
const isTelnet = ([first, verb = 0, option = 0xff]: Uint8Array): boolean =>
  first === IAC && verb >= 0xfb && verb <= 0xfe && option < 0x40;

export async function tcpLink({ host, port, name }: NetworkAddress, options: TcpOptions): Promise<Line> {
  const { clock, connectTimeoutMs = 5_000 } = options;
  const socket = connect({ host, port, noDelay: true });
  const timer = new AbortController();
  const failed = (message: string, cause?: unknown): LinkError =>
    new LinkError(message, { where: name, unavailable: true, cause });
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        failed(
          cause.code === 'ECONNREFUSED'
            ? 'nothing listens there'
            : cause.code === 'ENOTFOUND'
              ? `there is no host "${host}"`
              : `it cannot be reached: ${cause.message}`,
          cause,
        ),
      ),
    );
  });
  const late = patience(clock, connectTimeoutMs, timer.signal).then(
    () => {
      throw failed(`no connection within ${connectTimeoutMs / 1000} s`);
    },
    () => undefined,
  );
  try {
    await Promise.race([connected, late]);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    timer.abort();
  }
  return new TcpLink(name, socket, options);
}

class TcpLink implements Line {
  readonly baud = undefined;
  readonly #inbox: Inbox;
  #first = true;

  constructor(
    readonly name: string,
    private readonly socket: Socket,
    private readonly options: TcpOptions,
  ) {
    this.#inbox = new Inbox(options.clock, socket);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (cause) => this.#lost(cause));
    socket.on('close', () => this.#lost());
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#inbox.failure) throw this.#inbox.failure;
    const stallMs = this.options.writeStallMs ?? WRITE_STALL_MS;
    const timer = new AbortController();
    const taken = new Promise<boolean>((resolve) => {
      this.socket.write(bytes, () => resolve(true));
    });
    const late = patience(this.options.clock, stallMs, timer.signal).then(
      () => false,
      () => true,
    );
    const inTime = await Promise.race([taken, late]);
    timer.abort();
    if (this.#inbox.failure) throw this.#inbox.failure;
    if (inTime) return;
    const error = new LinkError(`the server took no bytes for ${stallMs / 1000} s`, {
      where: this.name,
      timedOut: true,
    });
    this.#inbox.fail(error);
    this.socket.destroy();
    throw error;
  }

  read(timeoutMs: number): Promise<Arrival | undefined> {
    return this.#inbox.read(timeoutMs);
  }
  get gone(): Promise<LinkError> {
    return this.#inbox.failed;
  }
  unread(bytes: Uint8Array): void {
    this.#inbox.unread(bytes);
  }
  drain(): Uint8Array {
    return this.#inbox.drain();
  }

  async close(): Promise<void> {
    this.#inbox.fail(new LinkError('the connection is closed', { where: this.name, canceled: true }));
    if (this.socket.destroyed) return;
    const timer = new AbortController();
    const closed = new Promise<void>((resolve) => this.socket.once('close', () => resolve()));
    // What was written still goes out; a server that never answers the end is not waited for.
    this.socket.end(() => this.socket.destroy());
    patience(this.options.clock, CLOSE_MS, timer.signal).then(
      () => this.socket.destroy(),
      () => undefined,
    );
    await closed;
    timer.abort();
  }

  #take(chunk: Buffer): void {
    const { decode } = this.options;
    try {
      if (decode === undefined && this.#first && isTelnet(chunk))
        throw new LinkError('the server speaks telnet, which doubles every FF byte', {
          where: this.name,
          unavailable: true,
          hint: 'use rfc2217://HOST:PORT, or make the server raw (ser2net: "tcp,PORT" instead of "telnet(...)")',
        });
      this.#inbox.push(decode?.(chunk) ?? Uint8Array.from(chunk));
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      this.#inbox.fail(error);
      this.socket.destroy();
    }
    this.#first = false;
  }

  #lost(cause?: Error): void {
    this.#inbox.fail(
      new LinkError('the server closed the connection', { where: this.name, disconnected: true, cause }),
    );
  }
}
