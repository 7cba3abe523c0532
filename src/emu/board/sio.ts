/**
 * The Z80 SIO/2 (Zilog UM0081) in asynchronous mode. On the RC2014 bus: port 0 channel A control, 1 A data,
 * 2 B control, 3 B data. Only channel A is wired to the line; B keeps the interrupt vector.
 *
 *     WR0  register pointer, commands        RR0  0 character waits  1 interrupt pending  2 transmit buffer empty
 *     WR1  interrupt modes                        3 DCD  5 CTS
 *     WR2  vector (channel B)                RR1  0 all sent  5 overrun
 *     WR3  receiver, auto enables            RR2  vector (channel B)
 *     WR4  clock, stop bits, parity
 *     WR5  transmitter, RTS
 *
 * The receiver keeps three characters; a fourth replaces the last and marks it overrun. The interrupt condition
 * holds until it is served; there is no other chip in the daisy chain, so RETI needs no watching.
 */
import { Transmitter, type Transmitted, type Uart } from './uart.js';

const FIFO = 3;
/** WR1 bits 4-3. */
const FIRST_ONLY = 1;
/** By WR4 bits 7-6. */
const DIVISORS = [1, 16, 32, 64];
/** By WR4 bits 3-2: 0 is a synchronous mode. */
const STOP_BITS = [0, 1, 1.5, 2];
/** By WR3 bits 7-6, and WR5 bits 6-5. */
const DATA_BITS = [5, 7, 6, 8];

interface Received {
  byte: number;
  overrun: boolean;
}

export class Sio implements Uart {
  private readonly transmitter: Transmitter;
  private readonly a = new Channel();
  private readonly b = new Channel();
  private fifo: Received[] = [];
  private overrun = false;
  /** WR1 mode "first character only": armed by a command, or by leaving that mode. */
  private firstArmed = true;
  private transmitPending = false;
  private cts = true;
  /** CTS as RR0 shows it: frozen at a change until reset, if that interrupt is on. */
  private ctsLatch = true;
  private externalPending = false;

  constructor(
    transmitted: Transmitted,
    private readonly tStatesPerTick: number,
  ) {
    this.transmitter = new Transmitter((byte, at) => transmitted(byte, at));
  }

  get rts(): boolean {
    return (this.a.w[5]! & 0x02) !== 0;
  }

  get charTStates(): number | undefined {
    const wr4 = this.a.w[4]!;
    const stop = STOP_BITS[(wr4 >> 2) & 3]!;
    if (stop === 0) return undefined;
    const bits = 1 + DATA_BITS[(this.a.w[5]! >> 5) & 3]! + (wr4 & 1) + stop;
    return bits * DIVISORS[wr4 >> 6]! * this.tStatesPerTick;
  }

  get nextEvent(): number {
    return this.transmitter.nextEvent;
  }

  get interrupt(): boolean {
    return this.cause() !== undefined;
  }

  get vector(): number {
    const base = this.b.w[2]!;
    if ((this.b.w[1]! & 0x04) === 0) return base;
    return (base & 0xf1) | ((this.cause() ?? CAUSE.none) << 1);
  }

  read(port: number): number {
    if (port & 1) return port & 2 ? 0 : this.readData();
    const channel = port & 2 ? this.b : this.a;
    const register = channel.point();
    if (channel === this.b) return register === 2 ? this.vector : register === 0 ? 0x2c : 0x01;
    return register === 0 ? this.rr0() : register === 1 ? this.rr1() : 0;
  }

  write(port: number, value: number, now: number): void {
    if (port & 1) {
      if (port & 2) return;
      this.transmitPending = false;
      this.transmitter.put(value, now, this.transmitRate());
      this.noteEmpty();
      return;
    }
    const channel = port & 2 ? this.b : this.a;
    const register = channel.point();
    if (register === 0) {
      channel.pointer = value & 7;
      if (channel === this.a) this.command((value >> 3) & 7);
      else if (((value >> 3) & 7) === 3) channel.reset();
      return;
    }
    channel.w[register] = value;
    if (channel === this.a && this.receiveMode !== FIRST_ONLY) this.firstArmed = true;
    if (channel === this.a) this.updateHold(now);
  }

