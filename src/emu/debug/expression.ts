/**
 * Expressions of the debugger, over registers, memory and symbols:
 *
 *     a == 0x0d && (hl) != '$'        [counter] >= 10        word(sp)        flag.z        bc + 2
 *
 * Numbers as the assembler has them; registers in either case; `(x)` where x begins an operand and is HL, DE, BC, IX, IY or SP
 * is the byte there, `[x]` always; names of symbols as in the .sym file.
 */
import { UsageError } from '../../seams/errors.js';
import type { Cpu } from '../cpu.js';

export interface Scope {
  cpu: Pick<Cpu, 'memory' | 'getRegisters'>;
  /** Symbols by name. */
  values: ReadonlyMap<string, number>;
  /** Names that only this place has: `value` and `old` in a watchpoint. */
  locals?: Readonly<Record<string, number>>;
}

export interface Expression {
  readonly text: string;
  evaluate(scope: Scope): number;
}

/** @throws UsageError for what is no expression */
export function parseExpression(text: string): Expression {
  throw new UsageError(`there are no expressions yet: ${JSON.stringify(text)}`);
}
