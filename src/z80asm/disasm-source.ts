/** The lines of a disassembly: names for what is pointed to, instructions, data. */
import { BDOS_FUNCTIONS, pageZeroPlace, type SystemPlace } from './cpm-names.js';
import { disassembleOne, hex16, hex8, type Disassembled } from './disassemble-one.js';
import { useOf, type Flow } from './disasm-flow.js';
import { systemPlaceOf, type Reference, type References } from './disasm-references.js';
import { isReserved } from './statement.js';

/** How much of it was recognised. */
export interface Found {
  /** Words and bytes of the program that are labels. */
  addresses: number;
  /** Of them, those that a run has proven. */
  proven: number;
  /** Tables of addresses of code, and arguments behind calls. */
  tables: number;
  arguments: number;
  /** BDOS calls whose function has its name. */
  bdosCalls: number;
  /** Instructions that were executed in a run. */
  executed: number;
}

export interface Naming {
  names: ReadonlyMap<number, string>;
  entries: readonly number[];
  isPlain: boolean;
}

interface Row {
  text: string;
  /** The address that it begins at. */
  at: number | undefined;
}

const BDOS = 5;
/** Instructions between LD C,n and its CALL 5. */
const NEAR_CALL = 6;
/** Words in a row of DW, and bytes of a row of DB. */
const ROW_WORDS = 8;
const ROW_BYTES = 16;
/** As many bytes that are the same are a DS. */
const RUN = 16;
/** A label for the end of the program, and how far what lies behind it moves. */
const ENDS = 'ends';
const MOVED = 'moved';

export class Source {
  private readonly labels = new Map<number, string>();
  private readonly used = new Set<string>();
  /** By address: the name of a place outside, and what it is. */
  private readonly outside = new Map<number, { name: string; note: string; value: string }>();
  /** By the place of the number of a BDOS function. */
  private readonly functions = new Map<number, number>();
  /** Addresses of instructions that are written as bytes. */
  private readonly spoilt = new Set<number>();
  private asBytes = false;
  private rows: Row[] = [];
  private readonly isCpm: boolean;

  constructor(
    private readonly flow: Flow,
    private readonly references: References,
    private readonly naming: Naming,
  ) {
    this.isCpm = references.isCpm && !naming.isPlain;
    if (this.isCpm) this.findFunctions();
    this.nameAll();
  }

  found(): Found {
    const { flow, references } = this;
    return {
      addresses: [...references.bytes.values()].filter(({ part }) => part === 'high').length,
      proven: references.proven,
      tables: flow.tables,
      arguments: flow.inline.size,
      bdosCalls: this.functions.size,
      executed: flow.evidence?.executed.size ?? 0,
    };
  }

  /** Write a line that did not come back as its bytes as DB. @returns false where it is already */
  spoil({ line, address }: { line?: number | undefined; address?: number }): boolean {
    const at = address ?? this.rows[(line ?? 0) - 1]?.at;
    if (at === undefined) return this.writeAsBytes();
    let start = at;
    while (!this.flow.code.has(start) && this.flow.covered[start] && start > this.flow.origin) start--;
    if (this.spoilt.has(start)) return this.writeAsBytes();
    this.spoilt.add(start);
    return true;
  }

  /** @returns false where all of it is bytes already */
  writeAsBytes(): boolean {
    const isNew = !this.asBytes;
    this.asBytes = true;
    return isNew;
  }

  write(): string {
    this.rows = [];
    const { flow } = this;
    if (!this.asBytes) this.writeNames();
    this.add(undefined, row('', `ORG ${hex16(flow.origin)}`, ''));
    for (let at = flow.origin; at < flow.end;) {
      if (!this.asBytes && this.references.pages.has(at))
        this.add(undefined, row('', 'ALIGN 256', 'a table is found by the upper half of its address'));
      const one = this.asBytes ? undefined : flow.code.get(at);
      if (one) {
        this.add(at, this.codeRow(at, one));
        at += one.length;
      } else at = this.writeData(at);
    }
    const last = this.labels.get(flow.end);
    if (last && !this.asBytes) this.add(undefined, `${last}:`);
    return `${this.rows.map(({ text }) => text).join('\n')}\n`;
  }

  private add(at: number | undefined, text: string): void {
    this.rows.push({ text, at });
  }

