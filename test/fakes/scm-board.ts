/** The virtual board's monitor on a line that can be damaged, and in a memory with holes. */
import { throughLink } from '../../src/link/through-link.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { hexRecords } from '../../src/seams/intel-hex.js';
import { boardTarget, type BoardTargetOptions } from '../../src/transfer/board-target.js';
import type { FlashOptions } from '../../src/transfer/drivers/driver.js';
import { scmDriver } from '../../src/transfer/drivers/scm.js';
import type { LoadProgress, Target } from '../../src/seams/target.js';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { assemble } from '../../src/z80asm/assemble.js';
import { firmwareFor } from '../emu/board/harness.js';
import { VirtualLine, type VirtualLineOptions } from './virtual-board-link.js';

export const SUMS_IMAGE = assemble({ main: 'monitor/sums.asm', ...firmwareReader(nodeFiles) });

/** What a line does to a piece of what is written, the nth of them: 1, 2, … */
export type Damage = (text: string, n: number) => string;

export interface ScmOptions extends VirtualLineOptions {
  damage?: Damage | undefined;
  /** Where memory keeps nothing: all bits are read as 1. */
  hole?: { from: number; end: number } | undefined;
}

export class ScmBoard {
  readonly line: VirtualLine;
  readonly link: ByteLink;
  /** All that was written to it. */
  sent = '';

  constructor({ damage, hole, ...options }: ScmOptions = {}) {
    const line = new VirtualLine({
      ...options,
      firmware: firmwareFor(options.uart ?? 'acia', options.clockHz, undefined, 'scm'),
    });
    const forget = (): void => void (hole && line.board.memory.fill(0xff, hole.from, hole.end));
    let writes = 0;
    this.line = line;
    this.link = throughLink(line, {
      write: async (bytes) => {
        const text = latin1(bytes);
        this.sent += text;
        await line.write(toBytes(damage?.(text, ++writes) ?? text));
        forget();
      },
      // In small steps, so that what was written there is gone before it is looked at.
      read: async (timeoutMs) => {
        for (let left = timeoutMs; ; left -= 1) {
          const arrival = await line.read(hole ? Math.min(1, left) : left);
          forget();
          if (arrival !== undefined || !hole || left <= 1) return arrival;
        }
      },
    });
  }

  /** Of the program's part of memory. */
  memory(from: number, length: number): Uint8Array {
    return this.line.board.memory.slice(from, from + length);
  }

  target(options: BoardTargetOptions = {}): Target {
    return boardTarget(this.link, scmDriver({ sums: () => SUMS_IMAGE.bytes }), this.line, options);
  }

  /** @returns all steps, or with the error that came */
  async flash(bytes: Uint8Array, options: FlashOptions = {}, name = 'PROG.HEX'): Promise<Flashed> {
    this.sent = '';
    const steps: LoadProgress[] = [];
    const beganMs = this.line.now();
    try {
      for await (const step of this.target(options).load({ name, bytes })) steps.push(step);
    } catch (error) {
      return { steps, error: error as Error, ms: this.line.now() - beganMs, sent: this.sent.length };
    }
    return { steps, error: undefined, ms: this.line.now() - beganMs, sent: this.sent.length };
  }
}

export interface Flashed {
  steps: LoadProgress[];
  error: (Error & { hint?: string; exitStatus?: number }) | undefined;
  ms: number;
  /** Characters. */
  sent: number;
}

export const asHex = (bytes: Uint8Array, address = 0x8000): Uint8Array =>
  toBytes(hexRecords([{ address, bytes }]).join('\r\n'));
