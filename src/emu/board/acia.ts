/**
 * The 68B50 ACIA (Motorola MC6850 data sheet). Port 0: control (write), status (read); port 1: data.
 *
 *     control  7     6 5              4 3 2        1 0
 *              RIE   RTS and TX int   word format  clock divisor, or master reset
 *     status   7    6   5     4   3    2    1     0
 *              IRQ  PE  OVRN  FE  CTS  DCD  TDRE  RDRF
 *
 * There is no parity or framing error here: the line is bytes, not bits.
 */
import { Transmitter, type Transmitted, type Uart } from './uart.js';

const RDRF = 0x01;
const TDRE = 0x02;
const CTS_HIGH = 0x08;
const OVRN = 0x20;
const IRQ = 0x80;

const MASTER_RESET = 3;
/** By control bits 1-0. */
const DIVISORS = [1, 16, 64];
/** By control bits 4-2: start, data, parity and stop bits together. 7E2 7O2 7E1 7O1 8N2 8N1 8E1 8O1. */
const FRAME_BITS = [11, 11, 10, 10, 11, 10, 11, 11];

export class Acia implements Uart {
  rts = true;
  /** INT is open-drain on a bus without other drivers. */
  readonly vector = 0xff;
  private readonly transmitter: Transmitter;
  private control = MASTER_RESET;
  private data = 0;
  private full = false;
  /** A character came while the register was full: told only after that one has been read. */
  private lost = false;
  private overrun = false;
  private cts = true;

  /** @param tStatesPerTick T-states to one period of the chip's clock input */
  constructor(
    transmitted: Transmitted,
    private readonly tStatesPerTick: number,
  ) {
    this.transmitter = new Transmitter(transmitted);
  }

  get charTStates(): number | undefined {
    const divisor = DIVISORS[this.control & 3];
    return divisor && FRAME_BITS[(this.control >> 2) & 7]! * divisor * this.tStatesPerTick;
  }

  get nextEvent(): number {
    return this.transmitter.nextEvent;
  }

  get interrupt(): boolean {
    if ((this.control & 3) === MASTER_RESET) return false;
    const receive = (this.control & 0x80) !== 0 && (this.full || this.overrun);
    const transmit = (this.control & 0x60) === 0x20 && this.transmitter.empty && this.cts;
    return receive || transmit;
  }

  read(port: number): number {
    return port & 1 ? this.readData() : this.status();
  }

  write(port: number, value: number, now: number): void {
    if (port & 1) {
      if ((this.control & 3) !== MASTER_RESET) this.transmitter.put(value, now, this.charTStates);
      return;
    }
    this.control = value;
    this.rts = (value & 0x60) !== 0x40;
    if ((value & 3) !== MASTER_RESET) return;
    this.full = this.lost = this.overrun = false;
    this.transmitter.reset();
  }

  receive(byte: number): void {
    if ((this.control & 3) === MASTER_RESET) return;
    if (this.full) this.lost = true;
    else {
      this.data = byte;
      this.full = true;
    }
  }

  setCts(asserted: boolean, now: number): void {
    this.cts = asserted;
    this.transmitter.hold(!asserted, now, this.charTStates);
  }

  advance(now: number): void {
    this.transmitter.advance(now, this.charTStates);
  }

  private status(): number {
    return (
      (this.full || this.overrun ? RDRF : 0) |
      (this.transmitter.empty && this.cts ? TDRE : 0) |
      (this.cts ? 0 : CTS_HIGH) |
      (this.overrun ? OVRN : 0) |
      (this.interrupt ? IRQ : 0)
    );
  }

  private readData(): number {
    this.full = false;
    // The character before the gap has been read: now the overrun shows, until the next read clears it.
    this.overrun = this.lost;
    this.lost = false;
    return this.data;
  }
}
