/** What can be said of a crash: did the way there lead through code that is no longer what it was? */
import type { Cpu } from '../cpu.js';
import { BDOS_BASE_RANGE, overwrittenAt, TPA, type MemoryMap } from './memory-map.js';

/** @param image the program as it was loaded */
export function overwrittenWords(cpu: Cpu, map: MemoryMap, image: Uint8Array): string {
  const { memory, sp } = cpu;
  const system = overwrittenAt(memory, map);
  const { most } = BDOS_BASE_RANGE;
  const advice = map.bdosEntry < most ? ` (--bdos moves it, as far as ${hex(most)})` : '';
  if (system !== undefined) return `; the program overwrote the BDOS at ${hex(system)}${advice}`;
  const isChanged = (at: number): boolean => memory[at] !== (image[at - TPA] ?? memory[at]);
  const at = cpu.trail().find((pc) => [pc, pc + 1, pc + 2].some(isChanged));
  return at === undefined
    ? ''
    : `; the code at ${hex(at)} is no longer what was loaded, and the stack is at ${hex(sp)}`;
}

export function hex(value: number): string {
  return `${value.toString(16).toUpperCase().padStart(4, '0')}h`;
}
