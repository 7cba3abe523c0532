/**
 * A serial port behind a telnet server that lets us set it (RFC 2217, "Telnet Com Port Control Option"): ser2net, esp-link,
 * many device servers. Telnet is telnet.ts; within it the suboptions of option 44 set the port, and the answer to each has
 * its number plus 100:
 *
 *     us      WILL COM-PORT; WILL and DO BINARY; WILL and DO SUPPRESS-GO-AHEAD
 *     server  DO COM-PORT                                   DONT: it cannot be set; silence: it is no telnet server
 *     us      SET-BAUDRATE 0001C200                         115200
 *     server  the same, +100, with what it does now         another value: it cannot
 *     us      SET-DATASIZE 8, SET-PARITY 1 (none), SET-STOPSIZE 1 or 2, SET-CONTROL 3 (RTS/CTS) or 1 (none)
 *     us      SET-MODEMSTATE-MASK FF
 *     server  NOTIFY-MODEMSTATE, whenever CTS, DSR or DCD change
 *     server  FLOWCONTROL-SUSPEND, FLOWCONTROL-RESUME       between these we hold our bytes back
 *
 * --reset sends SET-CONTROL for DTR, RTS and break.
 */
import type { Arrival } from '../seams/byte-link.js';
import { LinkError } from '../seams/errors.js';
import { patience } from './patience.js';
import type { NetworkAddress } from './port-address.js';
import { DEFAULT_BAUD, PULSE_MS, type ModemLines, type PulseLine, type SerialOptions } from './serial-options.js';
import type { Line } from './steady-link.js';
import { tcpLink, WRITE_STALL_MS, type TcpOptions } from './tcp-link.js';
import { doubled, optionCommand, suboption, TelnetReader, VERB, type TelnetEvent } from './telnet.js';

const OPTION = { BINARY: 0, SUPPRESS_GO_AHEAD: 3, COM_PORT: 44 } as const;
/** What both sides are to do, by its number. */
const BOTH_WAYS: readonly number[] = [OPTION.BINARY, OPTION.SUPPRESS_GO_AHEAD];

/** Ours; the server's have 100 more. */
const COMMAND = { BAUD: 1, DATA_SIZE: 2, PARITY: 3, STOP_SIZE: 4, CONTROL: 5, MODEM_STATE_MASK: 11 } as const;
const FROM_SERVER = 100;
const NOTIFY_MODEM_STATE = 107;
const SUSPEND = 108;
const RESUME = 109;
const PARITY_NONE = 1;
const FLOW = { none: 1, rtscts: 3 } as const;
/** SET-CONTROL: the value that drops the line, or begins the break, and the one that ends it. */
const PULSE: Readonly<Record<PulseLine, readonly [number, number]>> = { dtr: [9, 8], rts: [12, 11], break: [5, 6] };
const MODEM = { DCD: 0x80, DSR: 0x20, CTS: 0x10 } as const;

export interface Rfc2217Options extends SerialOptions, TcpOptions {
  /** A server on the same network answers within milliseconds, an ESP8266 within some tenths of a second. */
  answerMs?: number;
}

/**
 * Connect, and set the port.
 * @throws LinkError (unavailable) when nobody listens, no telnet server answers in time, it refuses, or its port cannot be
 *   set as asked
 */
export async function rfc2217Link(address: NetworkAddress, options: Rfc2217Options): Promise<Line> {
  const port = new ComPort(address.name, options);
  const line = await tcpLink(address, { ...options, decode: (chunk) => port.decode(chunk) });
  try {
    await port.setUp(line);
  } catch (error) {
    await line.close();
    if (!(error instanceof LinkError && error.reason.disconnected)) throw error;
    throw new LinkError('the server closed the connection at once', {
      where: address.name,
      unavailable: true,
      hint: 'is its serial port there, and not in use by another?',
      cause: error,
    });
  }
  return port;
}

