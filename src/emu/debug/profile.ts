/**
 * Where the T-states go: by symbol, alone and with what it calls, and as folded stacks for flame graphs.
 *
 * Calls are followed by the stack pointer: a CALL or RST that was taken opens a frame, and the frame ends when SP
 * rises above where its return address lay. That holds for RET, POP-and-jump and LD SP alike.
 *
 * A program that never returns fills its stack, round and round: what is deeper than MOST_DEPTH, or a stack too many, counts
 * for where it was called.
 */
import { grouped, percent } from '../../seams/words.js';
import { hex, type SymbolMap } from './names.js';

export interface ProfileRow {
  name: string;
  calls: number;
  /** T-states in its own code, and with the code that it called. */
  self: number;
  total: number;
}

/** Calls inside each other that are told apart. */
const MOST_DEPTH = 256;
/** Stacks that are told apart: a few tens of MB. */
const MOST_NODES = 100_000;

interface Node {
  name: string;
  parent: Node | undefined;
  children: Map<string, Node>;
  self: number;
  calls: number;
}

interface Frame {
  node: Node;
  /** Where the return address lies. */
  sp: number;
}

const isCall = (opcode: number): boolean => opcode === 0xcd || (opcode & 0xc7) === 0xc4 || (opcode & 0xc7) === 0xc7;

export class Profile {
  /** Named after where execution begins. */
  private readonly root: Node = { name: '', parent: undefined, children: new Map(), self: 0, calls: 1 };
  private frames: Frame[] = [];
  private nodes = 1;
  /** T-states by the symbol that the code belongs to, whatever called it. */
  private readonly flat = new Map<string, number>();

  constructor(private readonly symbols: SymbolMap) {}

  /** An instruction was executed: its address and first byte, T-states, and PC and SP after and before it. */
  add(pc: number, opcode: number, tStates: number, pcAfter: number, spBefore: number, spAfter: number): void {
    if (this.root.name === '') this.root.name = this.symbols.owner(pc)?.name ?? 'program';
    const top = this.frames.at(-1)?.node ?? this.root;
    top.self += tStates;
    // Without a symbol near it, code belongs to what was called.
    const owner = this.symbols.owner(pc)?.name ?? top.name;
    this.flat.set(owner, (this.flat.get(owner) ?? 0) + tStates);
    while (this.frames.length > 0 && this.frames.at(-1)!.sp < spAfter) this.frames.pop();
    if (isCall(opcode) && spAfter === ((spBefore - 2) & 0xffff)) this.enter(pcAfter, spAfter);
  }

  private enter(address: number, sp: number): void {
    if (this.frames.length >= MOST_DEPTH) return;
    const parent = this.frames.at(-1)?.node ?? this.root;
    const name = this.symbols.describe(address) ?? `sub_${hex(address)}`;
    let node = parent.children.get(name);
    if (!node && this.nodes++ >= MOST_NODES) return;
    if (!node) parent.children.set(name, (node = { name, parent, children: new Map(), self: 0, calls: 0 }));
    node.calls++;
    this.frames.push({ node, sp });
  }

  /** By T-states of their own, most first. */
  rows(): ProfileRow[] {
    const rows = new Map<string, ProfileRow>();
    const row = (name: string): ProfileRow => {
      let found = rows.get(name);
      if (!found) rows.set(name, (found = { name, calls: 0, self: 0, total: 0 }));
      return found;
    };
    for (const [name, tStates] of this.flat) row(name).self += tStates;
    const visit = (node: Node, above: Set<string>): number => {
      let total = node.self;
      const inside = new Set(above).add(node.name);
      for (const child of node.children.values()) total += visit(child, inside);
      row(node.name).calls += node.calls;
      // A recursive call's time is already in the outer one's.
      if (!above.has(node.name)) row(node.name).total += total;
      return total;
    };
    visit(this.root, new Set());
    for (const entry of rows.values()) entry.total = Math.max(entry.total, entry.self);
    return [...rows.values()].sort((x, y) => y.self - x.self);
  }

  /** `main;layer;row 12345`, a line a stack: the input of flame graph tools. */
  folded(): string {
    const lines: string[] = [];
    const visit = (node: Node, path: string): void => {
      const here = path === '' ? node.name : `${path};${node.name}`;
      if (node.self > 0) lines.push(`${here} ${node.self}`);
      for (const child of node.children.values()) visit(child, here);
    };
    visit(this.root, '');
    return `${lines.join('\n')}\n`;
  }
}

/** The rows as a table, as many as carry at least a thousandth of the time. */
export function profileTable(rows: ProfileRow[]): string[] {
  const all = rows.reduce((sum, row) => sum + row.self, 0);
  const time = (tStates: number): string => `${grouped(tStates, 14)} ${percent(tStates / all).padStart(6)}`;
  return [
    'calls'.padStart(10) + '    own T-states          with what it calls   symbol',
    ...rows
      .filter((row) => row.self * 1000 >= all || row.total * 100 >= all)
      .map((row) => `${grouped(row.calls, 10)} ${time(row.self)} ${time(row.total)}   ${row.name}`),
  ];
}
