/**
 * One go against step by step: the same program on two CPUs, of which one runs in slices of any length, with all that
 * makes it fast, and the other an instruction at a time. Everything that can be seen of them is the same at each pause.
 */
import { describe, expect, it } from 'vitest';
import type { Cpu } from '../../src/emu/cpu.js';
import { createZ80 } from '../../src/emu/z80.js';

/** Numbers from a seed: xorshift. */
function random(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const CODE_SIZE = 0x180;
const DATA = 0x4000;

/**
 * Instructions at random that mostly stay in their code and their data, with loops, calls and patches of the code; and
 * `shapes` of them that real programs have.
 */
function program(below: (n: number) => number, CODE: number): Uint8Array {
  const code: number[] = [];
  const byte = (): number => below(256);
  const target = (): number[] => {
    const at = (CODE + below(CODE_SIZE)) & 0xffff;
    return [at & 0xff, at >> 8];
  };
  /** Some bytes on from here, where what is being written now lies. */
  const near = (): number[] => {
    const at = (CODE + code.length + below(24)) & 0xffff;
    return [at & 0xff, at >> 8];
  };
  const datum = (): number[] => [byte(), (DATA >> 8) + below(2)];
  const kinds: (() => number[])[] = [
    ...Array.from(
      { length: 12 },
      () => () => [[0x40, 0x80][below(2)]! | below(64)].map((op) => (op === 0x76 ? 0 : op)),
    ),
    ...Array.from({ length: 4 }, () => () => [(below(8) << 3) | (4 + below(3)), byte()]),
    () => [0xcb, byte()],
    () => [0xcb, byte()],
    () => [[0xdd, 0xfd][below(2)]!, byte(), byte(), byte()],
    () => [[0xdd, 0xfd][below(2)]!, 0xcb, byte(), byte()],
    () => [0xed, 0x40 | below(64), ...datum()],
    () => [0xed, 0xa0 | (below(4) << 3) | below(4)],
    () => [0xc6 | (below(8) << 3), byte()],
    () => [0x01 | (below(3) << 4), ...datum()],
    () => [0x21, ...datum()],
    () => [0x11, ...datum()],
    () => [[0x22, 0x2a, 0x32, 0x3a][below(4)]!, ...datum()],
    () => [[0x07, 0x0f, 0x17, 0x1f, 0x27, 0x2f, 0x37, 0x3f][below(8)]!],
    () => [[0x08, 0xd9, 0xeb, 0xe3, 0xf9 - 0x10, 0x00][below(6)]!],
    () => [[0x03, 0x0b, 0x13, 0x1b, 0x23, 0x2b, 0x09, 0x19, 0x29][below(9)]!],
    () => [[0xc5, 0xd5, 0xe5, 0xf5, 0xc1, 0xd1, 0xe1, 0xf1][below(8)]!],
    () => [0x10, 0x100 - below(40)],
    () => [[0x18, 0x20, 0x28, 0x30, 0x38][below(5)]!, below(2) ? below(20) : 0x100 - below(40)],
    () => [0xc2 | (below(8) << 3), ...target()],
    () => [0xc4 | (below(8) << 3), ...target()],
    () => [[0xc3, 0xcd][below(2)]!, ...target()],
    () => [below(2) ? 0xc9 : 0xc0 | (below(8) << 3)],
    // A patch of the code, an operand or an opcode.
    () => (below(3) ? [0] : [0x32, ...target()]),
    () => (below(3) ? [0xfb] : [0xf3]),
    () => [[0xd3, 0xdb][below(2)]!, byte()],
    () => (below(4) ? [0] : [0x31, 0x00, 0x60]),
    () => [0xed, [0x57, 0x5f, 0x47, 0x4f, 0x45, 0x4d, 0x46, 0x56, 0x5e][below(9)]!],
  ];
  const any = (): number[] => kinds[below(12)]!();
  const shapes: (() => number[])[] = [
    // A loop with several stores, into data or into code: LD HL,nn / LD B,n / LD (HL),A ... INC HL / LD (HL),B / DJNZ
    () => [0x21, ...(below(4) ? datum() : target()), 0x06, below(24), 0x77, ...any(), 0x23, 0x70, 0x10, 0xfa],
    () => [0xdd, 0x21, ...datum(), 0x06, below(24), 0xdd, 0x70, 0, 0xdd, 0x34, 1, 0xdd, 0x23, 0x10, 0xf6],
    // A store close ahead, before or behind another: LD (nn),HL / LD (nn),A
    () => [0x22, ...datum(), 0x32, ...near(), ...any(), 0x32, ...datum()],
    () => [0x3c, 0x32, ...near(), 0x32, ...datum()],
    // An operand that changes with each round: LD HL,here+1 / INC (HL)
    () => [0x21, ...near(), 0x34, 0x3e, byte(), 0xc6, byte()],
    // Jumps by a register: LD HL,nn / JP (HL); PUSH HL / RET; JP (IX)
    () => [0x21, ...target(), 0xe9],
    () => [0x21, ...target(), 0xe5, 0xc9],
    () => [0xdd, 0x21, ...target(), 0xdd, 0xe9],
    // LDIR and LDDR over code: LD HL,nn / LD DE,nn / LD BC,n
    () => [0x21, ...datum(), 0x11, ...near(), 0x01, 1 + below(4), 0, 0xed, [0xb0, 0xb8][below(2)]!],
    () => [0x21, ...target(), 0x11, ...target(), 0x01, 1 + below(12), 0, 0xed, [0xb0, 0xb8][below(2)]!],
    // Pushes into code
    () => [0x31, ...near(), 0xe5, 0xc5, 0x31, 0x00, 0x60],
    () => [0xd9, ...any(), ...any(), 0xd9, 0x08, ...any(), 0x08],
    // Values that grow: LD B,A / RRCA / XOR B
    () => Array.from({ length: 6 }, () => [0x47, 0x0f, 0xa8]).flat(),
    () => [0x29, 0x29, 0xed, 0x6a, 0x29, 0x22, ...datum(), 0x29, 0x22, ...datum(), 0xaf, 0x21, ...datum()],
    // To a port whose handler does something
    () => [0xd3, 0xf0 | below(8)],
    () => [0xdb, 0xf0 | below(8)],
  ];
  while (code.length < CODE_SIZE) {
    const from = below(4) ? kinds : shapes;
    code.push(...from[below(from.length)]!());
  }
  return Uint8Array.from([...code, 0xc3, CODE & 0xff, CODE >> 8]);
}

function view(cpu: Cpu): object {
  const { tStates, instructions, fetches, halted } = cpu;
  return { ...cpu.getRegisters(), tStates, instructions, fetches, halted, trail: cpu.trail() };
}

/** Where nothing of the program's is: RET, and at the interrupt's places EI, RET. */
function surroundings(memory: Uint8Array): void {
  memory.fill(0xc9);
  memory.set([0x3c, 0xfb, 0xed, 0x4d], 0x38);
  memory.set([0x04, 0xed, 0x45], 0x66);
}

/** What a port's handler does to the CPU, by the port. */
function handle(cpu: Cpu, port: number, code: number): void {
  const at = (code + ((port * 13 + cpu.instructions) % CODE_SIZE)) & 0xffff;
  if ((port & 0xff) === 0xf1) cpu.memory[at]! ^= port >> 8;
  if ((port & 0xff) === 0xf2) cpu.tStates += 50 + (port >> 8);
  if ((port & 0xff) === 0xf3) cpu.setRegisters({ d: port >> 8, wz: port });
  if ((port & 0xff) === 0xf4) cpu.pc = at;
  if ((port & 0xff) === 0xf5) cpu.setInt(true, 0xff);
  if ((port & 0xff) === 0xf6) cpu.nmi();
}

interface Case {
  seed: number;
  pauses: number;
  translation: { slice: number; hot: number };
}

function compare({ seed, pauses, translation }: Case): void {
  const below = random(seed);
  const log: number[][] = [[], []];
  // A quarter of the programs go on over the end of memory.
  const CODE = seed % 4 === 3 ? 0xff00 - 0x20 : 0x1000;
  const create = (i: number): Cpu => {
    const cpu: Cpu = createZ80(
      {
        in: (port) => (handle(cpu, port, CODE), (port * 7) & 0xff),
        out: (port, value) => {
          log[i]!.push(port, value, cpu.tStates, cpu.pc);
          handle(cpu, port, CODE);
        },
      },
      translation,
    );
    return cpu;
  };
  const [fast, slow] = [create(0), create(1)];
  surroundings(slow.memory);
  for (let i = 0; i < 0x200; i++) slow.memory[DATA + i] = below(256);
  program(below, CODE).forEach((byte, i) => (slow.memory[(CODE + i) & 0xffff] = byte));
  fast.memory.set(slow.memory);
  const registers = {
    pc: CODE, sp: 0x6000, im: below(3), ix: DATA + 0x80, iy: DATA + 0x100, i: below(256), r: below(256), wz: below(65536),
  }; // prettier-ignore
  for (const cpu of [fast, slow]) cpu.setRegisters(registers);
  for (let pause = 0; pause < pauses; pause++) {
    const until = fast.tStates + 1 + below(below(4) ? 40 : 6000);
    fast.run(until);
    // Handlers add time to what was asked for.
    while (slow.tStates < fast.tStates) slow.step();
    const where = `seed ${seed}, pause ${pause}`;
    const [seen, wanted] = [view(fast), view(slow)];
    if (JSON.stringify(seen) !== JSON.stringify(wanted)) expect(seen, where).toEqual(wanted);
    if (pause % 16 === 0) expect(Buffer.compare(fast.memory, slow.memory), where).toBe(0);
    const isOut = ((slow.pc - CODE) & 0xffff) > CODE_SIZE + 8;
    // Kept and put into its own place again, which changes nothing.
    if (pause % 10 === 0) fast.restore(fast.save());
    const event = below(12);
    for (const cpu of [fast, slow]) {
      if (event === 0) cpu.setInt(true, 0xff);
      if (event <= 2 && event > 0) cpu.setInt(false);
      if (event === 3) cpu.nmi();
      // Whatever the code has become, it goes on; and the host changes a byte of it.
      if (event === 4 || cpu.halted || (isOut && event > 5)) cpu.setRegisters({ pc: CODE, sp: 0x6000 });
      if (cpu.halted) cpu.nmi();
      if (event === 5) cpu.memory[(CODE + ((pause * 31) % CODE_SIZE)) & 0xffff]! ^= pause & 0xff;
    }
  }
  expect(log[0]).toEqual(log[1]);
  expect(Buffer.compare(fast.memory, slow.memory)).toBe(0);
}

const SEEDS = Number(process.env['Z80LM_FUZZ_SEEDS'] ?? 12);
const FIRST = Number(process.env['Z80LM_FUZZ_FIRST'] ?? 1);

describe('run and step', () => {
  it.each([
    ['as ever', { slice: 100_000, hot: 4 }],
    ['with code translated as soon as it is seen', { slice: 60, hot: 1 }],
    ['with code translated now and then', { slice: 700, hot: 2 }],
  ])('do the same to everything that can be seen, %s', (_name, translation) => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) compare({ seed, pauses: 200, translation });
  });
});
