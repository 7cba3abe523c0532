/** What `z80lm run` tells of a run: the JSON document, and the lines of --stats. */
import { basename } from 'node:path';
import type { DriveEnd } from '../emu/drive.js';
import type { CutOff } from '../emu/cpm/machine.js';
import type { Cpu } from '../emu/cpu.js';
import type { ProfileRow } from '../emu/debug/profile.js';
import { grouped } from '../seams/words.js';

/** A character on the console, and when. */
export interface Printed {
  byte: number;
  tStates: number;
}

/** Characters that a report keeps, with their times. An hour of a board that prints at 115,200 baud has 40 times as many. */
const MOST_KEPT = 1_000_000;

/** The characters of a run, the first of them, so that one that prints for ever fits in memory; and how many came in all. */
export class PrintedLog {
  readonly kept: Printed[] = [];
  count = 0;

  constructor(private readonly most = MOST_KEPT) {}

  add(byte: number, tStates: number): void {
    this.count++;
    if (this.kept.length < this.most) this.kept.push({ byte, tStates });
  }
}

export function runReport(
  program: string,
  cpu: Cpu,
  end: DriveEnd,
  { kept, count }: PrintedLog,
  more: { clockHz: number; profile: ProfileRow[] | undefined; remarks: string[]; cut: CutOff | undefined },
): object {
  const { clockHz, profile, remarks, cut } = more;
  return {
    program: basename(program),
    end: end.why,
    ...(end.why === 'ended' && { code: end.code }),
    ...(end.why === 'crashed' && { at: end.at }),
    tStates: cpu.tStates,
    instructions: cpu.instructions,
    clockHz,
    seconds: cpu.tStates / clockHz,
    output: Buffer.from(kept.map(({ byte }) => byte)).toString('latin1'),
    characterTStates: kept.map(({ tStates }) => tStates),
    ...(count > kept.length && { charactersLeftOut: count - kept.length }),
    ...(remarks.length > 0 && { remarks }),
    ...(cut && cut.unclosed.length > 0 && { unclosed: cut.unclosed }),
    ...(profile && { profile }),
  };
}

export function statistics(cpu: Cpu, { kept, count }: PrintedLog, clockHz: number): string[] {
  const lines = [
    `${grouped(cpu.tStates)} T-states, ${grouped(cpu.instructions)} instructions, ` +
      `${(cpu.tStates / clockHz).toFixed(3)} s at ${clockHz / 1e6} MHz, ${count} characters`,
  ];
  let longest = 0;
  for (let i = 1; i < kept.length; i++) longest = Math.max(longest, kept[i]!.tStates - kept[i - 1]!.tStates);
  if (kept.length > 1) lines.push(`longest between two characters: ${grouped(longest)} T-states`);
  return lines;
}
