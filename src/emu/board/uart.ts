/**
 * What the board knows of its serial chip, 68B50 or SIO/2: registers on the CPU's side, pins on the line's.
 *
 * Time is given in T-states of the CPU. A character takes `charTStates` on the wire; the chip says with
 * `nextEvent` when it next wants `advance`.
 */
export interface Uart {
  /** Register access; `port` counts from the chip's first. */
  read(port: number, now: number): number;
  write(port: number, value: number, now: number): void;
  /** A whole character has come in. */
  receive(byte: number, now: number): void;
  /** T-states of a character at the programmed rate and format, or undefined while none is programmed. */
  readonly charTStates: number | undefined;
  /** RTS is asserted (the pin is low): the other side may send. */
  readonly rts: boolean;
  /** The other side's readiness: false holds the transmitter back. */
  setCts(asserted: boolean, now: number): void;
  /** The INT pin, and what the chip puts on the bus at the acknowledge. */
  readonly interrupt: boolean;
  readonly vector: number;
  /** When the character in the transmitter is out, or Infinity. */
  readonly nextEvent: number;
  /** Do what is due up to `now`. */
  advance(now: number): void;
}

/** How a chip hands over a character whose last bit has gone out. */
export type Transmitted = (byte: number, atTState: number) => void;

/** The shift register that both chips have behind their one-character transmit buffer. */
export class Transmitter {
  /** When the character now going out is done; Infinity while idle. */
  nextEvent = Infinity;
  private waiting: number | undefined;
  private shifting = 0;
  private held = false;

  constructor(private readonly transmitted: Transmitted) {}

  /** The buffer can take a character. */
  get empty(): boolean {
    return this.waiting === undefined;
  }

  get idle(): boolean {
    return this.nextEvent === Infinity && this.empty;
  }

  /** A character for the buffer; one that is there already is overwritten, as in the chips. */
  put(byte: number, now: number, charTStates: number | undefined): void {
    this.waiting = byte;
    this.start(now, charTStates);
  }

  /** Hold characters back in the buffer (CTS); the one going out is finished. */
  hold(held: boolean, now: number, charTStates: number | undefined): void {
    this.held = held;
    this.start(now, charTStates);
  }

  advance(now: number, charTStates: number | undefined): void {
    while (this.nextEvent <= now) {
      const done = this.nextEvent;
      this.nextEvent = Infinity;
      this.transmitted(this.shifting, done);
      this.start(done, charTStates);
    }
  }

  reset(): void {
    this.waiting = undefined;
    this.nextEvent = Infinity;
  }

  private start(now: number, charTStates: number | undefined): void {
    if (this.waiting === undefined || this.held || this.nextEvent !== Infinity || charTStates === undefined) return;
    this.shifting = this.waiting;
    this.waiting = undefined;
    this.nextEvent = now + charTStates;
  }
}
