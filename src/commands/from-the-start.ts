/** A script for programs that remember: all sides, and all rounds, begin in the same state. */
import { seedLine, traitsOf } from '../build/signature.js';
import type { Script } from '../hil/turns.js';
import type { MachineProgram } from './board-lane.js';
import type { Shell } from './shared.js';

/** With a seed as its first line, where the program's answers depend on what came before and the script names none. */
export function fromTheStart(shell: Shell, { image }: MachineProgram, script: Script): Script {
  const [first] = script.steps;
  const seed = first && 'ask' in first ? seedLine(image, first.ask) : undefined;
  if (seed === undefined) return script;
  if (traitsOf(image)!.game)
    shell.note(`a game: number ${seed.slice(1)} is played; begin the prompts with /2 for another`);
  return { ...script, steps: [{ ask: seed }, ...script.steps] };
}
