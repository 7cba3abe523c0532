/**
 * The virtual board: Z80, 64 KB RAM, a 68B50 or SIO/2, two disks, and a serial line of which only this end is here.
 *
 *     the other end                      line                          board
 *     send(bytes) ──► queue ──► one character at a time, ──► UART ──► INT, ports ──► firmware/board
 *                               only while RTS is low
 *     onOutput(byte, T) ◄────── one character at a time ◄── UART ◄── firmware
 *                               only while setCts(true)
 *
 * It knows no clock and no I/O: `run(until)` carries it to a T-state, the same way each time. realtime.ts ties it
 * to the host's clock and to a pseudo-terminal or socket.
 *
 *     const board = createBoard({ firmware, onOutput: (byte, at) => ... });
 *     board.send(bytes);
 *     board.run(board.tStates + 7_372_800);       // a second
 */
import { RC2014_HZ, type Cpu } from '../cpu.js';
import { fillWithNoise } from '../ram-noise.js';
import { createZ80 } from '../z80.js';
import { Acia } from './acia.js';
import { formatDisk, readDisk, type DiskFile, type DiskFormat } from './cpm-disk.js';
import { DiskController } from './disk.js';
import { createNoise, noNoise, type Noise, type NoiseOptions } from './noise.js';
import { Sio } from './sio.js';
import type { Uart } from './uart.js';

export type UartKind = 'acia' | 'sio';

/** What the board boots: made from firmware/board by firmware.ts. */
export interface Firmware {
  /** Copied to `origin` at reset, and started at `entry`. */
  image: Uint8Array;
  origin: number;
  entry: number;
  /** RAM from there on holds noise after power-on. */
  noiseFrom?: number | undefined;
  /** From A: up. */
  drives: readonly DriveSetup[];
}

export interface DriveSetup extends DiskFormat {
  readOnly: boolean;
  files: readonly DiskFile[];
}

export interface BoardOptions {
  firmware: Firmware;
  /** Default: acia. The firmware must be made for it. */
  uart?: UartKind | undefined;
  /** The CPU's clock, default 7.3728 MHz. The UART keeps its own 7.3728 MHz, so the line stays at 115200. */
  clockHz?: number | undefined;
  /** Clock cycles that each opcode fetch takes longer, as slow memory demands; default 0. */
  waitStates?: number | undefined;
  /** False: RTS and CTS are not wired. The line doesn't wait, and what the board can't take is lost. */
  flowControl?: boolean | undefined;
  /** So many characters the adapter still sends when RTS has gone high; default 0. Those seen do with up to 16. */
  overshoot?: number | undefined;
  /** Faults of the line, in both directions. */
  noise?: NoiseOptions | undefined;
  /** Milliseconds a disk write takes, as on a CompactFlash card; default 0. */
  diskWriteMs?: number | undefined;
  /** Drive A: as a whole, changed in place; default: a fresh one with the firmware's files and `files`. */
  diskImage?: Uint8Array | undefined;
  /** More files on A:. */
  files?: readonly DiskFile[] | undefined;
  /** A character has left the board; `atTState` is the end of its stop bit. */
  onOutput(byte: number, atTState: number): void;
}

export interface Board {
  readonly clockHz: number;
  /** Clock cycles so far, those of wait states included. */
  readonly tStates: number;
  /** T-states of a character on the line: 640 for 115200 8N1 at 7.3728 MHz. */
  readonly charTStates: number;
  /** All 64 KB. */
  readonly memory: Uint8Array;
  /** Characters given to `send` that have not yet been put on the line. */
  readonly waiting: number;
  /** RTS is asserted: the board takes characters. */
  readonly rts: boolean;
  /** Run to that T-state, or past it by the length of an instruction. */
  run(until: number): void;
  /** Characters for the board, behind those that wait already. */
  send(bytes: Uint8Array): void;
  /** How many more characters the line will want within the next `tStates`: 0 while RTS holds it. */
  wants(tStates: number): number;
  /** Whether the other end takes characters. Has no effect without flow control. */
  setCts(ready: boolean): void;
  /** Other faults of the line from now on; undefined: none. */
  setNoise(noise: NoiseOptions | undefined): void;
  /** The reset button: RAM and disks stay, the firmware starts anew, what waits on the line is gone. */
  reset(): void;
  /** The files on A:, as whole records. */
  files(): DiskFile[];
}

export function createBoard(options: BoardOptions): Board {
  return new VirtualBoard(options);
}

/** Ports by their lower half, as the RC2014's cards decode them. */
const UART_PORT = 0x80;
const UART_PORTS = { acia: 2, sio: 4 } as const;
const DISK_PORT = 0xa0;
const DISK_PORTS = 5;
const FLOATING_BUS = 0xff;

class VirtualBoard implements Board {
  readonly clockHz: number;
  private readonly cpu: Cpu;
  private readonly uart: Uart;
  private readonly uartPorts: number;
  private readonly disk: DiskController;
  private readonly disks: readonly Uint8Array[];
  private readonly flowControl: boolean;
  private readonly overshoot: number;
  /** Characters that the adapter may still send. */
  private overshootLeft = 0;
  private noise: Noise = noNoise;
  private readonly firmware: Firmware;
  private readonly waitStates: number;
  /** Cycles less those of the CPU since its last reset. */
  private cyclesBefore = 0;
  /** The line to the board: what waits, and the character now on it. */
  private queue: number[] = [];
  private queueAt = 0;
  private arriving: readonly number[] = [];
  private arrival = Infinity;
  /** The T-state up to which the CPU was told to run. */
  private mark = 0;

