/** Values and bytes: expressions evaluated at this place, and what they put into the image, checked. */
import { evaluate, type Expression, type Scope } from './expression.js';
import type { Fault } from './diagnostics.js';
import { Image } from './image.js';
import { Names } from './names.js';
import type { Struct } from './assembly.js';
import type { BodyLine } from './source.js';

/** -128 to 255; and the complement of a byte, such as ~3 or NOT 0FCh, whose upper half is all ones. */
function fitsByte(value: number, expression: Expression): boolean {
  return value <= 255 && (value >= -128 || (value >= -256 && hasComplement(expression)));
}

function hasComplement(expression: Expression): boolean {
  if (expression.op === 'unary') return expression.operator.text === '~' || hasComplement(expression.a);
  return expression.op === 'binary' && (hasComplement(expression.a) || hasComplement(expression.b));
}

export class Output extends Names implements Scope {
  readonly image = new Image();
  /** The STRUCT being defined: data goes there instead of the image. */
  struct: (Struct & { opened: BodyLine }) | undefined;
  /** Where bytes go; `$` is this plus `phase`. */
  pc = 0;
  phase = 0;
  private segment = 'CSEG';
  /** Where each segment that was left goes on. */
  private readonly segments = new Map<string, number>();
  /** Between PHASE and DEPHASE. */
  phased = false;
  private overlapReported = false;
  private pastEndReported = false;

  protected override beginPass(): void {
    super.beginPass();
    this.image.clear();
    this.struct = undefined;
    this.segment = 'CSEG';
    this.segments.clear();
    this.pc = this.phase = 0;
    this.phased = false;
    this.overlapReported = this.pastEndReported = false;
  }

  get bits(): 16 | 32 {
    return this.syntax.dialect.bits;
  }

  get textOrder(): boolean {
    return this.syntax.dialect.textOrder;
  }

  /** A number as one with a sign: with 16 bits, FFFEh is -2. */
  signed(value: number): number {
    return this.bits === 16 ? (value << 16) >> 16 : value;
  }

  get here(): number {
    return this.struct ? this.struct.bytes.length : this.pc + this.phase;
  }

  value(expression: Expression): number | undefined {
    return evaluate(expression, this);
  }

  /** A value of 0..65536 that sizes and addresses must have; 0 while unknown. */
  size(expression: Expression, what: string, least = 0): number {
    const value = this.value(expression);
    if (value === undefined) return least > 0 ? least : 0;
    if (value >= least && value <= 0x10000) return value;
    this.report({
      name: 'size-range',
      message: `${what} is ${value}; it must be ${least} to 65536`,
      at: expression.at,
      end: expression.end,
    });
    return least;
  }

  /** A scope's own findings, from inside an expression. */
  fault(fault: Fault): void {
    this.report(fault);
  }

  /**
   * CSEG, DSEG, ASEG or COMMON, each with an address of its own. A linker would put them one behind the other; here, at most
   * one of those that it places can have anything in it.
   */
  useSegment(name: string, { at, end }: { at: number; end: number }): void {
    if (name === this.segment) return;
    this.segments.set(this.segment, this.pc);
    const filled = [...this.segments].find(([other, pc]) => other !== name && other !== 'ASEG' && pc > 0);
    if (name !== 'ASEG' && filled)
      this.report({
        name: 'segments',
        message: `there is something in ${filled[0]} already, and only a linker could place ${name} behind it`,
        hint: `without the lines CSEG and DSEG, everything stands where it is written; or say ASEG and ORG`,
        at,
        end,
      });
    this.segment = name;
    this.pc = this.segments.get(name) ?? 0;
    this.phase = 0;
  }

  emit(byte: number): void {
    if (this.struct) {
      if (this.struct.bytes.length < 0x10000) this.struct.bytes.push(byte & 0xff);
      return;
    }
    if (this.pc > 0xffff) {
      this.pastEnd();
      this.pc++;
      return;
    }
    if (!this.image.put(this.pc, byte) && !this.overlapReported && !this.syntax.dialect.overlays) {
      this.overlapReported = true;
      this.report({
        name: 'overlap',
        message: `address ${hex(this.pc)} was already used`,
        hint: 'look for an ORG that goes back',
        at: 0,
        end: this.current.text.length,
      });
    }
    this.pc++;
  }

  emitAll(bytes: readonly number[]): void {
    for (let i = 0; i < bytes.length; i++) this.emit(bytes[i]!);
  }

  /** Say once that the 64 KB are full. */
  pastEnd(): void {
    if (!this.pastEndReported)
      this.report({
        name: 'past-end',
        message: 'this goes beyond address 0xFFFF',
        at: 0,
        end: this.current.text.length,
      });
    this.pastEndReported = true;
  }

  emitWord(value: number): void {
    this.emit(value & 0xff);
    this.emit((value >> 8) & 0xff);
  }

  /** A byte from an expression, checked; 0 while unknown or wrong. */
  byteOf(expression: Expression): number {
    const value = this.value(expression);
    if (value === undefined) return 0;
    if (this.fitsByte(value, expression) || this.cuts(value, 'byte', expression)) return value & 0xff;
    this.report({
      name: 'byte-range',
      message: `${shown(value)} does not fit a byte`,
      hint: value > 255 ? 'LOW(…) takes its lower half, HIGH(…) the upper' : undefined,
      at: expression.at,
      end: expression.end,
    });
    return 0;
  }

  /** Does the dialect cut a value to fit? Then that is a warning. */
  cuts(value: number, place: 'byte' | 'word', { at, end }: Expression): boolean {
    if (!this.syntax.dialect.cutsValues) return false;
    const message = `${shown(value)} does not fit a ${place}: its upper part is dropped`;
    this.report({ name: 'value-cut', message, at, end });
    return true;
  }

  /** With 16 bits, a word whose upper half is all ones is a negative byte. */
  fitsByte(value: number, expression: Expression): boolean {
    return fitsByte(value, expression) || (this.bits === 16 && value >= 0xff00);
  }

  wordOf(expression: Expression): number {
    const value = this.value(expression);
    if (value === undefined) return 0;
    // An address may be taken from 0 or from another one: the words of a Z80 go round.
    if ((value > -65536 && value <= 65535) || this.cuts(value, 'word', expression)) return value & 0xffff;
    this.report({
      name: 'word-range',
      message: `${shown(value)} does not fit a word`,
      at: expression.at,
      end: expression.end,
    });
    return 0;
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A number for a message: small ones decimal, addresses in hex as well. */
export function shown(value: number): string {
  return value > 255 ? `${value} (${hex(value)})` : String(value);
}
