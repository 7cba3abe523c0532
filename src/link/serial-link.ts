/**
 * A serial port as a ByteLink: raw and binary-transparent (8 data bits, no parity, no XON/XOFF, no CR/LF
 * changes), locked for us alone, modem lines left as the driver sets them at opening.
 *
 * A pseudo-terminal is opened the same way. It has no modem lines (the ioctls answer ENOTTY): that counts as
 * "not available", never as an error.
 */
import { accessSync, constants, statSync } from 'node:fs';
import type { SerialPort } from 'serialport';
import type { Arrival } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { LinkError } from '../seams/errors.js';
import { useDirectIo, type UnixBinding } from './direct-io.js';
import { Inbox } from './inbox.js';
import { turnLoopFor, type NativePort } from './loop-turns.js';
import { patience } from './patience.js';
import { accessHint, holdersInWords, isOtherDevice, nodeFacts, portHolders } from './port-access.js';
import { listPorts, nearMisses } from './port-list.js';
import { serialLibrary } from './serial-library.js';
import {
  DEFAULT_BAUD,
  PULSE_MS,
  type FlowControl,
  type ModemLines,
  type PulseLine,
  type SerialOptions,
} from './serial-options.js';
import type { Line } from './steady-link.js';

/**
 * How long a board may hold the line (RTS) before we call it stuck, beyond the time the bytes need. It must
 * outlast a receiver that writes 16 KB to a slow card with its RTS dropped: several seconds are known.
 */
export const WRITE_STALL_MS = 20_000;
/** Where nothing comes, we look so often whether the device is still there. */
const SILENCE_MS = 1_000;

/** Start, 8 data, stop. */
const BITS_PER_BYTE = 10;

const hasCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;

/** Everything that can be said before opening: it is missing, no device, or not ours to use. */
async function checkNode(path: string): Promise<void> {
  try {
    const node = statSync(path);
    if (!node.isCharacterDevice() || isOtherDevice(node.rdev)) throw noSerialPort(path);
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR'))
      throw new LinkError('there is no such port', {
        where: path,
        unavailable: true,
        hint: nearMisses(await listPorts()),
      });
    if (hasCode(error, 'EACCES')) throw noAccess(path, error);
    if (error instanceof LinkError) throw error;
    // A circle of links, a name that is too long, a device whose driver is gone.
    throw new LinkError(`this port cannot be looked at: ${(error as Error).message}`, {
      where: path,
      unavailable: true,
      cause: error,
    });
  }
}

function noSerialPort(path: string): LinkError {
  return new LinkError('this is not a serial port', {
    where: path,
    unavailable: true,
    hint: 'z80lm ports lists the serial ports of this computer',
  });
}

function noAccess(path: string, cause: unknown): LinkError {
  const facts = nodeFacts(path);
  return new LinkError('no permission to open the port', {
    where: path,
    unavailable: true,
    hint: facts && accessHint(facts),
    cause,
  });
}

function busy(path: string, cause?: unknown): LinkError {
  const holders = portHolders(path);
  const who = holdersInWords(holders);
  return new LinkError(who === '' ? 'the port is in use' : `the port is in use by ${who}`, {
    where: path,
    unavailable: true,
    hint: who === '' ? 'close the other program that has it open' : `end ${who}, then try again`,
    cause,
  });
}

/** What an open that failed says about the port. */
function openFailure(path: string, error: Error): LinkError {
  if (/lock|busy/i.test(error.message)) return busy(path, error);
  // What stty says of /dev/null where /sys and /proc do not tell (macOS).
  if (/inappropriate ioctl|not a (?:tty|typewriter)/i.test(error.message)) return noSerialPort(path);
  if (/permission|access denied/i.test(error.message)) return noAccess(path, error);
  return new LinkError(`the port cannot be opened: ${error.message.replace(/^Error:? /, '')}`, {
    where: path,
    unavailable: true,
    cause: error,
  });
}

/**
 * Open a serial port.
 * @throws LinkError (unavailable) when it is missing (naming what is there), not permitted (with the remedy for
 *   this node), or held by another program (naming it)
 */
export async function serialLink(path: string, options: SerialOptions): Promise<SerialLink> {
  if (process.platform !== 'win32') await checkNode(path);
  // A program that takes no lock (screen, cat) would eat half of the board's answers.
  if (portHolders(path).length > 0) throw busy(path);
  const library = await serialLibrary(path);
  const port = new library.SerialPort({
    path,
    baudRate: options.baud ?? DEFAULT_BAUD,
    dataBits: 8,
    parity: 'none',
    stopBits: options.stopBits ?? 1,
    rtscts: (options.flow ?? 'rtscts') === 'rtscts',
    xon: false,
    xoff: false,
    lock: true,
    // Dropping DTR at close would reset boards that wire it so.
    hupcl: false,
    autoOpen: false,
  });
  await new Promise<void>((resolve, reject) =>
    port.open((error) => (error ? reject(openFailure(path, error)) : resolve())),
  );
  return new SerialLink(port, options);
}

export class SerialLink implements Line {
  readonly name: string;
  readonly baud: number;
  readonly flow: FlowControl;
  readonly #port: SerialPort;
  readonly #clock: Clock;
  readonly #inbox: Inbox;
  /** Writes that wait: where the port goes away, the library may never answer them. */
  readonly #waits = new Set<AbortController>();
  /** When we may next ask whether the device is still there. */
  #lookAtMs = 0;

