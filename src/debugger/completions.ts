/** What Tab offers at the debugger's prompt: commands first, then the program's names. */
import type { Debuggee } from './debuggee.js';
import { COMMAND_TABLE } from './language.js';
import { REGISTERS } from './looking.js';

const MOST = 200;

/** @returns all that fits, and the word that it would stand for, as node:readline wants it */
export function completions(line: string, { values }: Pick<Debuggee, 'values'>): [found: string[], word: string] {
  const word = /[^\s,]*$/.exec(line)![0];
  const isFirst = line.trimStart() === word;
  const command = COMMAND_TABLE.find(({ name, also = [] }) => [name, ...also].includes(line.trim().split(/\s/)[0]!));
  const offers = isFirst
    ? COMMAND_TABLE.map(({ name }) => `${name} `)
    : command?.name === 'regs'
      ? Object.keys(REGISTERS)
      : command?.name === 'help'
        ? COMMAND_TABLE.map(({ name }) => name)
        : [...values.keys()];
  return [offers.filter((offer) => offer.startsWith(word)).slice(0, MOST), word];
}
