/**
 * The Z80 core on real loads, beside the npm package z80-emulator in the same process and run: effective MHz
 * (T-states a second / 1e6) and million instructions a second, by CPU time, so that what else the computer does
 * weighs less. "interpreted" is the same CPU with no code translated: how much translation brings.
 *
 * The loads are a block move, a loop of the kind that the chat program spends its time in, one that looks at all flags
 * as a test of instructions does, and the .COM files named
 * in Z80LM_BENCH_COM (separated by colons; each is run as `X.COM is it big`).
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Z80 as Peer, type Hal } from 'z80-emulator';
import type { PortCalls } from '../src/emu/z80/core.js';
import { createZ80 } from '../src/emu/z80.js';
import { STATE } from '../src/emu/z80/layout.js';
import { writeCommandTail } from '../src/emu/cpm/command-tail.js';
import { createJsCore } from './js-core.js';

/** Each measurement goes on for so long, after a run of the same length to warm up. */
const MEASURE_MS = 1500;
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
/** T-states between two looks at the clock. */
const CHUNK = 2_000_000;

interface Load {
  title: string;
  program: Uint8Array;
  tail: string;
}

interface Figures {
  mhz: number;
  mips: number;
}

/** Something that runs a memory image for at least so many T-states and tells how many, and instructions. */
interface Runner {
  title: string;
  start(memory: Uint8Array): (tStates: number) => { tStates: number; instructions: number };
}

/** LD HL,4000 / LD DE,8000 / LD BC,2000 / LDIR / JR start */
const BLOCK_MOVE = [0x21, 0x00, 0x40, 0x11, 0x00, 0x80, 0x01, 0x00, 0x20, 0xed, 0xb0, 0x18, 0xf3];
/**
 * Unpack 2-bit weights and add or subtract inputs, as a layer does:
 * start: LD HL,2000 / LD DE,3000 / LD B,0 / LD IX,0
 * next:  LD A,(HL) / AND 3 / JR Z,none / PUSH HL / LD C,A / LD A,(DE) / LD L,A / INC DE / LD A,(DE) / LD H,A / DEC DE
 *        DEC C / JR Z,plus / EX DE,HL / ADD IX,DE / EX DE,HL / plus: EX DE,HL / ADD IX,DE / EX DE,HL / POP HL
 * none:  RRC (HL) / RRC (HL) / INC HL / INC DE / INC DE / DJNZ next / JR start
 */
const WEIGHTS = [
  0x21, 0x00, 0x20, 0x11, 0x00, 0x30, 0x06, 0x00, 0xdd, 0x21, 0x00, 0x00, 0x7e, 0xe6, 0x03, 0x28, 0x14, 0xe5, 0x4f,
  0x1a, 0x6f, 0x13, 0x1a, 0x67, 0x1b, 0x0d, 0x28, 0x04, 0xeb, 0xdd, 0x19, 0xeb, 0xeb, 0xdd, 0x19, 0xeb, 0xe1, 0xcb,
  0x0e, 0xcb, 0x0e, 0x23, 0x13, 0x13, 0x10, 0xde, 0x18, 0xd0,
]; // prettier-ignore

/**
 * Flags to a sum of them, by a table:
 * start: LD HL,2000 / LD B,0
 * next:  LD A,(HL) / ADD A,B / PUSH AF / POP DE / LD A,D / XOR E / LD E,A / LD D,30 / LD A,(DE) / XOR (HL) / LD (HL),A
 *        INC HL / DJNZ next / JR start
 */
const FLAGS = [
  0x21, 0x00, 0x20, 0x06, 0x00, 0x7e, 0x80, 0xf5, 0xd1, 0x7a, 0xab, 0x5f, 0x16, 0x30, 0x1a, 0xae, 0x77, 0x23, 0x10,
  0xf1, 0x18, 0xea,
]; // prettier-ignore