  /** @param port open */
  constructor(port: SerialPort, options: SerialOptions) {
    this.name = port.path;
    this.baud = port.baudRate;
    this.flow = options.flow ?? 'rtscts';
    this.#port = port;
    this.#clock = options.clock;
    this.#inbox = new Inbox(options.clock, port);
    // Its own types do not tell that a Unix port has a poller.
    port.once('close', turnLoopFor(port.port as NativePort | undefined));
    useDirectIo(port.port as Partial<UnixBinding> | undefined);
    port.on('data', (chunk: Buffer) => this.#inbox.push(Uint8Array.from(chunk)));
    port.on('error', (cause: Error) => this.#lost(cause));
    port.on('close', (cause: Error | null) => this.#lost(cause ?? undefined));
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#inbox.failure) throw this.#inbox.failure;
    const timer = new AbortController();
    this.#waits.add(timer);
    const wireMs = (bytes.length * BITS_PER_BYTE * 1000) / this.baud;
    const taken = new Promise<'taken'>((resolve) => {
      this.#port.write(Buffer.from(bytes), (error) => {
        if (error) this.#lost(error);
        resolve('taken');
      });
    });
    const late = patience(this.#clock, wireMs + WRITE_STALL_MS, timer.signal).then(
      () => 'late' as const,
      () => 'taken' as const,
    );
    const outcome = await Promise.race([taken, late]);
    timer.abort();
    this.#waits.delete(timer);
    if (this.#inbox.failure) throw this.#inbox.failure;
    if (outcome === 'late') throw await this.#stalled();
  }

  async read(timeoutMs: number): Promise<Arrival | undefined> {
    for (let left = timeoutMs; ; left -= SILENCE_MS) {
      const arrival = await this.#inbox.read(Math.min(left, SILENCE_MS));
      if (arrival !== undefined) return arrival;
      if (await this.#hungUp()) this.#lost();
      else if (left <= SILENCE_MS) return undefined;
    }
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

  /** The incoming modem lines, or undefined where there are none to ask (pseudo-terminals). */
  modemLines(): Promise<ModemLines | undefined> {
    return new Promise((resolve) => {
      if (!this.#port.isOpen) resolve(undefined);
      else this.#port.get((error, status) => resolve(error || !status ? undefined : status));
    });
  }

  /** @throws LinkError (unavailable) where there is no such line: pseudo-terminals have none */
  async pulse(line: PulseLine): Promise<void> {
    const set = (on: boolean): Promise<void> =>
      new Promise((resolve, reject) =>
        this.#port.set(
          { dtr: !(on && line === 'dtr'), rts: !(on && line === 'rts'), brk: on && line === 'break' },
          (cause) =>
            cause
              ? reject(
                  new LinkError(`${line.toUpperCase()} cannot be set: ${cause.message.replace(/^Error:? /, '')}`, {
                    where: this.name,
                    unavailable: true,
                    cause,
                  }),
                )
              : resolve(),
        ),
      );
    await set(true);
    await patience(this.#clock, PULSE_MS);
    await set(false);
  }

  /**
   * Has the device gone while the library was about to read? Then every read gives nothing instead of failing, and the
   * library tries again for ever. But other calls fail, with EIO.
   */
  #hungUp(): Promise<boolean> {
    const now = this.#clock.now();
    return new Promise((resolve) => {
      if (!this.#port.isOpen || now < this.#lookAtMs) return resolve(false);
      this.#lookAtMs = now + SILENCE_MS;
      this.#port.get((error) => resolve(/input\/output error/i.test(error?.message ?? '')));
    });
  }

  async close(): Promise<void> {
    this.#inbox.fail(new LinkError('the port is closed', { where: this.name, canceled: true }));
    if (!this.#port.isOpen) return;
    // Of what the board holds back nothing may be left: a system waits half a minute for it to go out.
    if (this.#waits.size > 0) await new Promise<void>((resolve) => this.#port.flush(() => resolve()));
    await new Promise<void>((resolve) => this.#port.close(() => resolve()));
  }

  #lost(cause?: Error): void {
    this.#inbox.fail(
      new LinkError('the port went away', {
        where: this.name,
        disconnected: true,
        hint: 'is the cable still in, and the board powered?',
        cause,
      }),
    );
    for (const wait of this.#waits) wait.abort();
    if (this.#port.isOpen) this.#port.close(() => undefined);
  }

  /** The bytes did not leave: say what is seen on CTS, and give up the port, for they must not leave later. */
  async #stalled(): Promise<LinkError> {
    const lines = await this.modemLines();
    const error = new LinkError(`the port took no bytes for ${WRITE_STALL_MS / 1000} s`, {
      where: this.name,
      timedOut: true,
      hint:
        lines?.cts === false
          ? 'CTS is off: the board holds the line, or the cable has no CTS wire; try --flow none --pace 1'
          : 'the board reads nothing: is it running?',
    });
    this.#inbox.fail(error);
    if (this.#port.isOpen) {
      this.#port.flush(() => undefined);
      this.#port.close(() => undefined);
    }
    return error;
  }
}
