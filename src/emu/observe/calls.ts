/**
 * Follows calls by the stack pointer, as the profile does: where a routine comes back behind its call, and what lies
 * between is its arguments.
 */
import type { Disassembled } from '../../z80asm/disassemble-one.js';

/** Arguments behind a call are a text or a few words. */
const MOST_ARGUMENTS = 256;
/** Calls inside each other that are followed. */
const MOST_DEPTH = 256;
/** Frames that were just left: a routine takes its return address from the stack and goes on some way with it. */
const MOST_LEFT = 8;

interface Frame {
  back: number;
  sp: number;
}

export class Calls {
  /** By return address: bytes that were skipped there. */
  readonly inline = new Map<number, number>();
  /** Where RET went with what the program had pushed itself. */
  readonly jumps: { high: number; low: number; address: number }[] = [];
  /** Tags of where the RET or JP (HL) that comes goes to. */
  returning: [low: number, high: number] | undefined;
  private readonly seen = new Set<string>();
  private frames: Frame[] = [];
  private left: Frame[] = [];

  /** @param tags of memory */
  after(one: Disassembled, pc: number, sp: number, pcAfter: number, spAfter: number, tags: Int32Array): void {
    const { instruction } = one;
    const returning = this.returning;
    this.returning = undefined;
    if (!instruction) return;
    const { mnemonic, operands } = instruction;
    const isCall = mnemonic === 'CALL' || mnemonic === 'RST';
    if (isCall && spAfter === ((sp - 2) & 0xffff)) {
      tags[spAfter] = tags[(spAfter + 1) & 0xffff] = 0;
      if (this.frames.length >= MOST_DEPTH) this.frames.shift();
      this.frames.push({ back: pc + one.length, sp: spAfter });
      return;
    }
    const goesBack =
      (mnemonic.startsWith('RET') && spAfter !== sp) || (mnemonic === 'JP' && operands[0]!.startsWith('('));
    if (returning && goesBack && mnemonic !== 'JP') this.jumped(returning, pcAfter);
    while (this.frames.length > 0 && this.frames.at(-1)!.sp < spAfter) {
      this.left.push(this.frames.pop()!);
      if (this.left.length > MOST_LEFT) this.left.shift();
    }
    if (!goesBack) return;
    const known = [...this.left, ...this.frames.slice(-1)].reverse();
    // What was reckoned from a return address came from nowhere; an address of the program's is no argument's end.
    const isReckoned = returning?.[0] === 0 && returning[1] === 0;
    const frame = known.find(({ back }) => back === pcAfter) ?? (isReckoned ? known.slice(0, 2).find(({ back }) => pcAfter > back && pcAfter - back <= MOST_ARGUMENTS) : undefined); // prettier-ignore
    if (frame && pcAfter > frame.back) this.inline.set(frame.back, pcAfter - frame.back);
    // A RET that has come back is done with what it left.
    if (frame) this.left = [];
  }

  /** Return addresses of the calls that have not come back. */
  pending(): number[] {
    return this.frames.map(({ back }) => back);
  }

  private jumped([low, high]: [number, number], address: number): void {
    if (low === 0 || high === 0) return;
    const key = `${low},${high},${address}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.jumps.push({ high, low, address });
  }
}
