/** The small language of the instruction text: what WebAssembly computes is what JavaScript would. */
import fc from '../fast-check.js';
import { describe, expect, it } from 'vitest';
import { parse } from '../../src/emu/z80/parse.js';
import { coreSources, CORE_LOCALS } from '../../src/emu/z80/instructions.js';
import { moduleBytes } from '../../src/emu/z80/wasm-core.js';
import { MOST_REGIONS, PAGES, STATE_AT } from '../../src/emu/z80/layout.js';

interface Wasm {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (size: object) => { buffer: ArrayBuffer };
  Table: new (kind: object) => object;
  Instance: new (module: object, imports: object) => { exports: { core: () => void } };
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: Wasm };

/** Runs a text with these values in S[0..3]; gives S[4]. */
function run(text: string, values: number[]): number {
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  const regions = new WebAssembly.Table({ element: 'anyfunc', initial: MOST_REGIONS });
  const module = new WebAssembly.Module(moduleBytes({ core: text, one: '' }, ['p', 'q', 'x']));
  const instance = new WebAssembly.Instance(module, {
    in: { portIn: () => 0, portOut: () => {}, memory, regions },
  });
  const state = new Int32Array(memory.buffer, STATE_AT, 8);
  state.set(values);
  instance.exports.core();
  return state[4]!;
}

const OPERATORS = ['+', '-', '&', '|', '^', '<<', '>>', '==', '!=', '<', '>', '<=', '>='];
/** Expressions of S[0..3] and numbers, with as few brackets as JavaScript's precedences need. */
const expression = fc.letrec<{ any: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    fc.nat(3).map((i) => `S[${i}]`),
    fc.nat(70_000).map(String),
  ),
  any: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc.tuple(tie('any'), fc.constantFrom(...OPERATORS), tie('any')).map(([a, op, b]) => `${a} ${op} ${b}`),
    tie('any').map((a) => `(${a})`),
    tie('leaf').map((a) => `!${a}`),
    fc.tuple(tie('leaf'), tie('any'), tie('any')).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
  ),
})).any;

describe('the instruction language', () => {
  it('computes as JavaScript does', () => {
    fc.assert(
      fc.property(expression, fc.array(fc.nat(0xffff), { minLength: 4, maxLength: 4 }), (text, values) => {
        const expected = new Function('S', `return (${text}) | 0;`) as (s: number[]) => number;
        expect(run(`S[4] = ${text};`, values)).toBe(expected(values));
      }),
      { numRuns: 500 },
    );
  });

  it('has if, while, switch and exit', () => {
    const text = `x = S[0];
      while (x > 0) {
        switch (x & 3) { case 0: { p = p + 1; break; } case 2: { p = p + 100; break; } default: { q = q + 1; break; } }
        if (x == 5) { exit; } else { x = x - 1; }
      }
      S[4] = p + q;`;
    // 12 11 10 9 8 7 6 5
    expect(run(text, [12, 0, 0, 0])).toBe(1 + 1 + 100 + 1 + 1 + 1 + 100 + 1);
  });

  it.each(['x = ;', 'x = 1', 'y = 1;', 'x = 1 $ 2;', 'if (x) x = 1;', '(x = 1;', 'x = foo[1];'])(
    'does not take %j',
    (text) => {
      expect(() => moduleBytes({ core: text, one: '' }, ['x'])).toThrow('instruction text');
    },
  );
});

describe('the core', () => {
  it('stays of a size that V8 compiles well: a limit to look at again when it is passed', () => {
    const { core, one } = coreSources();
    expect(parse(core).map(({ kind }) => kind)).toEqual(['reload', 'while', 'spill']);
    expect(moduleBytes({ core, one: '' }, CORE_LOCALS).length).toBeLessThan(45_000);
    expect(moduleBytes({ core, one }, CORE_LOCALS).length).toBeLessThan(70_000);
  });
});
