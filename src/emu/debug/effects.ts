/**
 * What the outside did to the CPU and its memory at one moment, so that it can be done again without the outside: a port
 * handler (a system call), or the machine between two runs.
 */
import { MEMORY_SIZE } from '../z80/layout.js';
import type { Cpu, Registers } from '../cpu.js';

/** Bytes that were changed. */
export interface Patch {
  at: number;
  bytes: Uint8Array;
}

export interface Effects {
  /** PC and SP among them. */
  registers?: Partial<Registers>;
  tStates?: number;
  int?: { active: boolean; bus: number };
  nmi?: true;
  patches?: readonly Patch[];
}

/** Changes that lie no farther apart become one patch: a patch costs more than the bytes between. */
const NEAR = 16;
const WORDS = MEMORY_SIZE / 4;

export function isNothing({ registers, tStates, int, nmi, patches }: Effects): boolean {
  return !registers && tStates === undefined && !int && !nmi && !patches;
}

export function apply(cpu: Cpu, { registers, tStates, int, nmi, patches }: Effects): void {
  if (registers) cpu.setRegisters(registers);
  if (tStates !== undefined) cpu.tStates = tStates;
  if (int) cpu.setInt(int.active, int.bus);
  if (nmi) cpu.nmi();
  if (patches) for (const { at, bytes } of patches) cpu.memory.set(bytes, at);
}

/** Both are 64 KB that begin at a multiple of 4 in their buffers. @returns undefined where they are equal */
export function difference(before: Uint8Array, after: Uint8Array): Patch[] | undefined {
  const a = new Int32Array(before.buffer, before.byteOffset, WORDS);
  const b = new Int32Array(after.buffer, after.byteOffset, WORDS);
  let patches: Patch[] | undefined;
  let from = -1;
  let last = -1;
  const close = (): void => {
    if (from >= 0) (patches ??= []).push({ at: from, bytes: after.slice(from, last + 1) });
  };
  for (let word = 0; word < WORDS; word += 4) {
    const changed =
      (a[word]! ^ b[word]!) | (a[word + 1]! ^ b[word + 1]!) | (a[word + 2]! ^ b[word + 2]!) | (a[word + 3]! ^ b[word + 3]!); // prettier-ignore
    if (changed === 0) continue;
    for (let at = 4 * word; at < 4 * word + 16; at++) {
      if (before[at] === after[at]) continue;
      if (from < 0 || at > last + NEAR) {
        close();
        from = at;
      }
      last = at;
    }
  }
  close();
  return patches;
}
