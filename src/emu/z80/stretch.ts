/**
 * A stretch of Z80 code from one address to the next jump, taken apart into what it does: values of the registers at
 * its ends, and in order what it reads from memory and writes there. It is the text of instructions.ts executed with
 * values in the place of numbers; where a text asks a question whose answer is not known (a conditional jump), the
 * stretch parts in two.
 *
 *     segment: effects …, then ──► an end with registers
 *                             └──► question ──► segment (yes)
 *                                          └──► segment (no)
 *
 * What an instruction does besides (ports, interrupts, HALT, block moves) is left to the interpreter: the stretch ends
 * before it.
 */
import { instructionTexts, type OpcodeSet } from './instructions.js';
import { STATE } from './layout.js';
import { mentions, parse, type Expr, type Statement } from './parse.js';
import { binary, choose, load, not, number, register, table, type Value } from './values.js';

/** Registers by name, where they differ from what the stretch found. */
export type Registers = ReadonlyMap<string, Value>;

export type Effect =
  | { kind: 'load'; value: Value }
  | { kind: 'store'; address: Value; value: Value }
  /** Before the first store of an instruction: if one of its addresses is code, all is as before the instruction. */
  | { kind: 'check'; addresses: Value[]; before: Registers; at: number };

export interface Segment {
  effects: Effect[];
  end: { kind: 'goto'; pc: Value; registers: Registers } | { kind: 'if'; condition: Value; yes: Segment; no: Segment };
}

export interface Stretch {
  at: number;
  body: Segment;
  /** Addresses of its instructions. */
  instructions: number[];
  /** T-states of all but the last: with more than these left, the stretch is executed as a whole. */
  before: number;
  /** Where execution goes on after what the stretch does not know the end of: a subroutine, an instruction of the interpreter's. */
  resumes: number | undefined;
}

/** What the code is taken from. */
export interface CodeView {
  /** A byte that is taken as it stands now; undefined where programs change it. */
  byte(address: number): number | undefined;
  /** Not to be passed without a look: begins another stretch, or is watched. */
  isBorder(address: number): boolean;
}

/** Longer code is cut. */
const MOST_INSTRUCTIONS = 64;
/** The address of an instruction's last byte that still is one. */
const LAST_PLACE = 0xfff0;

/** State words that instructions of a stretch use as registers. */
const SHADOW = new Map<number, string>((['af_', 'bc_', 'de_', 'hl_'] as const).map((name) => [STATE[name], name]));

let texts: Record<OpcodeSet, ReadonlyMap<number, string>> | undefined;
const parsed = new Map<string, Statement[]>();

/** An instruction that the interpreter has to do. */
class NotHere extends Error {}

/** A path through the stretch that is still being followed. */
interface Path {
  segment: Segment;
  registers: Map<string, Value>;
  /** What the present instruction has changed, as it was; and its check, once it has stored something. */
  undo: [string, Value | undefined][];
  check: Extract<Effect, { kind: 'check' }> | undefined;
}

/** @returns no instructions where already the first one is for the interpreter */
export function stretchAt(at: number, code: CodeView): Stretch {
  const body = newSegment();
  let path: Path = { segment: body, registers: new Map(), undo: [], check: undefined };
  const instructions: number[] = [];
  let before = 0;
  let here = at;
  for (;;) {
    const isEnd = instructions.length > 0 && (code.isBorder(here) || instructions.length >= MOST_INSTRUCTIONS);
    const now = spent(path.registers);
    const instruction = new Instruction(here, code);
    const done = isEnd ? undefined : instruction.on(path);
    if (!done) {
      path.segment.end = { kind: 'goto', pc: number(here), registers: path.registers };
      return { at, body, instructions, before, resumes: isEnd ? undefined : instruction.next };
    }
    before = now;
    instructions.push(here);
    const [only, ...others] = done.paths;
    const pc = only!.registers.get('pc');
    if (others.length > 0 || pc?.kind !== 'number' || pc.value !== done.next) {
      for (const { segment, registers } of done.paths)
        segment.end = { kind: 'goto', pc: registers.get('pc')!, registers };
      return { at, body, instructions, before, resumes: isCall(code.byte(here)) ? done.next : undefined };
    }
    path = only!;
    here = done.next;
  }
}

/** T-states since the beginning. */
function spent(registers: Registers): number {
  const left = registers.get('left');
  return left?.kind === 'binary' && left.right.kind === 'number' ? -left.right.value : 0;
}

function isCall(opcode: number | undefined): boolean {
  return opcode !== undefined && (opcode === 0xcd || (opcode & 0xc7) === 0xc4 || (opcode & 0xc7) === 0xc7);
}

function newSegment(): Segment {
  // Every segment gets its end when its last instruction is done.
  return { effects: [], end: { kind: 'goto', pc: number(0), registers: new Map() } };
}

/** Executes the text of one instruction on a path. */
class Instruction {
  private paths: Path[] = [];
  /** Behind the last byte that was fetched. */
  next: number;

  constructor(
    private readonly at: number,
    private readonly code: CodeView,
  ) {
    this.next = at;
  }

  /** @returns undefined, and the path as it was, where this is one for the interpreter */
  on(path: Path): { paths: Path[]; next: number } | undefined {
    const { segment } = path;
    const { length } = segment.effects;
    path.undo = [];
    path.check = undefined;
    this.paths = [path];
    try {
      if (this.at > LAST_PLACE) throw new NotHere();
      this.execute();
      return { paths: this.paths, next: this.next };
    } catch (error) {
      if (!(error instanceof NotHere)) throw error;
      segment.effects.length = length;
      path.registers = before(path);
      return undefined;
    }
  }

