/**
 * The board's disk controller: two drives of 128-byte records behind five ports.
 *
 *     0  out  drive: 0 = A (RAM disk), 1 = B (ROM disk)
 *     1  out  record number, lower half          2  out  upper half
 *     3  out  command: 1 read, 2 write           3  in   status: bit 7 busy, bit 0 error
 *     4  in   128 bytes of the record read       4  out  128 bytes for the record to write
 *
 * A write is done when the last byte has come and `writeTStates` have passed, during which the status is busy:
 * zero for RAM, some milliseconds for a CompactFlash card.
 */
export const RECORD = 128;

const COMMAND = { read: 1, write: 2 } as const;
const STATUS = { busy: 0x80, error: 0x01 } as const;

export interface Drive {
  /** A whole number of records; kept and changed in place. */
  readonly bytes: Uint8Array;
  readonly readOnly: boolean;
}

export class DiskController {
  private drive = 0;
  private record = 0;
  private command = 0;
  private at = 0;
  private error = false;
  private busyUntil = 0;
  private readonly buffer = new Uint8Array(RECORD);

  constructor(
    private readonly drives: readonly Drive[],
    private readonly writeTStates: number,
  ) {}

  read(port: number, now: number): number {
    if (port === 3) return (now < this.busyUntil ? STATUS.busy : 0) | (this.error ? STATUS.error : 0);
    if (port !== 4 || this.command !== COMMAND.read || this.at >= RECORD) return 0xff;
    return this.buffer[this.at++]!;
  }

  write(port: number, value: number, now: number): void {
    if (port === 0) this.drive = value;
    else if (port === 1) this.record = (this.record & 0xff00) | value;
    else if (port === 2) this.record = (this.record & 0x00ff) | (value << 8);
    else if (port === 3) this.begin(value);
    else if (port === 4) this.put(value, now);
  }

  private begin(command: number): void {
    const place = this.place();
    this.at = 0;
    this.command = 0;
    this.error = place === undefined || (command === COMMAND.write && this.drives[this.drive]!.readOnly);
    if (this.error) return;
    this.command = command;
    if (command === COMMAND.read) this.buffer.set(place!);
  }

  private put(value: number, now: number): void {
    if (this.command !== COMMAND.write || this.at >= RECORD) return;
    this.buffer[this.at++] = value;
    if (this.at < RECORD) return;
    this.place()!.set(this.buffer);
    this.busyUntil = now + this.writeTStates;
  }

  /** The record's bytes, or undefined where the drive has no such record. */
  private place(): Uint8Array | undefined {
    const start = this.record * RECORD;
    const bytes = this.drives[this.drive]?.bytes;
    return bytes && start + RECORD <= bytes.length ? bytes.subarray(start, start + RECORD) : undefined;
  }
}
