/** The options that say what the keys are for a board, and what its screen is, as each command with a console takes them. */
import type { Option } from 'commander';
import { PREFERENCES } from '../console/preferences.js';
import type { Manner } from '../console/typed.js';
import { decidedLater } from './values.js';

const KEYBOARD: Readonly<Record<keyof Manner, [flags: string, words: string]>> = {
  terminal: ['--terminal <terminal>', "what the board's programs are set up for"],
  arrows: ['--arrows <kind>', 'what arrow and function keys send'],
  enter: ['--enter <what>', 'what Enter sends'],
  backspace: ['--backspace <what>', 'what Backspace sends'],
  charset: ['--charset <what>', 'what is not ASCII: ascii refuses it, utf8 sends it'],
};

/** @param holds where it is not given: the first of its values, unless the command has it otherwise */
export function keyboardOption(name: keyof Manner, holds?: string): Option {
  const [flags, words] = KEYBOARD[name];
  const values = PREFERENCES.find((one) => one.name === name)!.values.map(String);
  return decidedLater(flags, words, holds ?? values[0]!).choices(values);
}