  constructor(options: BoardOptions) {
    const { uart = 'acia', clockHz = RC2014_HZ, onOutput } = options;
    this.clockHz = clockHz;
    this.firmware = options.firmware;
    this.waitStates = options.waitStates ?? 0;
    this.flowControl = options.flowControl ?? true;
    this.overshoot = options.overshoot ?? 0;
    this.setNoise(options.noise);
    const Chip = uart === 'acia' ? Acia : Sio;
    this.uart = new Chip((byte, at) => {
      for (const arrived of this.noise(byte)) onOutput(arrived, at);
    }, clockHz / RC2014_HZ);
    this.uartPorts = UART_PORTS[uart];
    const { drives } = this.firmware;
    const { diskImage, files = [] } = options;
    this.disks = drives.map((drive, n) =>
      n === 0 ? (diskImage ?? formatDisk(drive, [...drive.files, ...files])) : formatDisk(drive, drive.files),
    );
    this.disk = new DiskController(
      drives.map(({ readOnly }, n) => ({ bytes: this.disks[n]!, readOnly })),
      ((options.diskWriteMs ?? 0) / 1000) * clockHz,
    );
    this.cpu = createZ80({
      in: (port) => this.input(port & 0xff),
      out: (port, value) => this.output(port & 0xff, value),
    });
    const { noiseFrom } = this.firmware;
    if (noiseFrom !== undefined) fillWithNoise(this.cpu.memory.subarray(noiseFrom));
    this.reset();
  }

  get tStates(): number {
    const { cpu } = this;
    return this.cyclesBefore + cpu.tStates + this.waitStates * cpu.fetches;
  }
  get charTStates(): number {
    // Before the firmware has set the rate up, nothing arrives; the line has its rate all the same.
    return this.uart.charTStates ?? (640 * this.clockHz) / RC2014_HZ;
  }
  get memory(): Uint8Array {
    return this.cpu.memory;
  }
  get waiting(): number {
    return this.queue.length - this.queueAt;
  }
  get rts(): boolean {
    return this.uart.rts;
  }

  run(until: number): void {
    const { cpu, uart } = this;
    // An instruction takes four T-states a fetch at least, so this never runs past the mark, and comes near it soon.
    const share = 4 / (4 + this.waitStates);
    for (let now = this.tStates; now < until; now = this.tStates) {
      this.mark = Math.min(until, this.arrival, uart.nextEvent);
      if (this.mark > now) cpu.run(cpu.tStates + Math.max(1, (this.mark - now) * share));
      this.advance();
    }
  }

  send(bytes: Uint8Array): void {
    if (this.queueAt > 0 && this.queueAt === this.queue.length) {
      this.queue = [];
      this.queueAt = 0;
    }
    for (const byte of bytes) this.queue.push(byte);
    this.startArrival(this.tStates);
  }

  wants(tStates: number): number {
    if (this.flowControl && !this.uart.rts) return Math.max(0, this.overshootLeft - this.waiting);
    return Math.max(0, Math.ceil(tStates / this.charTStates) - this.waiting);
  }

  setCts(ready: boolean): void {
    if (!this.flowControl) return;
    this.uart.setCts(ready, this.tStates);
    this.updateInterrupt();
  }

  setNoise(noise: NoiseOptions | undefined): void {
    this.noise = noise ? createNoise(noise) : noNoise;
  }

  reset(): void {
    const { cpu, firmware } = this;
    this.cyclesBefore = this.tStates;
    cpu.reset();
    cpu.memory.set(firmware.image, firmware.origin);
    cpu.pc = firmware.entry;
    this.queue = [];
    this.queueAt = 0;
    this.arrival = Infinity;
  }

  files(): DiskFile[] {
    return this.disks.length > 0 ? readDisk(this.disks[0]!, this.firmware.drives[0]!) : [];
  }

  private input(port: number): number {
    this.advance();
    const now = this.tStates;
    if (port >= UART_PORT && port < UART_PORT + this.uartPorts) {
      const value = this.uart.read(port - UART_PORT, now);
      this.updateInterrupt();
      return value;
    }
    if (port >= DISK_PORT && port < DISK_PORT + DISK_PORTS) return this.disk.read(port - DISK_PORT, now);
    return FLOATING_BUS;
  }

  private output(port: number, value: number): void {
    this.advance();
    const now = this.tStates;
    if (port >= UART_PORT && port < UART_PORT + this.uartPorts) {
      this.uart.write(port - UART_PORT, value, now);
      this.startArrival(now);
      this.updateInterrupt();
      // What has been started may end before the CPU's present mark.
      if (Math.min(this.arrival, this.uart.nextEvent) < this.mark) this.cpu.stop();
    } else if (port >= DISK_PORT && port < DISK_PORT + DISK_PORTS) this.disk.write(port - DISK_PORT, value, now);
  }

  /** Let the line and the UART do what is due by now. */
  private advance(): void {
    const now = this.tStates;
    if (this.arrival > now && this.uart.nextEvent > now) return;
    while (this.arrival <= now) {
      const at = this.arrival;
      this.arrival = Infinity;
      for (const byte of this.arriving) this.uart.receive(byte, at);
      this.startArrival(at);
    }
    this.uart.advance(now);
    this.updateInterrupt();
  }

  /** Put the next character on the line, if there is one, the line is free, and RTS allows it. */
  private startArrival(now: number): void {
    if (this.arrival !== Infinity || this.waiting === 0) return;
    if (!this.flowControl || this.uart.rts) this.overshootLeft = this.overshoot;
    else if (this.overshootLeft-- <= 0) return;
    this.arriving = this.noise(this.queue[this.queueAt++]!);
    this.arrival = now + this.charTStates;
  }

  private updateInterrupt(): void {
    this.cpu.setInt(this.uart.interrupt, this.uart.vector);
  }
}
