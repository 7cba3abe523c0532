/**
 * A region as a WebAssembly function: stretches of Z80 code that jump to each other.
 *
 *     are the bytes still what was translated? ──no──► S[stale] = number, return
 *     registers from the state words to locals
 *     loop: br_table by `next`
 *       stretch 0: T-states for all of it? ──no──► leave
 *                  its loads, stores and registers, then to another stretch, or leave
 *       stretch 1: …
 *     leave: registers to the state words, return
 *
 * A stretch changes registers at its ends only, so up to its first store it can be left as if nothing had happened;
 * that is what it does when it is about to store into translated code.
 */
import { ENTRIES_AT, MARK, MARKS_AT, PAGES, STATE, STATE_AT, TABLES, TRAIL_AT } from './layout.js';
import type { Effect, Registers, Segment, Stretch } from './stretch.js';
import type { Value } from './values.js';
import { BINARY, I32, I64, moduleOf, name, NO_VALUE, OP, section, signed, unsigned, vector } from './wasm-encoding.js';

export interface Region {
  number: number;
  /** In the order of their addresses. */
  stretches: Stretch[];
  /** Translated bytes by their addresses, in order. */
  bytes: ReadonlyMap<number, number>;
  /** For each stretch a number by which the trail names it, below 2^16. */
  trailNumbers: readonly number[];
}

/** An entry of the trail that stands for the first instructions of a stretch: this, its number << 8, and how many. */
export const TRAIL_STRETCH = 0x4000_0000;

/** Registers that live in locals. */
const REGISTERS = [
  'a', 'f', 'bc', 'de', 'hl', 'ix', 'iy', 'sp', 'wz', 'q', 'n', 'r', 'left', 'skipped', 'af_', 'bc_', 'de_', 'hl_',
] as const; // prettier-ignore
const PC = REGISTERS.length;
const NEXT = PC + 1;
const FIRST_TEMP = NEXT + 1;

/** A module that exports `region`: a function without arguments. */
export function regionModule(region: Region): Uint8Array {
  const { code, temps } = new RegionWriter(region).write();
  return moduleOf(
    [
      section(1, vector([[0x60, 0, 0]])),
      section(2, vector([[...name('in'), ...name('memory'), 0x02, 0x01, PAGES, PAGES]])),
      section(3, vector([[0]])),
      section(7, vector([[...name('region'), 0x00, 0]])),
    ],
    [[2, ...unsigned(FIRST_TEMP + temps), I32, 1, I64].concat(code)],
  );
}

class RegionWriter {
  private readonly out: number[] = [];
  private temps = 0;

  constructor(private readonly region: Region) {}

  write(): { code: number[]; temps: number } {
    const { out, region } = this;
    const { stretches } = region;
    const places = new Map(stretches.map(({ at }, i) => [at, i]));
    // The number of temporary locals, behind which the 64-bit one is, is known when all is written.
    const writers = stretches.map((stretch, i) => new StretchWriter(region, stretch, i, places));
    const bodies = writers.map((writer) => writer.write());
    this.temps = Math.max(...writers.map((writer) => writer.temps));
    this.verify();
    for (const [i, register] of REGISTERS.entries()) out.push(...loadState(register), OP.set, ...unsigned(i));
    out.push(OP.const, 0, OP.load, 2, ...unsigned(STATE_AT + 4 * STATE.pc), OP.set, ...unsigned(PC));
    out.push(...entryOfPc(), OP.const, ...signed(0xff), BINARY['&']!, OP.set, ...unsigned(NEXT));
    out.push(OP.block, NO_VALUE, OP.loop, NO_VALUE);
    for (let i = 0; i < stretches.length; i++) out.push(OP.block, NO_VALUE);
    out.push(OP.get, ...unsigned(NEXT), OP.brTable, ...unsigned(stretches.length - 1));
    for (let i = 0; i < stretches.length; i++) out.push(...unsigned(i));
    for (const body of bodies) {
      out.push(OP.end);
      for (const byte of body) out.push(byte);
    }
    out.push(OP.end, OP.end);
    for (const [i, register] of REGISTERS.entries())
      out.push(OP.const, 0, OP.get, ...unsigned(i), OP.store, 2, ...unsigned(STATE_AT + 4 * STATE[register]));
    out.push(OP.const, 0, OP.get, ...unsigned(PC), OP.store, 2, ...unsigned(STATE_AT + 4 * STATE.pc));
    return { code: out, temps: this.temps };
  }

