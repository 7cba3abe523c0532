/** Where a program's T-states go: by routine, counted instruction by instruction in the emulator. */
import type { BuiltProgram } from './program.js';
import { startTalkOn } from './talk.js';

export interface RoutineShare {
  routine: string;
  tStates: number;
}

/**
 * Firmware routines and the label at which each begins; one goes on to where the next begins. Whatever lies
 * before the first, such as the system, is 'other'.
 */
const ROUTINES: readonly [name: string, label: string][] = [
  ['console', 'con_out'],
  ['+1 lists: carry', 'add_early'],
  ['+1 lists', 'add_page'],
  ['+1 lists: to the next', 'add_tail'],
  ['+1 lists: carry', 'add_late'],
  ['columns', 'walk_link'],
  ['-1 lists: carry', 'sub_early'],
  ['-1 lists', 'sub_page'],
  ['-1 lists: to the next', 'sub_tail'],
  ['-1 lists: carry', 'sub_late'],
  ['columns', 'walk_negative'],
  ['bit masks', 'walk_twos'],
  ['bit masks to lists', 'unpack'],
  ['fold', 'fold'],
  ['pieces', 'encode_question'],
  ['buckets: base', 'begin_base'],
  ['buckets: find', 'add_column'],
  ['buckets: walk', 'column_part'],
  ['buckets: in 16 bits', 'count_up'],
  ['answer', 'answer'],
  ['question', 'encode_query'],
  ['context', 'encode_context'],
  ['biases', 'load_biases'],
  ['layers', 'forward'],
  ['shared rows', 'add_shared'],
  ['rows', 'pass'],
  ['active rows', 'active'],
  ['first maximum', 'first_maximum'],
  ['typing', 'ahead_clear'],
  ['typing', 'too_small'],
];

/** T-states by routine while the questions are answered, typing included, the largest first. */
export function profileProgram(built: BuiltProgram, questions: readonly string[]): RoutineShare[] {
  const starts = ROUTINES.map(([name, label]) => ({ name, at: built.symbols.get(label) ?? -1 }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  const routineAt = new Uint8Array(0x10000);
  starts.forEach(({ at }, i) => routineAt.fill(i + 1, at, starts[i + 1]?.at ?? built.origin + built.program.length));
  const totals = new Float64Array(starts.length + 1);
  const talk = startTalkOn(built.machine, built.file);
  const { emulated } = talk;
  const { cpu } = emulated;
  const run = emulated.run.bind(emulated);
  emulated.run = (until) => {
    for (;;) {
      const [pc, before] = [cpu.pc, cpu.tStates];
      const stop = run(Math.min(until, before + 1));
      totals[routineAt[pc]!]! += cpu.tStates - before;
      if (stop.why !== 'time' || cpu.tStates >= until) return stop;
    }
  };
  for (const question of questions) talk.ask(question);
  const shares = new Map<string, number>();
  totals.forEach((tStates, i) => {
    const name = starts[i - 1]?.name ?? 'other';
    shares.set(name, (shares.get(name) ?? 0) + tStates);
  });
  return [...shares].map(([routine, tStates]) => ({ routine, tStates })).sort((a, b) => b.tStates - a.tStates);
}
