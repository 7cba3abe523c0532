/** The core as JavaScript, for comparison: the texts of instructions.ts as they are. */
import { coreSources, CORE_LOCALS, REGISTER_LOCALS } from '../src/emu/z80/instructions.js';
import {
  ENTRIES_AT,
  MARKS_AT,
  MARKS_SIZE,
  MEMORY_SIZE,
  PAGES,
  STATE,
  STATE_AT,
  STATE_WORDS,
  TABLES,
  TRAIL_AT,
  TRAIL_LENGTH,
} from '../src/emu/z80/layout.js';
import type { Core, PortCalls } from '../src/emu/z80/core.js';

const SPILL = REGISTER_LOCALS.map((name) => `S[${STATE[name]}] = ${name};`).join(' ');
const RELOAD = REGISTER_LOCALS.map((name) => `${name} = S[${STATE[name]}];`).join(' ');

let factory: ((...args: unknown[]) => () => void) | undefined;

export function createJsCore(ports: PortCalls): Core {
  const { core, one } = coreSources();
  const body = (text: string): string =>
    `let ${CORE_LOCALS.map((name) => `${name} = 0`).join(', ')}; ` +
    text
      .replace('while (', 'run: while (')
      .replaceAll('exit;', 'break run;')
      .replaceAll('spill;', SPILL)
      .replaceAll('reload;', RELOAD);
  factory ??= new Function(
    'mem',
    'S',
    'trail',
    'marks',
    'entries',
    'enter',
    ...Object.keys(TABLES),
    'portIn',
    'portOut',
    `function one() { ${body(one)} } return function core() { ${body(core)} }`,
  ) as (...args: unknown[]) => () => void;
  const memory = new Uint8Array(PAGES * MEMORY_SIZE);
  const state = new Int32Array(memory.buffer, STATE_AT, STATE_WORDS);
  const trail = new Int32Array(memory.buffer, TRAIL_AT, TRAIL_LENGTH);
  const marks = new Uint8Array(memory.buffer, MARKS_AT, MARKS_SIZE);
  const entries = new Uint16Array(memory.buffer, ENTRIES_AT, MEMORY_SIZE);
  const tables = Object.values(TABLES).map(({ size, flags }) =>
    Uint8Array.from({ length: size }, (_, value) => flags(value)),
  );
  const run = factory(memory, state, trail, marks, entries, () => {}, ...tables, ports.in, ports.out);
  return { memory, state, trail, marks, entries, addRegion: () => {}, core: run, watchfulCore: () => run };
}