  /** Eight bytes at a time; what differs is collected in the 64-bit local. */
  private verify(): void {
    const { out, region } = this;
    const { bytes } = region;
    const acc = unsigned(FIRST_TEMP + this.temps);
    const addresses = [...bytes.keys()];
    let isFirst = true;
    for (let i = 0; i < addresses.length;) {
      const at = addresses[i]!;
      let count = 1;
      while (count < 8 && addresses[i + count] === at + count) count++;
      // A load of eight bytes, shifted to those that count.
      let expected = 0n;
      for (let k = 0; k < count; k++) expected |= BigInt(bytes.get(at + k)!) << BigInt(8 * k);
      const shift = 8 * (8 - count);
      out.push(
        OP.const,
        0,
        OP.load64,
        0,
        ...unsigned(at),
        OP.const64,
        ...signed64(BigInt.asIntN(64, expected)),
        OP.xor64,
      );
      if (shift > 0) out.push(OP.const64, ...signed64(BigInt(shift)), OP.shiftLeft64);
      if (!isFirst) out.push(OP.get, ...acc, OP.or64);
      out.push(OP.set, ...acc);
      isFirst = false;
      i += count;
    }
    out.push(OP.get, ...acc, OP.isZero64, OP.isZero, OP.if, NO_VALUE);
    out.push(OP.const, 0, OP.const, ...signed(region.number), OP.store, 2, ...unsigned(STATE_AT + 4 * STATE.stale));
    out.push(OP.return, OP.end);
  }
}

/** Writes one stretch. Labels around it, from the inside: the stretches behind it, the loop, the way out. */
class StretchWriter {
  private readonly out: number[] = [];
  /** How often the way through needs a value. */
  private uses = new Map<Value, number>();
  /** Values that are in a local here. */
  private available = new Map<Value, number>();
  private depth = 0;
  temps = 0;

  constructor(
    private readonly region: Region,
    private readonly stretch: Stretch,
    private readonly place: number,
    private readonly places: ReadonlyMap<number, number>,
  ) {}

  write(): number[] {
    const { at, before, body } = this.stretch;
    this.count(body);
    this.put(OP.get, ...local('left'), OP.const, ...signed(before), BINARY['<=']!);
    this.open(OP.if);
    this.leaveAt(at);
    this.close();
    this.segment(body, false);
    return this.out;
  }

  private put(...bytes: number[]): void {
    for (const byte of bytes) this.out.push(byte);
  }

  private open(op: number): void {
    this.put(op, NO_VALUE);
    this.depth++;
  }

  private close(): void {
    this.put(OP.end);
    this.depth--;
  }

  private count(segment: Segment): void {
    for (const effect of segment.effects) {
      if (effect.kind === 'store') for (const value of [effect.address, effect.value]) this.use(value);
      if (effect.kind === 'check') {
        effect.addresses.forEach((address) => this.use(address));
        for (const value of committed(effect.before)) this.useLoads(value[1]);
      }
    }
    const { end } = segment;
    if (end.kind === 'goto') {
      for (const [, value] of committed(end.registers)) this.use(value);
      return this.use(end.pc);
    }
    this.use(end.condition);
    this.count(end.yes);
    this.count(end.no);
  }

  private use(value: Value): void {
    const before = this.uses.get(value) ?? 0;
    this.uses.set(value, before + 1);
    if (before === 0) for (const part of parts(value)) this.use(part);
  }

  private readonly seen = new Set<Value>();
  /** A way that is hardly taken: only what cannot be read later counts. */
  private useLoads(value: Value): void {
    if (this.seen.has(value)) return;
    this.seen.add(value);
    if (value.kind === 'load') this.use(value);
    else for (const part of parts(value)) this.useLoads(part);
  }

  private segment({ effects, end }: Segment, hasStored: boolean): void {
    let stored = hasStored;
    for (const effect of effects) {
      this.effect(effect, stored);
      stored ||= effect.kind === 'store';
    }
    if (end.kind === 'goto') return this.goTo(end.pc, end.registers);
    this.value(end.condition);
    this.open(OP.if);
    this.aside(() => this.segment(end.yes, stored));
    this.close();
    this.segment(end.no, stored);
  }

  /** What is computed on the way aside is not there for the way on. */
  private aside(write: () => void): void {
    const { available } = this;
    this.available = new Map(available);
    write();
    this.available = available;
  }

  private effect(effect: Effect, hasStored: boolean): void {
    switch (effect.kind) {
      case 'load': {
        const { value } = effect;
        if (value.kind !== 'load' || !this.uses.has(value)) return;
        this.value(value.address);
        this.put(OP.load8, 0, 0, OP.set, ...this.newTemp(value));
        return;
      }
      case 'store':
        this.value(effect.address);
        this.value(effect.value);
        return this.put(OP.store8, 0, 0);
      case 'check':
        effect.addresses.forEach((address, i) => {
          this.value(address);
          this.put(OP.load8, 0, ...unsigned(MARKS_AT));
          if (i > 0) this.put(BINARY['|']!);
        });
        this.put(OP.const, ...signed(MARK.code), BINARY['&']!);
        this.open(OP.if);
        this.aside(() => {
          if (!hasStored) return this.leaveAt(this.stretch.at);
          this.commitAside(effect.before);
          this.leaveAt(effect.at);
        });
        return this.close();
    }
  }

  private leaveAt(pc: number): void {
    this.put(OP.const, ...signed(pc), OP.set, ...unsigned(PC));
    this.leave();
  }

  private leave(): void {
    this.put(OP.br, ...unsigned(this.depth + this.region.stretches.length - this.place));
  }

