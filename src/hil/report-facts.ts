/** What every report says of the run that it is about: when, with what, which program, which boards. */
import { createHash } from 'node:crypto';
import { grouped } from '../seams/words.js';
import type { Program } from '../seams/target.js';
import { escapeHtml, facts } from './html.js';

export interface BoardFacts {
  /** Its port, or the name that it was given. */
  name: string;
  /** What was recognised, or said: "RomWBW (XM)". */
  kind?: string | undefined;
  /** In words, where something is known of it. */
  clock?: string | undefined;
}

export interface RunFacts {
  /** When the run began. */
  at: Date;
  /** Of z80lm. */
  version: string;
  program: Program;
  boards: readonly BoardFacts[];
  /** Which questions were asked. */
  asked?: string | undefined;
}

/** @returns HTML */
export function runFacts({ at, version, program, boards, asked }: RunFacts): string {
  const sha256 = createHash('sha256').update(program.bytes).digest('hex');
  return facts([
    ['date', `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`],
    ['z80lm', escapeHtml(version)],
    ['program', `${escapeHtml(program.name)}, ${grouped(program.bytes.length)} bytes`],
    ['SHA-256', `<code>${sha256}</code>`],
    ...boards.map((board) => [boards.length > 1 ? 'a board' : 'board', escapeHtml(boardWords(board))]),
    ...(asked === undefined ? [] : [['asked', escapeHtml(asked)]]),
  ]);
}

function boardWords({ name, kind, clock }: BoardFacts): string {
  return [name, kind, clock ?? 'clock not measured (z80lm time does)'].filter(Boolean).join(', ');
}
