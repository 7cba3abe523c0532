/** Trace, breakpoints, profile, and the trail to a crash, on a program with two routines. */
import { describe, expect, it } from 'vitest';
import { createCpm, type Cpm } from '../../src/emu/cpm/machine.js';
import { memoryMap, systemNames } from '../../src/emu/cpm/memory-map.js';
import { createDebugger } from '../../src/emu/debug/debugger.js';
import { dumpLines, stopLines } from '../../src/emu/debug/listing.js';
import { SymbolMap } from '../../src/emu/debug/names.js';
import { Profile, profileTable } from '../../src/emu/debug/profile.js';
import { ScriptConsole } from '../fakes/script-console.js';

/**
 * 0100 main:  LD B,3 / 0102 CALL outer / 0105 DJNZ 0102 / 0107 RET
 * 0108 outer: NOP / 0109 CALL inner / 010C RET
 * 010D inner: NOP / NOP / RET
 */
const PROGRAM = [0x06, 3, 0xcd, 8, 1, 0x10, 0xfb, 0xc9, 0, 0xcd, 0x0d, 1, 0xc9, 0, 0, 0xc9];
const INNER = 4 + 4 + 10;
const OUTER = 4 + 17 + 10;
const SYMBOLS = new SymbolMap(new Map([...systemNames(memoryMap(0xe400)), [0x100, 'main'], [0x108, 'outer'], [0x10d, 'inner']])); // prettier-ignore

function load(program = PROGRAM): Cpm {
  const cpm = createCpm({ console: new ScriptConsole() });
  cpm.load({ name: 'T.COM', bytes: Uint8Array.from(program) }, '');
  return cpm;
}

describe('trace', () => {
  it('shows each instruction once, with its label and the registers before it', () => {
    const cpm = load();
    const lines: string[] = [];
    const debug = createDebugger(cpm, { symbols: SYMBOLS, trace: (line) => lines.push(line) });
    expect(debug.run(7 + 17 + 4)).toEqual({ why: 'time' });
    expect(lines.map((line) => line.replace(/ +AF .*/, ''))).toEqual([
      'main:',
      '0100  06 03        LD B,0x03',
      '0102  CD 08 01     CALL outer',
      'outer:',
      '0108  00           NOP',
    ]);
    expect(lines[2]).toContain('BC 0300');
  });

  it('ends as the program does', () => {
    const debug = createDebugger(load(), { symbols: SYMBOLS });
    expect(debug.run(1e6)).toMatchObject({ why: 'ended' });
  });
});

describe('breakpoints', () => {
  it('stop before the instruction', () => {
    const cpm = load();
    const debug = createDebugger(cpm, { symbols: SYMBOLS, breakpoints: new Set([0x10d]) });
    expect(debug.run(1e6)).toEqual({ why: 'paused' });
    expect(debug.hit).toBe(0x10d);
    expect(cpm.cpu.tStates).toBe(7 + 17 + 4 + 17);
    const picture = stopLines(cpm.cpu, SYMBOLS);
    expect(picture[0]).toBe('last 4 instructions:');
    expect(picture.at(-1)).toBe('next: 010D  00           NOP');
    expect(picture.find((line) => line.startsWith('SP '))).toContain('SP E3FA  0C 01 05 01 00 00');
  });
});

describe('profile', () => {
  const profile = new Profile(SYMBOLS);
  const cpm = load();
  createDebugger(cpm, { symbols: SYMBOLS, profile }).run(1e6);
  const row = (name: string): unknown => profile.rows().find((r) => r.name === name);

  it('counts T-states and calls by symbol, alone and with what is called', () => {
    expect(row('inner')).toEqual({ name: 'inner', calls: 3, self: 3 * INNER, total: 3 * INNER });
    expect(row('outer')).toEqual({ name: 'outer', calls: 3, self: 3 * OUTER, total: 3 * (OUTER + INNER) });
    const sum = profile.rows().reduce((total, r) => total + r.self, 0);
    expect(sum).toBe(cpm.cpu.tStates);
  });

  it('folds stacks for flame graphs', () => {
    const lines = profile.folded().trim().split('\n');
    expect(lines).toContain(`main;outer;inner ${3 * INNER}`);
    expect(lines).toContain(`main;outer ${3 * OUTER}`);
    expect(lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)).toBe(cpm.cpu.tStates);
  });

  it('is shown as a table, the most costly first', () => {
    const [, first] = profileTable(profile.rows());
    expect(first).toMatch(/^ +1 +102 +[\d.]+% +280 +100.0% {3}main$/);
  });
});

describe('the trail', () => {
  it('tells the last 16 instructions before a crash, over slices and block moves', () => {
    // 20 NOPs, LD BC,5 / LDIR, JP 4000h
    const cpm = load([...Array<number>(20).fill(0), 0x01, 5, 0, 0xed, 0xb0, 0xc3, 0x00, 0x40]);
    cpm.cpu.setRegisters({ d: 0x50, h: 0x60 });
    for (let t = 7; ; t += 7) if (cpm.run(t).why === 'crashed') break;
    const nops = Array.from({ length: 7 }, (_, i) => 0x10d + i);
    expect(cpm.cpu.trail()).toEqual([...nops, 0x114, ...Array<number>(5).fill(0x117), 0x119, 0x4000, 0x38]);
  });
});

describe('a dump', () => {
  it('has sixteen bytes a line and their text', () => {
    const memory = new Uint8Array(0x10000);
    memory.set(Buffer.from('Hi'), 0xfffe);
    expect(dumpLines(memory, 0xfffe, 4)).toEqual([`FFFE  48 69 00 00${' '.repeat(37)} Hi..`]);
  });
});
