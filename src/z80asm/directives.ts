/** What every directive of every dialect does, by its first name in directive-table.ts. */
import { BLOCK_HANDLERS } from './directives-blocks.js';
import { DATA_HANDLERS } from './directives-data.js';
import { M80_HANDLERS } from './directives-m80.js';
import { SJASMPLUS_HANDLERS } from './directives-sjasmplus.js';
import { TASM_HANDLERS } from './directives-tasm.js';
import type { Handler } from './assembler.js';

export const HANDLERS: Readonly<Record<string, Handler>> = {
  ...DATA_HANDLERS,
  ...BLOCK_HANDLERS,
  ...TASM_HANDLERS,
  ...M80_HANDLERS,
  ...SJASMPLUS_HANDLERS,
};
