/** What is asked for at which places, and whether what was met is it. */
import { UsageError } from '../../seams/errors.js';
import { MEMORY_SIZE } from '../z80/layout.js';
import type { Cpu, Met, Use } from '../cpu.js';
import { parseExpression, type Expression, type Scope } from './expression.js';

/** Asked for at a breakpoint; what is common to all kinds. */
export interface Conditions {
  /**
   * An expression (expression.ts); it counts where it is not 0. In a memory watchpoint `value` is the byte and `old` what
   * it was, at a port `value` is what went through it, at a BDOS call `de` and all else are registers.
   */
  condition?: string | undefined;
  /** Which of the times that the condition holds: `5` the fifth only, `>=5` from it on, `%5` each fifth. */
  hits?: string | undefined;
  /** Do not stop: say this, with {expressions} in it. */
  log?: string | undefined;
}

export type BreakpointRequest = Conditions &
  (
    | { kind: 'execute'; at: number }
    /**
     * Data: stops behind the instruction. `read` and `write`; both where neither is given. What a system call writes is seen
     * where it changes a byte, what it reads is not.
     */
    | { kind: 'memory'; from: number; length?: number; read?: boolean; write?: boolean }
    /** Stops behind the IN or OUT, of the port's lower 8 bits. Any port where none is given; both ways where neither is. */
    | { kind: 'port'; port?: number; in?: boolean; out?: boolean }
    /** Before the system is asked, at the BDOS's entry. Any number where none is given. */
    | { kind: 'bdos'; call?: number }
  );

export type Breakpoint = BreakpointRequest & {
  readonly id: number;
  enabled: boolean;
  /** How often it was met with its condition true, up to now: going back counts back. */
  met: number;
};

export interface Breakpoints {
  /** @throws UsageError for a condition, log or count that cannot be read, or a place outside of memory */
  add(request: BreakpointRequest): Breakpoint;
  /** @throws UsageError where there is none of this number */
  remove(id: number): void;
  enable(id: number, enabled: boolean): void;
  list(): readonly Breakpoint[];
}

/** A breakpoint as it is asked at full speed. */
export interface Armed {
  point: Breakpoint;
  condition: Expression | undefined;
  /** Whether it counts as the n-th time. */
  counts: ((n: number) => boolean) | undefined;
  log: ((scope: Scope) => string) | undefined;
}

export class BreakpointTable implements Breakpoints {
  private armed: Armed[] = [];
  private lastId = 0;

  /**
   * @param changed is called behind each change
   * @param hasBdos whether the machine has one
   * @param tryOut throws UsageError where an expression asks for what is not there
   */
  constructor(
    private readonly changed: () => void,
    private readonly hasBdos: () => boolean,
    private readonly tryOut: (expression: Expression) => void,
  ) {}

  add(request: BreakpointRequest): Breakpoint {
    this.check(request);
    const condition = request.condition === undefined ? undefined : parseExpression(request.condition);
    if (condition) this.tryOut(condition);
    const counts = request.hits === undefined ? undefined : parseHits(request.hits);
    const log = request.log === undefined ? undefined : parseLog(request.log);
    const point: Breakpoint = { ...request, id: ++this.lastId, enabled: true, met: 0 };
    this.armed.push({ point, condition, counts, log });
    this.changed();
    return point;
  }

  remove(id: number): void {
    const found = this.find(id);
    this.armed = this.armed.filter((armed) => armed !== found);
    this.changed();
  }

  enable(id: number, enabled: boolean): void {
    this.find(id).point.enabled = enabled;
    this.changed();
  }

  list(): readonly Breakpoint[] {
    return this.armed.map(({ point }) => point);
  }

  active(): Armed[] {
    return this.armed.filter(({ point }) => point.enabled);
  }

  private find(id: number): Armed {
    const found = this.armed.find(({ point }) => point.id === id);
    if (found) return found;
    const ids = this.armed.map(({ point }) => point.id);
    throw new UsageError(`there is no breakpoint ${id}`, {
      hint: ids.length === 0 ? 'none is set' : `there are ${ids.join(', ')}`,
    });
  }