  private goTo(pc: Value, registers: Registers): void {
    if (pc.kind === 'number') {
      this.commit(registers);
      const to = this.places.get(pc.value);
      if (to === undefined) return this.leaveAt(pc.value);
      if (to > this.place) return this.put(OP.br, ...unsigned(this.depth + to - this.place - 1));
      this.put(OP.const, ...signed(to), OP.set, ...unsigned(NEXT));
      return this.again();
    }
    this.commit(registers, pc);
    this.put(...entryOfPc(), OP.set, ...unsigned(NEXT));
    this.put(OP.get, ...unsigned(NEXT), OP.const, 8, BINARY['>>']!);
    this.put(OP.const, ...signed(this.region.number), BINARY['==']!);
    this.open(OP.if);
    this.put(OP.get, ...unsigned(NEXT), OP.const, ...signed(0xff), BINARY['&']!, OP.set, ...unsigned(NEXT));
    this.again();
    this.close();
    this.leave();
  }

  /** To the stretch whose place is in `next`. */
  private again(): void {
    this.put(OP.br, ...unsigned(this.depth + this.region.stretches.length - 1 - this.place));
  }

  /** The registers as they are after so much of the stretch. */
  private commit(registers: Registers, pc?: Value): void {
    const changes = committed(registers);
    const n = registers.get('n');
    const count = n?.kind === 'binary' && n.right.kind === 'number' ? n.right.value : 0;
    if (count > 0) {
      this.put(OP.get, ...local('n'), OP.get, ...local('skipped'), BINARY['+']!, OP.const, 1, BINARY['+']!);
      this.put(OP.const, 15, BINARY['&']!, OP.const, 2, BINARY['<<']!);
      const entry = TRAIL_STRETCH | (this.region.trailNumbers[this.place]! << 8) | count;
      this.put(OP.const, ...signed(entry), OP.store, 2, ...unsigned(TRAIL_AT));
    }
    for (const [, value] of changes) this.value(value);
    if (pc) {
      this.value(pc);
      this.put(OP.set, ...unsigned(PC));
    }
    for (const [register] of [...changes].reverse()) this.put(OP.set, ...local(register));
    if (count > 1)
      this.put(OP.get, ...local('skipped'), OP.const, ...signed(1 - count), BINARY['+']!, OP.set, ...local('skipped'));
  }

  /** On a way that `count` has not counted: a value that it needs twice is to be computed once there too. */
  private commitAside(registers: Registers): void {
    const { uses } = this;
    this.uses = new Map();
    for (const [, value] of committed(registers)) this.use(value);
    this.commit(registers);
    this.uses = uses;
  }

  private newTemp(value: Value): number[] {
    const index = FIRST_TEMP + this.temps++;
    this.available.set(value, index);
    return unsigned(index);
  }

  private value(value: Value): void {
    const there = this.available.get(value);
    if (there !== undefined) return this.put(OP.get, ...unsigned(there));
    switch (value.kind) {
      case 'number':
        return this.put(OP.const, ...signed(value.value));
      case 'register':
        return this.put(OP.get, ...local(value.name));
      case 'load':
        throw new Error('a load that was not made in its turn');
      case 'table': {
        this.value(value.index);
        this.put(OP.load8, 0, ...unsigned(STATE_AT + TABLES[value.name as keyof typeof TABLES].at));
        break;
      }
      case 'not':
        this.value(value.of);
        this.put(OP.isZero);
        break;
      case 'choose':
        for (const part of [value.yes, value.no, value.condition]) this.value(part);
        this.put(OP.select);
        break;
      case 'binary':
        this.value(value.left);
        this.value(value.right);
        this.put(BINARY[value.op]!);
    }
    if ((this.uses.get(value) ?? 0) > 1) this.put(OP.tee, ...this.newTemp(value));
  }
}

/** Registers whose values have changed. */
function committed(registers: Registers): [string, Value][] {
  return REGISTERS.flatMap((register) => {
    const value = registers.get(register);
    const isSame = value === undefined || (value.kind === 'register' && value.name === register);
    return isSame ? [] : [[register, value]];
  });
}

function parts(value: Value): Value[] {
  switch (value.kind) {
    case 'load':
      return [value.address];
    case 'table':
      return [value.index];
    case 'not':
      return [value.of];
    case 'choose':
      return [value.condition, value.yes, value.no];
    case 'binary':
      return [value.left, value.right];
    default:
      return [];
  }
}

function local(register: string): number[] {
  return unsigned((REGISTERS as readonly string[]).indexOf(register));
}

function loadState(register: keyof typeof STATE): number[] {
  return [OP.const, 0, OP.load, 2, ...unsigned(STATE_AT + 4 * STATE[register])];
}

function entryOfPc(): number[] {
  return [OP.get, ...unsigned(PC), OP.const, 1, BINARY['<<']!, OP.load16, 1, ...unsigned(ENTRIES_AT)];
}

function signed64(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    const isDone = rest === (byte & 0x40 ? -1n : 0n);
    bytes.push(isDone ? byte : byte | 0x80);
    if (isDone) return bytes;
  }
}