  private writeNames(): void {
    const before = this.rows.length;
    const functions = [...new Set(this.functions.values())].sort((a, b) => a - b);
    for (const [, { name, note, value }] of [...this.outside].sort(([a], [b]) => a - b))
      this.add(undefined, equ(name, value, note));
    for (const number of functions) this.add(undefined, equ(this.functionName(number), String(number), BDOS_FUNCTIONS.get(number)![1])); // prettier-ignore
    if (this.rows.length > before) this.add(undefined, '');
  }

  private functionName(number: number): string {
    return BDOS_FUNCTIONS.get(number)![0];
  }

  /** LD C,n before a CALL 5, with nothing between that could change C. */
  private findFunctions(): void {
    const { flow } = this;
    const { code, evidence } = flow;
    for (const [at, one] of code) {
      if (one.instruction!.mnemonic !== 'LD' || one.instruction!.operands[0] !== 'C') continue;
      if (one.instruction!.operands[1] !== 'n' || one.length !== 2) continue;
      const number = flow.memory[at + 1]!;
      if (!BDOS_FUNCTIONS.has(number)) continue;
      if (evidence?.functions.has(at + 1) || this.leadsToBdos(at + 2)) this.functions.set(at + 1, number);
    }
  }

  private leadsToBdos(from: number): boolean {
    for (let at = from, i = 0; i < NEAR_CALL; i++) {
      const one = this.flow.code.get(at);
      if (!one) return false;
      const { mnemonic, operands } = one.instruction!;
      if (useOf(one) === 'code') return one.word === BDOS && (mnemonic === 'CALL' || mnemonic === 'JP');
      if (/^(RET|RST|JP|EXX)/.test(mnemonic) || operands[0] === 'C' || operands[0] === 'BC') return false;
      at += one.length;
    }
    return false;
  }

  /** Give a name to every address that is meant, where a line can carry it. */
  private nameAll(): void {
    const { flow, references, naming } = this;
    for (const number of new Set(this.functions.values())) this.used.add(this.functionName(number));
    const { names: given, entries } = naming;
    const label = (address: number): void => {
      if (!references.lineStarts(address)) return;
      const kind = address === flow.end ? ENDS : `${flow.code.has(address) ? 'L' : 'D'}${hex(address)}`;
      this.name(address, kind);
    };
    for (const address of given.keys()) if (address < flow.end) label(address);
    for (const entry of entries) if (references.lineStarts(entry)) this.name(entry, entry === flow.origin ? 'start' : `L${hex(entry)}`); // prettier-ignore
    for (const { base } of references.bytes.values()) {
      label(base);
      if (references.isBehind(base)) this.nameBehind(base);
    }
    for (const { from, to } of references.lengths.values()) [from, to].forEach(label);
    for (const one of flow.code.values()) {
      const { word } = one;
      if (word === undefined) continue;
      if (one.instruction!.operands.includes('e')) label(this.startOf(word));
      const isOutside = !flow.inside(word) && word !== flow.end && !this.outside.has(word);
      if (isOutside && useOf(one) !== 'constant' && given.has(word)) this.nameOutside(word, `X${hex(word)}`, hex16(word), ''); // prettier-ignore
      else if (isOutside && this.isCpm) this.nameSystem(systemPlaceOf(one));
      else if (isOutside && word === BDOS && references.isCpm && useOf(one) === 'code') this.nameSystem(pageZeroPlace(BDOS), ''); // prettier-ignore
    }
  }

  private startOf(address: number): number {
    let at = address;
    while (at > this.flow.origin && this.flow.inside(at) && !this.references.lineStarts(at)) at--;
    return at;
  }

  private name(address: number, fallback: string): void {
    if (this.labels.has(address)) return;
    const chosen = this.choose(address, fallback);
    if (chosen !== undefined) this.labels.set(address, chosen);
  }

  /** The given name, else the fallback; each once. */
  private choose(address: number, fallback: string): string | undefined {
    const given = this.naming.names.get(address);
    const isGood = given !== undefined && /^[A-Za-z_][\w.@$]*$/.test(given) && !isReserved(given);
    let chosen = isGood ? given : fallback;
    if (this.used.has(chosen)) chosen = fallback;
    if (this.used.has(chosen)) return undefined;
    this.used.add(chosen);
    return chosen;
  }

  private nameOutside(address: number, fallback: string, value: string, note: string): void {
    const name = this.choose(address, fallback);
    if (name !== undefined) this.outside.set(address, { name, value, note });
  }

