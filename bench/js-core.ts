/** The core as JavaScript: the text of instructions.ts as it is. */
import { coreSource, CORE_LOCALS } from '../src/emu/z80/instructions.js';
import { MEMORY_SIZE, PAGES, STATE_AT, STATE_WORDS, TABLES, TRAIL_AT, TRAIL_LENGTH } from '../src/emu/z80/layout.js';
import type { Core, PortCalls } from '../src/emu/z80/core.js';

let factory: ((...args: unknown[]) => () => void) | undefined;

export function createJsCore(ports: PortCalls): Core {
  factory ??= new Function(
    'mem',
    'S',
    'trail',
    ...Object.keys(TABLES),
    'portIn',
    'portOut',
    `return function core() { let ${CORE_LOCALS.map((name) => `${name} = 0`).join(', ')};
    ${coreSource().replace('while (left > 0)', 'run: while (left > 0)').replaceAll('exit;', 'break run;')} }`,
  ) as (...args: unknown[]) => () => void;
  const memory = new Uint8Array(PAGES * MEMORY_SIZE);
  const state = new Int32Array(memory.buffer, STATE_AT, STATE_WORDS);
  const trail = new Int32Array(memory.buffer, TRAIL_AT, TRAIL_LENGTH);
  const tables = Object.values(TABLES).map(({ size, flags }) =>
    Uint8Array.from({ length: size }, (_, value) => flags(value)),
  );
  const core = factory(memory, state, trail, ...tables, ports.in, ports.out);
  return { memory, state, trail, core };
}
