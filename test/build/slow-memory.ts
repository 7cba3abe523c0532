/** How much of what a program does falls into slow memory: its accesses, counted instruction by instruction. */
import type { Talk } from '../../src/build/talk.js';
import { disassembleOne } from '../../src/z80asm/index.js';

export interface Accesses {
  /** Bytes of instructions that were fetched, and those of them in slow memory. */
  fetched: number;
  fetchedSlow: number;
  /** Bytes that were read or written, stack included. */
  data: number;
  dataSlow: number;
}

/** Instructions that read a place and write it. */
const TWICE = /^(?:INC|DEC|SET|RES|R[LR]|S[LR])/;

/**
 * Ask, and count what the program itself does (not its host's ROM) until it waits for a key again.
 * @param from the first address of its memory, and of that which is fast
 */
export function accessesOf(talk: Talk, questions: readonly string[], from: number, fast: number): Accesses {
  const total: Accesses = { fetched: 0, fetchedSlow: 0, data: 0, dataSlow: 0 };
  const { cpu } = talk.emulated;
  const run = talk.emulated.run.bind(talk.emulated);
  const touch = (address: number, bytes: number): void => {
    if (address < from) return;
    total.data += bytes;
    if (address < fast) total.dataSlow += bytes;
  };
  const count = (): void => {
    const { pc } = cpu;
    if (pc < from || cpu.halted) return;
    const { text, length } = disassembleOne(cpu.memory, pc);
    total.fetched += length;
    if (pc < fast) total.fetchedSlow += length;
    const r = cpu.getRegisters();
    const bytes = TWICE.test(text) ? 2 : 1;
    if (/^(?:PUSH|POP|CALL|RET|RST)/.test(text)) touch((cpu.sp - 2) & 0xffff, 2);
    else if (text.startsWith('LDIR')) {
      touch((r.h << 8) | r.l, 1);
      touch((r.d << 8) | r.e, 1);
    } else if (text.startsWith('JP')) return;
    else if (text.includes('(HL)')) touch((r.h << 8) | r.l, bytes);
    else if (text.includes('(DE)')) touch((r.d << 8) | r.e, bytes);
    else if (text.includes('(BC)')) touch((r.b << 8) | r.c, bytes);
    else if (text.includes('(IX')) touch(r.ix, bytes);
    else if (/\((?:0x)[0-9A-F]{4}\)/.test(text)) touch(parseInt(/0x([0-9A-F]{4})/.exec(text)![1]!, 16), 1);
  };
  talk.emulated.run = (until) => {
    for (;;) {
      count();
      const stop = run(Math.min(until, cpu.tStates + 1));
      if (stop.why !== 'time' || cpu.tStates >= until) return stop;
    }
  };
  for (const question of questions) talk.ask(question);
  talk.emulated.run = run;
  return total;
}