  private nameSystem(place: SystemPlace | undefined, note = place?.title ?? ''): void {
    if (place && !this.outside.has(place.at)) this.nameOutside(place.at, place.name, hex16(place.at), note);
  }

  /** What lies behind the end moves with it. */
  private nameBehind(address: number): void {
    if (this.outside.has(address)) return;
    const { flow } = this;
    if (!this.outside.has(flow.end)) {
      this.name(flow.end, ENDS);
      const end = this.labels.get(flow.end);
      if (end === undefined) return;
      const moved = `${end}-${hex16(flow.end)}`;
      const whole = this.references.keepsPages ? `(${moved}+0xFF)&~0xFF` : moved;
      this.nameOutside(-1, MOVED, whole, 'how far what lies behind the end has moved');
      this.outside.set(flow.end, this.outside.get(-1)!);
      this.outside.delete(-1);
    }
    const moved = this.outside.get(flow.end)?.name;
    if (moved !== undefined) this.nameOutside(address, `V${hex(address)}`, `${hex16(address)}+${moved}`, '');
  }

  /** `D0123`, `L0123+1`; undefined where there is no name. */
  private expression(base: number, offset: number): string | undefined {
    const name = this.labels.get(base) ?? (this.references.isBehind(base) ? this.outside.get(base)?.name : undefined);
    if (name === undefined || offset === 0) return name;
    return offset > 0 ? `${name}+${offset}` : `${name}-${-offset}`;
  }

  private codeRow(at: number, one: Disassembled): string {
    const { memory } = this.flow;
    const bytes = Array.from(memory.subarray(at, at + one.length));
    const note = `${hex(at)}  ${bytes.map((b) => hex(b, 2)).join(' ')}`;
    const label = this.labels.get(at);
    const text = this.instruction(at, one);
    if (this.spoilt.has(at) || !assemblesBack(at, one)) return row(label, `DB ${bytes.map(hex8).join(',')}`, `${note}  ${text}`); // prettier-ignore
    return row(label, text, note);
  }

  private instruction(at: number, one: Disassembled): string {
    const { memory } = this.flow;
    const word = this.wordOf(at, one);
    const names = word === undefined ? undefined : new Map([[one.word!, word]]);
    const { text } = disassembleOne(memory, at, names);
    const slot = one.instruction!.slots.find(({ kind }) => kind === 'n');
    if (!slot) return text;
    const place = at + slot.byte;
    const value = this.byteOf(place);
    const found = text.lastIndexOf(hex8(memory[place]!));
    return value === undefined || found < 0 ? text : text.slice(0, found) + value + text.slice(found + 4);
  }

  private byteOf(place: number): string | undefined {
    const number = this.functions.get(place);
    if (number !== undefined) return this.functionName(number);
    const reference = this.references.bytes.get(place);
    return reference && this.half(reference);
  }

  private half({ base, offset, part }: Reference): string | undefined {
    const expression = this.expression(base, offset);
    return expression && `${part === 'low' ? 'LOW' : 'HIGH'}(${expression})`;
  }

  /** What an instruction's word is called. */
  private wordOf(at: number, one: Disassembled): string | undefined {
    const { word, instruction } = one;
    if (word === undefined) return undefined;
    if (instruction!.operands.includes('e')) {
      const base = this.startOf(word);
      return this.expression(base, word - base);
    }
    const place = at + instruction!.slots.find(({ kind }) => kind === 'nn')!.byte;
    const length = this.references.lengths.get(place);
    if (length) {
      const [from, to] = [this.labels.get(length.from), this.labels.get(length.to)];
      return from === undefined || to === undefined ? undefined : `${to}-${from}`;
    }
    const whole = this.wholeWord(place);
    if (whole) return this.expression(whole.base, whole.offset);
    if (this.flow.inside(word)) return undefined;
    const outside = useOf(one) === 'constant' || this.references.isBehind(word) ? undefined : this.outside.get(word);
    if (outside && word !== this.flow.end) return outside.name;
    const system = this.isCpm ? systemPlaceOf(one) : undefined;
    const name = system && this.outside.get(system.at)?.name;
    if (name === undefined) return undefined;
    return word === system!.at ? name : `${name}+${word - system!.at}`;
  }

