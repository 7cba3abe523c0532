/**
 * The core as WebAssembly: the text of instructions.ts, compiled when the first CPU is made (a few hundredths of a
 * second), one module for all CPUs.
 *
 * Why not JavaScript: as one function with all opcodes in it the core is beyond the size that V8 optimises, and
 * split up it loses the registers in locals. Figures in docs/emulator.md.
 *
 * The module imports in.portIn, in.portOut and in.memory, and exports `core`. Format: WebAssembly Core
 * Specification 1.0, chapter 5.
 */
import type { Core, PortCalls } from './core.js';
import { CORE_LOCALS, coreSources, USED, type Watching } from './instructions.js';
import { MARKS_AT, MARKS_SIZE, PAGES, STATE_AT, STATE_WORDS, TABLES, TRAIL_AT, TRAIL_LENGTH } from './layout.js';
import { parse, type Expr, type Statement } from './parse.js';

const I32 = 0x7f;
const NO_VALUE = 0x40;
const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  call: 0x10,
  select: 0x1b,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  load: 0x28,
  load8: 0x2d,
  store: 0x36,
  store8: 0x3a,
  const: 0x41,
  isZero: 0x45,
} as const;
const BINARY: Record<string, number> = {
  '==': 0x46, '!=': 0x47, '<': 0x48, '>': 0x4a, '<=': 0x4c, '>=': 0x4e,
  '+': 0x6a, '-': 0x6b, '&': 0x71, '|': 0x72, '^': 0x73, '<<': 0x74, '>>': 0x75,
}; // prettier-ignore
/** Function indices: the imports come first. */
const FUNCTIONS: Record<string, number> = { portIn: 0, portOut: 1, core: 2, one: 3 };

/** Arrays of the text: where they begin and whether their elements are bytes or words. */
const ARRAYS: Record<string, { at: number; bytes: boolean }> = {
  mem: { at: 0, bytes: true },
  marks: { at: MARKS_AT, bytes: true },
  S: { at: STATE_AT, bytes: false },
  trail: { at: TRAIL_AT, bytes: false },
  ...Object.fromEntries(Object.entries(TABLES).map(([name, { at }]) => [name, { at: STATE_AT + at, bytes: true }])),
};

/** As much of the WebAssembly API as is used here; it is no part of the language library. */
interface WasmApi {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (size: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
  Instance: new (module: object, imports: Record<string, object>) => { exports: Record<string, unknown> };
}

/** The one that watches data is made when a debugger first asks for it. */
const compiled = new Map<Watching, object>();

export function createWasmCore(ports: PortCalls): Core {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WasmApi };
  const pages = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  const memory = new Uint8Array(pages.buffer);
  for (const { at, size, flags } of Object.values(TABLES))
    for (let value = 0; value < size; value++) memory[STATE_AT + at + value] = flags(value);
  const instance = (watching: Watching): (() => void) => {
    if (!compiled.has(watching))
      compiled.set(watching, new WebAssembly.Module(moduleBytes(coreSources(watching), CORE_LOCALS, watching)));
    const { exports } = new WebAssembly.Instance(compiled.get(watching)!, {
      in: { portIn: ports.in, portOut: ports.out, memory: pages },
    });
    return exports['core'] as () => void;
  };
  return {
    memory,
    state: new Int32Array(pages.buffer, STATE_AT, STATE_WORDS),
    trail: new Int32Array(pages.buffer, TRAIL_AT, TRAIL_LENGTH),
    marks: new Uint8Array(pages.buffer, MARKS_AT, MARKS_SIZE),
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
  const body = (source: string): number[] => {
    const code = [1, ...unsigned(locals.length), I32, ...functionCode(parse(source), locals, watching), OP.end];
    return [...unsigned(code.length), ...code];
  };
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    // Types: 0 = in(port) → value, 1 = out(port, value), 2 = core().
    ...section(1, vector([[0x60, 1, I32, 1, I32], [0x60, 2, I32, I32, 0], [0x60, 0, 0]])),
    ...section(
      2,
      vector([
        [...name('in'), ...name('portIn'), 0x00, 0],
        [...name('in'), ...name('portOut'), 0x00, 1],
        [...name('in'), ...name('memory'), 0x02, 0x01, PAGES, PAGES],
      ]),
    ),
    ...section(3, vector([[2], [2]])),
    ...section(7, vector([[...name('core'), 0x00, 2]])),
    ...section(10, vector([body(sources.core), body(sources.one)])),
  ]); // prettier-ignore
}

function functionCode(statements: Statement[], locals: string[], watching: Watching): number[] {
  const out: number[] = [];
  /** Blocks around the place where code goes now; `exit` leaves all of the loop. */
  let depth = 0;
  let exitDepth = 0;

  const put = (...bytes: number[]): void => void out.push(...bytes);
  const open = (op: number): void => {
    put(op, NO_VALUE);
    depth++;
  };
  const close = (): void => {
    put(OP.end);
    depth--;
  };

  function local(variable: string): number[] {
    const index = locals.indexOf(variable);
    if (index < 0) throw new Error(`instruction text: no variable ${variable}`);
    return unsigned(index);
  }

  /** Puts the address on the stack and gives the rest of the load or store instruction. */
  function address(arrayName: string, index: Expr, use: 'read' | 'write'): { bytes: boolean; memarg: number[] } {
    const array = ARRAYS[arrayName];
    if (array === undefined) throw new Error(`instruction text: no array ${arrayName}`);
    if (array.bytes) {
      value(index);
      // Which byte of the Z80's memory an instruction uses, for the marks; a word's second is told by its sum.
      if (watching === 'data' && arrayName === 'mem' && !mentions(index, 'pc'))
        put(OP.tee, ...local(USED[use][index.kind === 'name' ? 0 : 1]));
      return { bytes: true, memarg: [0, ...unsigned(array.at)] };
    }
    if (index.kind === 'number') {
      put(OP.const, 0);
      return { bytes: false, memarg: [2, ...unsigned(array.at + 4 * index.value)] };
    }
    value({ kind: 'binary', op: '<<', left: index, right: { kind: 'number', value: 2 } });
    return { bytes: false, memarg: [2, ...unsigned(array.at)] };
  }

  function value(expr: Expr): void {
    switch (expr.kind) {
      case 'number':
        return put(OP.const, ...signed(expr.value));
      case 'name':
        return put(OP.get, ...local(expr.name));
      case 'element': {
        const { bytes, memarg } = address(expr.array, expr.index, 'read');
        return put(bytes ? OP.load8 : OP.load, ...memarg);
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
    put(OP.call, FUNCTIONS[callee]!);
  }

  function statement(s: Statement): void {
    switch (s.kind) {
      case 'set':
        value(s.value);
        return put(OP.set, ...local(s.name));
      case 'store': {
        const { bytes, memarg } = address(s.array, s.index, 'write');
        value(s.value);
        return put(bytes ? OP.store8 : OP.store, ...memarg);
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

function mentions(expr: Expr, variable: string): boolean {
  if (expr.kind === 'binary') return mentions(expr.left, variable) || mentions(expr.right, variable);
  return expr.kind === 'name' && expr.name === variable;
}

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const byte = value & 0x7f;
    value >>= 7;
    const done = value === (byte & 0x40 ? -1 : 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}

function name(text: string): number[] {
  return [...unsigned(text.length), ...Array.from(text, (c) => c.charCodeAt(0))];
}

function vector(items: number[][]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function section(id: number, content: number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}
