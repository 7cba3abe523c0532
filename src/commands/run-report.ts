/** What `z80lm run` tells of a run: the JSON document, and the lines of --stats. */
import { basename } from 'node:path';
import type { DriveEnd } from '../emu/cpm/drive.js';
import type { Cpm } from '../emu/cpm/machine.js';
import type { ProfileRow } from '../emu/debug/profile.js';

/** What seconds are counted in where no clock is given: the RC2014's. */
const DEFAULT_CLOCK_HZ = 7_372_800;

/** A character on the console, and when. */
export interface Printed {
  byte: number;
  tStates: number;
}

export function runReport(
  program: string,
  { cpu }: Cpm,
  end: DriveEnd,
  shown: Printed[],
  clockHz = DEFAULT_CLOCK_HZ,
  profile?: ProfileRow[],
): object {
  return {
    program: basename(program),
    end: end.why,
    ...(end.why === 'ended' && { code: end.code }),
    ...(end.why === 'crashed' && { at: end.at }),
    tStates: cpu.tStates,
    instructions: cpu.instructions,
    clockHz,
    seconds: cpu.tStates / clockHz,
    output: Buffer.from(shown.map(({ byte }) => byte)).toString('latin1'),
    characterTStates: shown.map(({ tStates }) => tStates),
    ...(profile && { profile }),
  };
}

export function statistics({ cpu }: Cpm, shown: Printed[], clockHz = DEFAULT_CLOCK_HZ): string[] {
  const number = (value: number): string => value.toLocaleString('en');
  const lines = [
    `${number(cpu.tStates)} T-states, ${number(cpu.instructions)} instructions, ` +
      `${(cpu.tStates / clockHz).toFixed(3)} s at ${clockHz / 1e6} MHz, ${shown.length} characters`,
  ];
  const gaps = shown.slice(1).map(({ tStates }, i) => tStates - shown[i]!.tStates);
  if (gaps.length > 0) lines.push(`longest between two characters: ${number(Math.max(...gaps))} T-states`);
  return lines;
}