  private check(request: BreakpointRequest): void {
    if (request.kind === 'execute') checkRange('an address', request.at, 0, MEMORY_SIZE - 1);
    else if (request.kind === 'memory') {
      checkRange('an address', request.from, 0, MEMORY_SIZE - 1);
      checkRange('a length', request.length ?? 1, 1, MEMORY_SIZE - request.from);
    } else if (request.kind === 'port') checkRange('a port', request.port ?? 0, 0, 0xff);
    else {
      checkRange('a BDOS call', request.call ?? 0, 0, 0xff);
      if (!this.hasBdos())
        throw new UsageError('this machine has no BDOS', { hint: 'set a breakpoint at an address of its system' });
    }
  }
}

function checkRange(what: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`${what} here is a whole number from ${least} to ${most}, and not ${value}`);
}

function parseHits(text: string): (n: number) => boolean {
  const match = /^\s*(>=|>|==?|%)?\s*([0-9]{1,9})\s*$/.exec(text);
  const count = Number(match?.[2]);
  if (!match || count === 0)
    throw new UsageError(`${JSON.stringify(text)} counts nothing`, {
      hint: '5 is the fifth time, >=5 from the fifth on, %5 each fifth',
    });
  if (match[1] === '>=') return (n) => n >= count;
  if (match[1] === '>') return (n) => n > count;
  if (match[1] === '%') return (n) => n % count === 0;
  return (n) => n === count;
}

/** `a is {a}, at {pc}`: values in decimal. */
function parseLog(text: string): (scope: Scope) => string {
  const parts = text.split(/\{([^{}]*)\}/).map((part, i) => (i % 2 === 0 ? part : parseExpression(part)));
  return (scope) => parts.map((part) => (typeof part === 'string' ? part : part.evaluate(scope))).join('');
}

/** Whether a memory watchpoint is about this use. */
export function isAbout(point: Breakpoint, { use, at }: Pick<Met, 'use' | 'at'>): boolean {
  if (point.kind !== 'memory' || !usesOf(point).includes(use)) return false;
  return at >= point.from && at < point.from + (point.length ?? 1);
}

export function usesOf({ read, write }: { read?: boolean; write?: boolean }): Use[] {
  const both = !read && !write;
  return [...(both || read ? (['read'] as const) : []), ...(both || write ? (['write'] as const) : [])];
}

const BIT: Record<Use, number> = { read: 1, write: 2, execute: 4 };
const USES = Object.keys(BIT) as Use[];

/** The CPU's marks: those that are wanted, or for a while none, and single ones beside them. */
export class Marks {
  /** Bits of uses by address. */
  private wanted = new Map<number, number>();
  private extra = new Map<number, number>();
  private shown = new Map<number, number>();
  private areLifted = false;

  constructor(private readonly cpu: Pick<Cpu, 'watch'>) {}

  want(marks: Iterable<readonly [address: number, use: Use]>): void {
    this.wanted = new Map();
    for (const [address, use] of marks) this.wanted.set(address, (this.wanted.get(address) ?? 0) | BIT[use]);
    this.show();
  }

  /** Nothing is met but what `add` asked for, until `place`. */
  lift(): void {
    this.areLifted = true;
    this.show();
  }

  place(): void {
    this.areLifted = false;
    this.show();
  }

  add(address: number, use: Use): void {
    this.extra.set(address, BIT[use]);
    this.show();
  }

  remove(address: number): void {
    this.extra.delete(address);
    this.show();
  }

  private show(): void {
    const now = this.areLifted ? new Map<number, number>() : new Map(this.wanted);
    for (const [address, bits] of this.extra) now.set(address, (now.get(address) ?? 0) | bits);
    for (const address of this.shown.keys()) if (!now.has(address)) this.cpu.watch(address, []);
    for (const [address, bits] of now)
      if (this.shown.get(address) !== bits)
        this.cpu.watch(
          address,
          USES.filter((use) => bits & BIT[use]),
        );
    this.shown = now;
  }
}
