/** Keys and interrupts that come while a program answers. */
import type { Talk } from '../../src/build/talk.js';

const ISR = 0xf800;
const COUNT = 0xf8f0;
/** push af; push hl; ld hl,(COUNT); inc hl; ld (COUNT),hl; pop hl; pop af; ei; reti */
const CODE = [0xf5, 0xe5, 0x2a, 0xf0, 0xf8, 0x23, 0x22, 0xf0, 0xf8, 0xe1, 0xf1, 0xfb, 0xed, 0x4d];

/**
 * Ask, and type keys at once when so many characters of the answer have been printed. Returns what is shown.
 * @param wait T-states more
 */
export function askAndType(talk: Talk, question: string, after: number, keys: string, wait = 0): string {
  const { cpu } = talk.emulated;
  const run = talk.emulated.run.bind(talk.emulated);
  const begun = talk.output().length + question.length + 2;
  let typed = false;
  let due = Infinity;
  talk.emulated.run = (until) => {
    const stop = run(Math.min(until, cpu.tStates + 200));
    if (due === Infinity && talk.output().length >= begun + after) due = cpu.tStates + wait;
    if (!typed && cpu.tStates >= due) {
      typed = true;
      for (const key of keys) talk.key(key);
    }
    return stop.why === 'time' && cpu.tStates < until ? { why: 'paused' } : stop;
  };
  const shown = talk.type(`${question}\r`);
  talk.emulated.run = run;
  return shown;
}

export interface Interrupted {
  text: string;
  raised: number;
  /** How many the program's own service routine has counted. */
  served: number;
  /** T-states from an interrupt to its acknowledge, at the most. */
  slowest: number;
}

/** Ask, and interrupt the program every so many T-states from then on. */
export function askInterrupted(talk: Talk, question: string, every: number): Interrupted {
  const { cpu } = talk.emulated;
  cpu.memory.set([0xc3, ISR & 0xff, ISR >> 8], 0x38);
  cpu.memory.set(CODE, ISR);
  cpu.setRegisters({ im: 1, iff1: 1, iff2: 1 });
  const run = talk.emulated.run.bind(talk.emulated);
  let raised = 0;
  let slowest = 0;
  let next = cpu.tStates + every;
  talk.emulated.run = (until) => {
    const stop = run(Math.min(until, next));
    if (cpu.tStates >= next) {
      raised++;
      cpu.setInt(true);
      const from = cpu.tStates;
      while (cpu.getRegisters().iff1 === 1) cpu.step();
      cpu.setInt(false);
      slowest = Math.max(slowest, cpu.tStates - from);
      next = cpu.tStates + every;
    }
    return stop.why === 'time' && cpu.tStates < until ? { why: 'paused' } : stop;
  };
  const { text } = talk.ask(question);
  return { text, raised, served: cpu.memory[COUNT]! + 256 * cpu.memory[COUNT + 1]!, slowest };
}