  private execute(): void {
    texts ??= instructionTexts();
    const [path] = this.paths;
    const { registers } = path!;
    set(path!, 'pc', number(this.at));
    set(path!, 'n', binary('+', valueOf(registers, 'n'), number(1)));
    const opcode = this.opcode();
    if (opcode === 0xcb) return this.run(texts.cb, this.prefixed());
    if (opcode === 0xed) return this.run(texts.ed, this.prefixed());
    if (opcode !== 0xdd && opcode !== 0xfd) return this.run(texts.main, opcode);
    const pair = opcode === 0xdd ? 'ix' : 'iy';
    set(path!, 'xy', valueOf(registers, pair));
    this.run(texts.indexed, this.prefixed());
    for (const one of this.paths) {
      set(one, 'left', binary('+', valueOf(one.registers, 'left'), number(-4)));
      set(one, pair, valueOf(one.registers, 'xy'));
    }
  }

  /** The next byte, which says what is to be done and so has to be known. */
  private opcode(): number {
    const [path] = this.paths;
    const value = this.fetch(this.next, path!);
    if (value.kind !== 'number') throw new NotHere();
    set(path!, 'pc', number(this.next));
    set(path!, 'op', value);
    return value.value;
  }

  private prefixed(): number {
    const path = this.paths[0]!;
    const opcode = this.opcode();
    set(path, 'r', binary('+', valueOf(path.registers, 'r'), number(1)));
    return opcode;
  }

  private run(set: ReadonlyMap<number, string>, opcode: number): void {
    const text = set.get(opcode);
    if (text === undefined) throw new NotHere();
    let statements = parsed.get(text);
    if (!statements) parsed.set(text, (statements = parse(text)));
    this.paths = this.all(this.paths, statements);
    for (const { registers } of this.paths) for (const scratch of ['v', 'x', 'y', 'z', 'op']) registers.delete(scratch);
  }

  private all(paths: Path[], statements: Statement[]): Path[] {
    return statements.reduce((now, statement) => now.flatMap((path) => this.statement(path, statement)), paths);
  }

  private statement(path: Path, statement: Statement): Path[] {
    switch (statement.kind) {
      case 'set':
        set(path, statement.name, this.value(path, statement.value));
        return [path];
      case 'store':
        this.store(path, statement);
        return [path];
      case 'if': {
        const condition = this.value(path, statement.condition);
        if (condition.kind === 'number')
          return this.all([path], condition.value === 0 ? statement.otherwise : statement.then);
        const [yes, no] = [branch(path), branch(path)];
        path.segment.end = { kind: 'if', condition, yes: yes.segment, no: no.segment };
        return [...this.all([yes], statement.then), ...this.all([no], statement.otherwise)];
      }
      case 'switch': {
        const on = this.value(path, statement.value);
        if (on.kind !== 'number') throw new NotHere();
        return this.all([path], statement.cases.get(on.value) ?? statement.otherwise);
      }
      default:
        throw new NotHere();
    }
  }

  private store(path: Path, { array, index, value }: Extract<Statement, { kind: 'store' }>): void {
    if (array === 'S') {
      const name = index.kind === 'number' ? SHADOW.get(index.value) : undefined;
      if (name === undefined) throw new NotHere();
      set(path, name, this.value(path, value));
      return;
    }
    if (array !== 'mem') throw new NotHere();
    const { effects } = path.segment;
    const address = this.value(path, index);
    const stored = this.value(path, value);
    if (!path.check) {
      path.check = { kind: 'check', addresses: [], before: before(path), at: this.at };
      effects.push(path.check);
    }
    path.check.addresses.push(address);
    effects.push({ kind: 'store', address, value: stored });
  }

  private value(path: Path, expr: Expr): Value {
    switch (expr.kind) {
      case 'number':
        return number(expr.value);
      case 'name':
        return valueOf(path.registers, expr.name);
      case 'element':
        return this.element(path, expr);
      case 'not':
        return not(this.value(path, expr.of));
      case 'choose':
        return choose(this.value(path, expr.condition), this.value(path, expr.yes), this.value(path, expr.no));
      case 'binary':
        return binary(expr.op, this.value(path, expr.left), this.value(path, expr.right));
      case 'call':
        throw new NotHere();
    }
  }

  private element(path: Path, { array, index }: Extract<Expr, { kind: 'element' }>): Value {
    if (array === 'S') {
      const name = index.kind === 'number' ? SHADOW.get(index.value) : undefined;
      if (name === undefined) throw new NotHere();
      return valueOf(path.registers, name);
    }
    const at = this.value(path, index);
    if (array !== 'mem') return table(array, at);
    if (mentions(index, 'pc')) {
      if (at.kind !== 'number') throw new NotHere();
      return this.fetch(at.value, path);
    }
    return this.load(path, at);
  }

  /** A byte of the instruction itself. */
  private fetch(address: number, path: Path): Value {
    this.next = Math.max(this.next, address + 1);
    const known = this.code.byte(address);
    return known === undefined ? this.load(path, number(address)) : number(known);
  }

  private load(path: Path, address: Value): Value {
    const value = load(address);
    path.segment.effects.push({ kind: 'load', value });
    return value;
  }
}

function branch({ registers, undo, check }: Path): Path {
  return { segment: newSegment(), registers: new Map(registers), undo: [...undo], check };
}

function set(path: Path, name: string, value: Value): void {
  path.undo.push([name, path.registers.get(name)]);
  path.registers.set(name, value);
}

/** The registers as the present instruction found them. */
function before({ registers, undo }: Path): Map<string, Value> {
  const was = new Map(registers);
  for (const [name, value] of [...undo].reverse())
    if (value === undefined) was.delete(name);
    else was.set(name, value);
  return was;
}

function valueOf(registers: Registers, name: string): Value {
  return registers.get(name) ?? register(name);
}
