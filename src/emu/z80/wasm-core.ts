/**
 * The core as WebAssembly: the text of instructions.ts, compiled when the first CPU is made (a few hundredths of a
 * second), one module for all CPUs.
 *
 * Why not JavaScript: as one function with all opcodes in it the core is beyond the size that V8 optimises, and
 * split up it loses the registers in locals. Figures in docs/emulator.md.
 *
 * The module imports in.portIn, in.portOut, in.memory and in.regions, and exports `core`. Format: WebAssembly Core
 * Specification 1.0, chapter 5.
 */
import type { Core, PortCalls } from './core.js';
import { CORE_LOCALS, coreSources, REGISTER_LOCALS, USED, type Watching } from './instructions.js';
import {
  ENTRIES_AT,
  MARKS_AT,
  MOST_REGIONS,
  MARKS_SIZE,
  MEMORY_SIZE,
  PAGES,
  STATE,
  STATE_AT,
  STATE_WORDS,
  TABLES,
  TRAIL_AT,
  TRAIL_LENGTH,
} from './layout.js';
import { mentions, parse, type Expr, type Statement } from './parse.js';
import {
  BINARY,
  FUNCREF,
  I32,
  moduleOf,
  name,
  NO_VALUE,
  OP,
  section,
  signed,
  unsigned,
  vector,
} from './wasm-encoding.js';

/** Function indices: the imports come first. */
const FUNCTIONS: Record<string, number> = { portIn: 0, portOut: 1, core: 2, one: 3 };

/** Arrays of the text: where they begin, and the bytes of an element. */
const ARRAYS: Record<string, { at: number; width: 1 | 2 | 4 }> = {
  mem: { at: 0, width: 1 },
  marks: { at: MARKS_AT, width: 1 },
  entries: { at: ENTRIES_AT, width: 2 },
  S: { at: STATE_AT, width: 4 },
  trail: { at: TRAIL_AT, width: 4 },
  ...Object.fromEntries(Object.entries(TABLES).map(([name, { at }]) => [name, { at: STATE_AT + at, width: 1 }])),
};

/** As much of the WebAssembly API as is used here; it is no part of the language library. */
interface WasmApi {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (size: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
  Table: new (kind: { element: 'anyfunc'; initial: number }) => { set(at: number, f: unknown): void };
  Instance: new (module: object, imports: Record<string, object>) => { exports: Record<string, unknown> };
}

/** The one that watches data is made when a debugger first asks for it. */
const compiled = new Map<Watching, object>();

export function createWasmCore(ports: PortCalls): Core {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WasmApi };
  const pages = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  const regions = new WebAssembly.Table({ element: 'anyfunc', initial: MOST_REGIONS });
  const memory = new Uint8Array(pages.buffer);
  for (const { at, size, flags } of Object.values(TABLES))
    for (let value = 0; value < size; value++) memory[STATE_AT + at + value] = flags(value);
  const instance = (watching: Watching): (() => void) => {
    if (!compiled.has(watching))
      compiled.set(watching, new WebAssembly.Module(moduleBytes(coreSources(watching), CORE_LOCALS, watching)));
    const { exports } = new WebAssembly.Instance(compiled.get(watching)!, {
      in: { portIn: ports.in, portOut: ports.out, memory: pages, regions },
    });
    return exports['core'] as () => void;
  };
  return {
    memory,
    state: new Int32Array(pages.buffer, STATE_AT, STATE_WORDS),
    trail: new Int32Array(pages.buffer, TRAIL_AT, TRAIL_LENGTH),
    marks: new Uint8Array(pages.buffer, MARKS_AT, MARKS_SIZE),
    entries: new Uint16Array(pages.buffer, ENTRIES_AT, MEMORY_SIZE),
    addRegion(at, bytes) {
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { in: { memory: pages } });
      regions.set(at, exports['region']);
    },
    core: instance('fetches'),
    watchfulCore: () => instance('data'),
  };
}

/** A module with the two functions of coreSources(). */
export function moduleBytes(
  sources: { core: string; one: string },
  locals: string[],
  watching: Watching = 'fetches',
): Uint8Array {
  const body = (source: string): number[] =>
    [1, ...unsigned(locals.length), I32].concat(functionCode(parse(source), locals, watching));
  return moduleOf(
    [
      // Types: 0 = in(port) → value, 1 = out(port, value), 2 = core().
      section(1, vector([[0x60, 1, I32, 1, I32], [0x60, 2, I32, I32, 0], [0x60, 0, 0]])),
      section(
        2,
        vector([
          [...name('in'), ...name('portIn'), 0x00, 0],
          [...name('in'), ...name('portOut'), 0x00, 1],
          [...name('in'), ...name('memory'), 0x02, 0x01, PAGES, PAGES],
          [...name('in'), ...name('regions'), 0x01, FUNCREF, 0x00, ...unsigned(MOST_REGIONS)],
        ]),
      ),
      section(3, vector([[2], [2]])),
      section(7, vector([[...name('core'), 0x00, 2]])),
    ],
    [body(sources.core), body(sources.one)],
  ); // prettier-ignore
}