  receive(byte: number): void {
    if ((this.a.w[3]! & 0x01) === 0) return;
    const masked = byte & (0xff >> (8 - DATA_BITS[this.a.w[3]! >> 6]!));
    if (this.fifo.length < FIFO) this.fifo.push({ byte: masked, overrun: false });
    else this.fifo[FIFO - 1] = { byte: masked, overrun: true };
  }

  setCts(asserted: boolean, now: number): void {
    if (asserted !== this.cts && !this.externalPending) {
      this.ctsLatch = asserted;
      if (this.a.w[1]! & 0x01) this.externalPending = true;
    }
    this.cts = asserted;
    this.updateHold(now);
  }

  advance(now: number): void {
    const before = this.transmitter.empty;
    this.transmitter.advance(now, this.transmitRate());
    if (!before) this.noteEmpty();
  }

  /** WR1 bits 4-3: none, the first character only, every one (with parity errors as special, or not). */
  private get receiveMode(): number {
    return (this.a.w[1]! >> 3) & 3;
  }

  /** The highest pending cause, in the chip's order of priority. */
  private cause(): number | undefined {
    const wr1 = this.a.w[1]!;
    const mode = this.receiveMode;
    const head = this.fifo[0];
    if (head !== undefined && mode !== 0) {
      if (head.overrun || this.overrun) return CAUSE.special;
      if (mode !== FIRST_ONLY || this.firstArmed) return CAUSE.receive;
    }
    if (this.transmitPending && wr1 & 0x02) return CAUSE.transmit;
    if (this.externalPending && wr1 & 0x01) return CAUSE.external;
    return undefined;
  }

  private readData(): number {
    const head = this.fifo.shift();
    if (head === undefined) return 0;
    if (head.overrun) this.overrun = true;
    if (this.receiveMode === FIRST_ONLY) this.firstArmed = false;
    return head.byte;
  }

  private rr0(): number {
    return (
      (this.fifo.length > 0 ? 0x01 : 0) |
      (this.cause() !== undefined ? 0x02 : 0) |
      (this.transmitter.empty ? 0x04 : 0) |
      0x08 |
      (this.ctsLatch ? 0x20 : 0)
    );
  }

  private rr1(): number {
    return (this.transmitter.idle ? 0x01 : 0) | 0x06 | (this.overrun || this.fifo[0]?.overrun ? 0x20 : 0);
  }

  private command(command: number): void {
    if (command === 2) {
      this.externalPending = false;
      this.ctsLatch = this.cts;
    } else if (command === 3) {
      this.a.reset();
      this.transmitter.reset();
      this.fifo = [];
      this.overrun = this.transmitPending = this.externalPending = false;
      this.firstArmed = true;
    } else if (command === 4) this.firstArmed = true;
    else if (command === 5) this.transmitPending = false;
    else if (command === 6) {
      this.overrun = false;
      for (const received of this.fifo) received.overrun = false;
    }
  }

  /** Undefined while the transmitter is off: characters wait in the buffer. */
  private transmitRate(): number | undefined {
    return this.a.w[5]! & 0x08 ? this.charTStates : undefined;
  }

  private updateHold(now: number): void {
    const autoEnables = (this.a.w[3]! & 0x20) !== 0;
    this.transmitter.hold(autoEnables && !this.cts, now, this.transmitRate());
    this.noteEmpty();
  }

  private noteEmpty(): void {
    if (this.transmitter.empty && !this.transmitter.idle) this.transmitPending = true;
  }
}

/** Vector bits 3-1 for channel A, and for nothing pending (channel B's special condition). */
const CAUSE = { none: 3, transmit: 4, external: 5, receive: 6, special: 7 } as const;

/** The write registers of a channel and the pointer that WR0 sets for one access. */
class Channel {
  readonly w = new Uint8Array(8);
  pointer = 0;

  point(): number {
    const register = this.pointer;
    this.pointer = 0;
    return register;
  }

  reset(): void {
    this.w.fill(0);
    this.pointer = 0;
  }
}
