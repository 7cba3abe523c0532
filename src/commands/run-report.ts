/** What `z80lm run` tells of a run: the JSON document, and the lines of --stats. */
import { basename } from 'node:path';
import type { DriveEnd } from '../emu/cpm/drive.js';
import type { Cpm } from '../emu/cpm/machine.js';
import { RC2014_HZ } from '../emu/cpu.js';
import type { ProfileRow } from '../emu/debug/profile.js';
import { grouped } from '../seams/words.js';

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
  clockHz = RC2014_HZ,
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

export function statistics({ cpu }: Cpm, shown: Printed[], clockHz = RC2014_HZ): string[] {
  const lines = [
    `${grouped(cpu.tStates)} T-states, ${grouped(cpu.instructions)} instructions, ` +
      `${(cpu.tStates / clockHz).toFixed(3)} s at ${clockHz / 1e6} MHz, ${shown.length} characters`,
  ];
  const gaps = shown.slice(1).map(({ tStates }, i) => tStates - shown[i]!.tStates);
  if (gaps.length > 0) lines.push(`longest between two characters: ${grouped(Math.max(...gaps))} T-states`);
  return lines;
}