function functionCode(statements: Statement[], locals: string[], watching: Watching): number[] {
  const out: number[] = [];
  /** Blocks around the place where code goes now; `exit` leaves all of the loop. */
  let depth = 0;
  let exitDepth = 0;

  const put = (...bytes: number[]): void => {
    for (const byte of bytes) out.push(byte);
  };
  const open = (op: number): void => {
    put(op, NO_VALUE);
    depth++;
  };
  const close = (): void => {
    put(OP.end);
    depth--;
  };

  const indices = new Map(locals.map((variable, i) => [variable, unsigned(i)]));
  function local(variable: string): number[] {
    const index = indices.get(variable);
    if (index === undefined) throw new Error(`instruction text: no variable ${variable}`);
    return index;
  }

  /** Puts the address on the stack and gives the rest of the load or store instruction. */
  function address(arrayName: string, index: Expr, use: 'read' | 'write'): { width: 1 | 2 | 4; memarg: number[] } {
    const array = ARRAYS[arrayName];
    if (array === undefined) throw new Error(`instruction text: no array ${arrayName}`);
    if (array.width === 1) {
      value(index);
      // Which byte of the Z80's memory an instruction uses, for the marks; a word's second is told by its sum.
      if (watching === 'data' && arrayName === 'mem' && !mentions(index, 'pc'))
        put(OP.tee, ...local(USED[use][index.kind === 'name' ? 0 : 1]));
      return { width: 1, memarg: [0, ...unsigned(array.at)] };
    }
    const { at, width } = array;
    const shift = width >> 1;
    if (index.kind === 'number') {
      put(OP.const, 0);
      return { width, memarg: [shift, ...unsigned(at + width * index.value)] };
    }
    value({ kind: 'binary', op: '<<', left: index, right: { kind: 'number', value: shift } });
    return { width, memarg: [shift, ...unsigned(at)] };
  }

  function value(expr: Expr): void {
    switch (expr.kind) {
      case 'number':
        return put(OP.const, ...signed(expr.value));
      case 'name':
        return put(OP.get, ...local(expr.name));
      case 'element': {
        const { width, memarg } = address(expr.array, expr.index, 'read');
        return put({ 1: OP.load8, 2: OP.load16, 4: OP.load }[width], ...memarg);
      }
      case 'not':
        value(expr.of);
        return put(OP.isZero);
      case 'choose':
        value(expr.yes);
        value(expr.no);
        value(expr.condition);
        return put(OP.select);
      case 'binary':
        value(expr.left);
        value(expr.right);
        return put(BINARY[expr.op]!);
      case 'call':
        return call(expr);
    }
  }

  function call({ name: callee, args }: { name: string; args: Expr[] }): void {
    args.forEach(value);
    // Regions are in the table, by their numbers; their type is core's.
    if (callee === 'enter') put(OP.callIndirect, 2, 0);
    else put(OP.call, FUNCTIONS[callee]!);
  }

  function statement(s: Statement): void {
    switch (s.kind) {
      case 'set':
        value(s.value);
        return put(OP.set, ...local(s.name));
      case 'store': {
        const { width, memarg } = address(s.array, s.index, 'write');
        value(s.value);
        return put(width === 1 ? OP.store8 : OP.store, ...memarg);
      }
      case 'call':
        return call(s);
      case 'if':
        value(s.condition);
        open(OP.if);
        s.then.forEach(statement);
        if (s.otherwise.length > 0) {
          put(OP.else);
          s.otherwise.forEach(statement);
        }
        return close();
      case 'while':
        open(OP.block);
        if (exitDepth === 0) exitDepth = depth;
        open(OP.loop);
        value(s.condition);
        put(OP.isZero, OP.brIf, 1);
        s.body.forEach(statement);
        put(OP.br, 0);
        close();
        return close();
      case 'switch':
        return switchStatement(s);
      case 'exit':
        return put(OP.br, ...unsigned(depth - exitDepth));
      case 'spill':
        for (const register of REGISTER_LOCALS)
          put(OP.const, 0, OP.get, ...local(register), OP.store, 2, ...unsigned(STATE_AT + 4 * STATE[register]));
        return;
      case 'reload':
        for (const register of REGISTER_LOCALS)
          put(OP.const, 0, OP.load, 2, ...unsigned(STATE_AT + 4 * STATE[register]), OP.set, ...local(register));
        return;
    }
  }

  /** Nested blocks, one a case, innermost first; the table jumps behind the end of one of them. */
  function switchStatement({ value: on, cases, otherwise }: Extract<Statement, { kind: 'switch' }>): void {
    const codes = [...cases.keys()];
    open(OP.block);
    const outside = depth;
    for (let i = 0; i <= codes.length; i++) open(OP.block);
    value(on);
    const size = Math.max(...codes) + 1;
    put(OP.brTable, ...unsigned(size));
    for (let code = 0; code < size; code++) put(...unsigned(cases.has(code) ? codes.indexOf(code) : codes.length));
    put(...unsigned(codes.length));
    for (const body of [...cases.values(), otherwise]) {
      close();
      body.forEach(statement);
      put(OP.br, ...unsigned(depth - outside));
    }
    close();
  }

  statements.forEach(statement);
  return out;
}
