/** A script for programs that remember: all sides, and all rounds, begin in the same state. */
import { traitsOf } from '../build/signature.js';
import type { Script } from '../hil/turns.js';
import { seedFrom } from '../model/conversation.js';
import type { Program } from '../seams/target.js';
import type { Shell } from './shared.js';

/** Which game is played unless the script says which. */
const GAME = 1;
/** Turns from the first text on, as when the program starts. */
const TURNS = 0;

/** With a seed as its first line, where the program's answers depend on what came before and the script names none. */
export function fromTheStart(shell: Shell, { bytes }: Program, script: Script): Script {
  const traits = traitsOf(bytes);
  const [first] = script.steps;
  if (!traits || !first || !('ask' in first) || seedFrom(first.ask) !== undefined) return script;
  if (traits.game) shell.note(`a game: number ${GAME} is played; begin the prompts with /2 for another`);
  return { ...script, steps: [{ ask: `/${traits.game ? GAME : TURNS}` }, ...script.steps] };
}