class ComPort implements Line {
  readonly baud: number;
  readonly #telnet = new TelnetReader();
  #line!: Line;
  /** Options refused once; asking again gets no second answer, or two such servers would never end. */
  readonly #refused = new Set<string>();
  readonly #answers = new Map<number, Uint8Array>();
  #agreed: boolean | undefined;
  #sawTelnet = false;
  #refusesBinary = false;
  #modem: number | undefined;
  #suspended = false;
  /** Somebody waits for something to come. */
  #wake: () => void = () => undefined;

  constructor(
    readonly name: string,
    private readonly options: Rfc2217Options,
  ) {
    this.baud = options.baud ?? DEFAULT_BAUD;
  }

  async setUp(line: Line): Promise<void> {
    this.#line = line;
    const { WILL, DO } = VERB;
    const { flow = 'rtscts', stopBits = 1 } = this.options;
    await line.write(optionCommand(WILL, OPTION.COM_PORT));
    for (const option of BOTH_WAYS) {
      await line.write(optionCommand(WILL, option));
      await line.write(optionCommand(DO, option));
    }
    await this.#until(() => this.#agreed !== undefined);
    if (this.#agreed === undefined)
      throw this.#sawTelnet
        ? this.#fault('the server does not say whether its serial port can be set', RAW_HINT)
        : this.#fault('no telnet server answers there', 'if the server is raw, use tcp:// instead of rfc2217://');
    if (!this.#agreed) throw this.#fault('the server does not let its serial port be set', RAW_HINT);
    await this.#set(COMMAND.BAUD, [this.baud >>> 24, this.baud >>> 16, this.baud >>> 8, this.baud], 'the speed', {
      hint: 'give a speed that its port has, with --baud; if the server is raw, use tcp:// instead of rfc2217://',
    });
    await this.#set(COMMAND.DATA_SIZE, [8], 'eight data bits');
    await this.#set(COMMAND.PARITY, [PARITY_NONE], 'no parity');
    await this.#set(COMMAND.STOP_SIZE, [stopBits], `${stopBits} stop bit${stopBits === 1 ? '' : 's'}`);
    await this.#set(COMMAND.CONTROL, [FLOW[flow]], flow === 'rtscts' ? 'RTS/CTS' : 'no flow control', {
      hint: flow === 'rtscts' ? 'if its port has no such wires, use --flow none --pace 1' : undefined,
    });
    await this.#send(COMMAND.MODEM_STATE_MASK, [0xff]);
    if (this.#refusesBinary)
      throw this.#fault('the server refuses to pass all bytes as they are (telnet BINARY)', RAW_HINT);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const stallMs = this.options.writeStallMs ?? WRITE_STALL_MS;
    await this.#until(() => !this.#suspended, stallMs);
    if (this.#suspended)
      throw new LinkError(`the server held our bytes back for ${stallMs / 1000} s`, {
        where: this.name,
        timedOut: true,
        hint: 'the board takes nothing: is it running, and is CTS connected?',
      });
    await this.#line.write(doubled(bytes));
  }
  read(timeoutMs: number): Promise<Arrival | undefined> {
    return this.#line.read(timeoutMs);
  }
  get gone(): Promise<LinkError> {
    return this.#line.gone;
  }
  unread(bytes: Uint8Array): void {
    this.#line.unread(bytes);
  }
  drain(): Uint8Array {
    return this.#line.drain();
  }
  close(): Promise<void> {
    return this.#line.close();
  }

  /** As the server last told them; undefined where it never has. */
  async modemLines(): Promise<ModemLines | undefined> {
    if (this.#modem === undefined) return undefined;
    const has = (bit: number): boolean => (this.#modem! & bit) !== 0;
    return { cts: has(MODEM.CTS), dsr: has(MODEM.DSR), dcd: has(MODEM.DCD) };
  }

  async pulse(line: PulseLine): Promise<void> {
    const [off, on] = PULSE[line];
    await this.#set(COMMAND.CONTROL, [off], `${line.toUpperCase()} to be set`);
    await patience(this.options.clock, PULSE_MS);
    await this.#set(COMMAND.CONTROL, [on], `${line.toUpperCase()} to be set`);
  }

  /** @returns the data in what came; the rest is obeyed. @throws LinkError when it is no telnet any more */
  decode(chunk: Uint8Array): Uint8Array {
    try {
      const { data, events } = this.#telnet.take(chunk);
      for (const event of events) this.#obey(event);
      if (events.length > 0) this.#wake();
      return data;
    } catch (cause) {
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new LinkError(`the server does not keep to telnet: ${words}`, {
        where: this.name,
        unavailable: true,
        cause,
      });
    }
  }

  #obey(event: TelnetEvent): void {
    this.#sawTelnet = true;
    if (event.type === 'suboption') {
      if (event.option === OPTION.COM_PORT) this.#hear(event.bytes);
      return;
    }
    const { verb, option } = event;
    const isOffer = verb === VERB.WILL || verb === VERB.WONT;
    const isYes = verb === VERB.WILL || verb === VERB.DO;
    if (option === OPTION.COM_PORT) {
      // DO answers our WILL. Some servers offer it by themselves, which comes to the same.
      this.#agreed ??= isYes;
      if (verb === VERB.WILL) this.#reply(VERB.DO, option);
    } else if (BOTH_WAYS.includes(option)) {
      if (option === OPTION.BINARY && !isYes) this.#refusesBinary = true;
    } else if (isYes) this.#reply(isOffer ? VERB.DONT : VERB.WONT, option);
  }

  #hear([command = 0, ...rest]: Uint8Array): void {
    if (command === NOTIFY_MODEM_STATE) this.#modem = rest[0] ?? this.#modem;
    else if (command === SUSPEND) this.#suspended = true;
    else if (command === RESUME) this.#suspended = false;
    else this.#answers.set(command, Uint8Array.from(rest));
  }

  #reply(verb: number, option: number): void {
    const once = `${verb} ${option}`;
    if (this.#refused.has(once)) return;
    this.#refused.add(once);
    // Where the connection is lost the next read says so.
    this.#line.write(optionCommand(verb, option)).catch(() => undefined);
  }

  #send(command: number, values: readonly number[]): Promise<void> {
    return this.#line.write(suboption(OPTION.COM_PORT, Uint8Array.from([command, ...values])));
  }

  /** Set something, and see that it is so. @throws LinkError (unavailable) */
  async #set(
    command: number,
    values: readonly number[],
    what: string,
    { hint }: { hint?: string | undefined } = {},
  ): Promise<void> {
    const answer = command + FROM_SERVER;
    this.#answers.delete(answer);
    await this.#send(command, values);
    await this.#until(() => this.#answers.has(answer));
    const now = this.#answers.get(answer);
    if (now === undefined) throw this.#fault(`the server was asked for ${what} and does not answer`, hint);
    if (now.length === values.length && values.every((value, n) => (value & 0xff) === now[n])) return;
    const shown = command === COMMAND.BAUD ? now.reduce((sum, byte) => sum * 256 + byte, 0) : now.join(' ');
    throw this.#fault(`the server was asked for ${what} (${this.#words(command, values)}) and answers ${shown}`, hint);
  }

  #words(command: number, values: readonly number[]): string {
    return command === COMMAND.BAUD ? String(this.baud) : values.join(' ');
  }

  /** Wait until `done`, the connection's end, or the time is up; its end is thrown. */
  async #until(done: () => boolean, ms = this.options.answerMs ?? 3_000): Promise<void> {
    if (done()) return;
    const timer = new AbortController();
    const late = patience(this.options.clock, ms, timer.signal).then(
      () => 'late' as const,
      () => 'late' as const,
    );
    try {
      while (!done()) {
        const woken = new Promise<undefined>((resolve) => (this.#wake = () => resolve(undefined)));
        const ended = await Promise.race([woken, late, this.#line.gone]);
        if (ended === 'late') return;
        if (ended !== undefined) throw ended;
      }
    } finally {
      timer.abort();
    }
  }

  #fault(message: string, hint?: string): LinkError {
    return new LinkError(message, { where: this.name, unavailable: true, hint });
  }
}

const RAW_HINT =
  'switch RFC 2217 on at the server (ser2net: "telnet(rfc2217),PORT"), or make it raw and use tcp:// instead of rfc2217://';