  /** Where two bytes are the halves of one address. */
  private wholeWord(place: number): Reference | undefined {
    const { bytes } = this.references;
    const [low, high] = [bytes.get(place), bytes.get(place + 1)];
    const isWhole =
      low?.part === 'low' && high?.part === 'high' && low.base === high.base && low.offset === high.offset;
    return isWhole && this.expression(low.base, low.offset) !== undefined ? low : undefined;
  }

  /** Data up to the next label, instruction, or word of another kind. @returns where it ends */
  private writeData(from: number): number {
    const { flow } = this;
    const isData = (at: number): boolean => at < flow.end && (this.asBytes || !flow.covered[at]);
    const isFree = (at: number): boolean =>
      isData(at) && (at === from || this.asBytes || (!this.labels.has(at) && !this.references.pages.has(at)));
    const label = this.asBytes ? undefined : this.labels.get(from);
    const isPlainByte = (at: number): boolean =>
      isFree(at) && (this.asBytes || this.spoilt.has(at) || !this.references.bytes.has(at));
    const words: string[] = [];
    let at = from;
    while (words.length < ROW_WORDS && isFree(at) && isFree(at + 1) && !isPlainByte(at) && !isPlainByte(at + 1)) {
      const whole = this.wholeWord(at);
      if (!whole) break;
      words.push(this.expression(whole.base, whole.offset)!);
      at += 2;
    }
    if (words.length > 0) {
      this.add(from, row(label, `DW ${words.join(',')}`, hex(from)));
      return at;
    }
    if (!isPlainByte(from)) {
      const value = this.half(this.references.bytes.get(from)!) ?? hex8(flow.memory[from]!);
      this.add(from, row(label, `DB ${value}`, hex(from)));
      return from + 1;
    }
    let end = from + 1;
    while (isPlainByte(end)) end++;
    const run = this.runLength(from, end);
    if (run >= RUN) {
      this.add(from, row(label, `DS ${run},${hex8(flow.memory[from]!)}`, hex(from)));
      return from + run;
    }
    at = from + textLength(flow.memory.subarray(from, Math.min(end, from + MOST_TEXT)));
    if (at === from) for (at = from; at < Math.min(end, from + ROW_BYTES) && (at === from || this.runLength(at, end) < RUN); at++); // prettier-ignore
    this.add(from, row(label, `DB ${dataItems(flow.memory.subarray(from, at))}`, hex(from)));
    return at;
  }

  private runLength(at: number, to: number): number {
    const { memory } = this.flow;
    let end = at;
    while (end < to && memory[end] === memory[at]) end++;
    return end - at;
  }
}

/** A text that is longer goes on in another row. */
const MOST_TEXT = 64;
/** Ends of a text: 0, '$', CR, LF. */
const TEXT_END = /^([ -~]{8,}?)(\r\n\$|\r\n\0|[\r\n\0]+|\$|(?=[^ -~]))/;

/** How many of the bytes are one text with its end, in one row; 0 where they are none. */
function textLength(bytes: Uint8Array): number {
  const latin = Array.from(bytes, (b) => String.fromCharCode(b)).join('');
  const end = TEXT_END.exec(latin)?.[0].length;
  if (end !== undefined) return Math.min(end, bytes.length);
  return /^[ -~]+$/.test(latin) && latin.length === MOST_TEXT ? MOST_TEXT : 0;
}

/** Not for a second opcode of an instruction, nor a relative jump around the end of memory. */
function assemblesBack(at: number, { instruction, word }: Disassembled): boolean {
  if (instruction!.variant) return false;
  return !instruction!.operands.includes('e') || Math.abs(word! - at) < 200;
}

/** Bytes for DB: text of four characters or more in quotes, the rest as numbers. */
function dataItems(bytes: Uint8Array): string {
  const latin = Array.from(bytes, (b) => String.fromCharCode(b)).join('');
  return latin
    .split(/([ !#-&(-:<-~]{4,})/)
    .flatMap((part, i) => (i % 2 ? [`'${part}'`] : Array.from(part, (c) => hex8(c.charCodeAt(0)))))
    .join(',');
}

function hex(value: number, digits = 4): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

function equ(name: string, value: string, note: string): string {
  const text = `${name.padEnd(15)} EQU ${value}`;
  return note === '' ? text : `${text.padEnd(48)} ; ${note}`;
}

function row(label: string | undefined, text: string, note: string): string {
  const lead = label ? `${label}:` : '';
  const code = `${lead.padEnd(15)} ${text}`;
  return note === '' ? code : `${code.padEnd(48)} ; ${note}`;
}