/** What a program needs of CP/M to run on and on: BDOS calls return 0, and its end is its beginning. */
function image({ program, tail }: Load): Uint8Array {
  const memory = new Uint8Array(0x10000);
  for (let i = 0x2000; i < 0x4000; i++) memory[i] = (i * 73) ^ (i >> 5);
  memory.set([0xc3, 0x00, 0xf0], 0); // JP F000
  memory.set([0xc3, 0x10, 0xf0], 5); // JP F010
  memory.set([0x31, 0x00, 0xf0, 0xc3, 0x00, 0x01], 0xf000); // LD SP,F000 / JP 0100
  memory.set([0xaf, 0x6f, 0x67, 0xc9], 0xf010); // XOR A / LD L,A / LD H,A / RET
  memory.set(program, 0x100);
  writeCommandTail(memory, tail);
  return memory;
}

const ours = (title: string, translation: Parameters<typeof createZ80>[1]): Runner => ({
  title,
  start(memory) {
    const cpu = createZ80({ in: () => 0xff, out: () => {} }, translation);
    cpu.memory.set(memory);
    cpu.pc = 0x100;
    cpu.sp = 0xf000;
    return (tStates) => {
      const before = { tStates: cpu.tStates, instructions: cpu.instructions };
      cpu.run(before.tStates + tStates);
      return { tStates: cpu.tStates - before.tStates, instructions: cpu.instructions - before.instructions };
    };
  },
});
const translated = ours('z80lm', {});
const interpreted = ours('interpreted', { hot: Infinity });

const asJavaScript: Runner = {
  title: 'same text as JS',
  start(image) {
    const ports: PortCalls = { in: () => 0xff, out: () => {} };
    const { memory, state, core } = createJsCore(ports);
    memory.set(image);
    state[STATE.pc] = 0x100;
    state[STATE.sp] = 0xf000;
    return (tStates) => {
      state[STATE.n] = 0;
      state[STATE.left] = tStates;
      core();
      return { tStates: tStates - state[STATE.left]!, instructions: state[STATE.n]! };
    };
  },
};

const peer: Runner = {
  title: 'z80-emulator',
  start(memory) {
    const hal: Hal = {
      tStateCount: 0,
      readMemory: (address) => memory[address]!,
      writeMemory: (address, value) => {
        memory[address] = value;
      },
      contendMemory: () => {},
      contendPort: () => {},
      readPort: () => 0xff,
      writePort: () => {},
    };
    const cpu = new Peer(hal);
    cpu.reset();
    cpu.regs.pc = 0x100;
    cpu.regs.sp = 0xf000;
    return (tStates) => {
      const before = hal.tStateCount;
      let instructions = 0;
      for (; hal.tStateCount - before < tStates; instructions++) cpu.step();
      return { tStates: hal.tStateCount - before, instructions };
    };
  },
};

function measure(runner: Runner, load: Load): Figures {
  const run = runner.start(image(load));
  const spend = (): Figures => {
    const from = cpuMs();
    let [tStates, instructions] = [0, 0];
    let ms = 0;
    for (; ms < MEASURE_MS; ms = cpuMs() - from) {
      const done = run(CHUNK);
      tStates += done.tStates;
      instructions += done.instructions;
    }
    return { mhz: tStates / ms / 1e3, mips: instructions / ms / 1e3 };
  };
  spend();
  return spend();
}

export async function run(): Promise<void> {
  const loads: Load[] = [
    { title: 'block move (LDIR)', program: Uint8Array.from(BLOCK_MOVE), tail: '' },
    { title: '2-bit weights', program: Uint8Array.from(WEIGHTS), tail: '' },
    { title: 'all flags', program: Uint8Array.from(FLAGS), tail: '' },
  ];
  for (const path of (process.env['Z80LM_BENCH_COM'] ?? '').split(':').filter((part) => part !== ''))
    loads.push({ title: basename(path), program: new Uint8Array(readFileSync(path)), tail: 'is it big' });
  for (const load of loads) {
    console.log(load.title);
    const figures = [translated, interpreted, asJavaScript, peer].map((runner) => ({
      runner,
      ...measure(runner, load),
    }));
    const base = figures.at(-1)!.mhz;
    for (const { runner, mhz, mips } of figures)
      console.log(
        `  ${runner.title.padEnd(16)} ${mhz.toFixed(0).padStart(6)} MHz ${mips.toFixed(1).padStart(7)} M instructions/s` +
          `  ${(mhz / base).toFixed(2).padStart(6)} x`,
      );
  }
}
