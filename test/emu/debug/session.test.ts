/** The debugger on CP/M: steps, breakpoints, watchpoints, calls and a new future. */
import { describe, expect, it } from 'vitest';
import { createCpm } from '../../../src/emu/cpm/machine.js';
import { diskOf } from '../../../src/emu/cpm/memory-disk.js';
import { callLine, type TracedCall } from '../../../src/emu/debug/bdos-trace.js';
import { SymbolMap } from '../../../src/emu/debug/names.js';
import { createSession, type DebugSession } from '../../../src/emu/debug/session.js';
import { UsageError } from '../../../src/seams/errors.js';
import { assemble, memoryReader } from '../../../src/z80asm/index.js';
import { ScriptConsole } from '../../fakes/script-console.js';

const SOURCE = `
        ORG 100h
main:   ld b,3
loop:   push bc
        call shout
        pop bc
        djnz loop
        ld hl,main
        ld de,4000h
        ld bc,16
        ldir
        ld c,1
        call 5
        ld (4000h),a
        ld de,fcb
        ld c,15
        call 5
        rst 0
shout:  ld a,(count)
        inc a
        ld (count),a
        ld e,'x'
        ld c,2
        call 5
        ret
count:  db 0
fcb:    db 2,'HELLO   TXT',5,0,0,0
        ds 20
`;

const { bytes, symbolTable } = assemble({ main: 't.asm', format: 'com', ...memoryReader({ 't.asm': SOURCE }) });
const VALUES = new Map(symbolTable.map(({ name, value }) => [name, value!]));
const at = (name: string): number => VALUES.get(name)!;

interface Made {
  session: DebugSession;
  console: ScriptConsole;
  calls: TracedCall[];
  said: string[];
}

function start(): Made {
  const console = new ScriptConsole();
  const calls: TracedCall[] = [];
  const said: string[] = [];
  const session = createSession({
    machine: (createCpu) => createCpm({ console, createCpu, drives: [diskOf({}), diskOf({})] }),
    symbols: new SymbolMap(new Map([...VALUES].map(([name, value]) => [value, name]))),
    log: (_id, text) => said.push(text),
    traced: (call) => calls.push(call),
  });
  session.start(() => session.machine.load({ name: 'T.COM', bytes }, ''));
  return { session, console, calls, said };
}

describe('steps', () => {
  it('go into, over and out of calls, and back the same way', () => {
    const { session } = start();
    const { cpu } = session;
    session.run({ until: at('loop') + 1 });
    expect(session.run('stepInto')).toEqual({ why: 'step' });
    expect(cpu.pc).toBe(at('shout'));
    session.run('stepOut');
    expect(cpu.pc).toBe(at('loop') + 4);
    session.run('reverseOver');
    expect(cpu.pc).toBe(at('loop') + 1);
    session.run('stepOver');
    expect(cpu.pc).toBe(at('loop') + 4);
    session.run('stepBack');
    expect(cpu.memory[cpu.pc]).toBe(0xc9);
    session.run('reverseOut');
    expect(cpu.pc).toBe(at('loop') + 1);
    expect(session.run({ goTo: { instructions: 0, tStates: 0 } })).toEqual({ why: 'step' });
    expect(session.run('stepBack')).toEqual({ why: 'beginning' });
    expect(cpu.pc).toBe(0x100);
  });

  it('print nothing a second time, and ask for no key that was given', () => {
    const { session, console } = start();
    expect(session.run('continue')).toEqual({ why: 'key' });
    expect(console.screen).toBe('xxx');
    console.type('q');
    expect(session.advance()).toEqual({ why: 'ended', code: 0, lost: [] });
    expect(session.state).toBe('ended');
    const { last } = session.history;
    expect(session.run('reverseContinue')).toEqual({ why: 'beginning' });
    expect(session.state).toBe('stopped');
    expect(session.run('continue')).toMatchObject({ why: 'ended' });
    expect(session.history.now).toEqual(last);
    expect(console.screen).toBe('xxxq');
    expect(session.cpu.memory[0x4000]).toBe(0x71);
  });

  it('are given up when interrupted', () => {
    const { session } = start();
    session.begin('continue');
    session.interrupt();
    expect(session.advance()).toEqual({ why: 'interrupted' });
  });
});

describe('breakpoints', () => {
  it('stop where the condition holds, at the time asked for', () => {
    const { session } = start();
    session.breakpoints.add({ kind: 'execute', at: at('shout'), condition: '[count] == 1' });
    expect(session.run('continue')).toEqual({ why: 'breakpoint', id: 1, at: at('shout') });
    expect(session.evaluate('word(sp)')).toBe(at('loop') + 4);
    expect(session.evaluate('b')).toBe(2);
    session.breakpoints.remove(1);
    session.run({ goTo: { instructions: 0, tStates: 0 } });
    session.breakpoints.add({ kind: 'execute', at: at('shout'), hits: '3' });
    session.run('continue');
    expect(session.evaluate('[count]')).toBe(2);
  });

  it('say something and go on', () => {
    const { session, said } = start();
    session.breakpoints.add({ kind: 'execute', at: at('shout'), log: 'b is {b}, and count {[count]}' });
    expect(session.run('continue')).toEqual({ why: 'key' });
    expect(said).toEqual(['b is 3, and count 0', 'b is 2, and count 1', 'b is 1, and count 2']);
  });

  it('watch memory, ports and calls', () => {
    const { session, console } = start();
    console.type('q');
    session.breakpoints.add({ kind: 'memory', from: at('count'), write: true, condition: 'value == 2' });
    const stop = session.run('continue');
    expect(stop).toMatchObject({ why: 'watchpoint', use: 'write', at: at('count'), old: 1, value: 2 });
    session.breakpoints.enable(1, false);
    session.breakpoints.add({ kind: 'bdos', call: 15 });
    expect(session.run('continue')).toMatchObject({ why: 'bdos', call: 15, returnsTo: at('shout') - 1 });
    session.breakpoints.remove(2);
    session.breakpoints.add({ kind: 'port', out: true });
    expect(session.run('continue')).toMatchObject({ why: 'port', use: 'out' });
  });

  it('are refused where they make no sense', () => {
    const { breakpoints } = start().session;
    expect(() => breakpoints.add({ kind: 'execute', at: 0x10000 })).toThrow(UsageError);
    expect(() => breakpoints.add({ kind: 'execute', at: 1, condition: 'nowhere == 1' })).toThrow(/nowhere/);
    expect(() => breakpoints.add({ kind: 'execute', at: 1, hits: 'often' })).toThrow(/counts nothing/);
    expect(() => breakpoints.remove(7)).toThrow('there is no breakpoint 7');
  });
});

it('tells of calls what DE stands for and what came back', () => {
  const { session, console, calls } = start();
  console.type('q');
  session.traceCalls = true;
  session.run('continue');
  expect(calls.map(callLine).slice(-3)).toEqual([
    '2 console output 78h = 00h',
    '1 console input = 71h',
    '15 open file B:HELLO.TXT extent 5 record 640 random 0 = 00FFh'.replace('00FFh', 'FFh'),
  ]);
});

it('tells who wrote a byte: an instruction, a block move, the loader', () => {
  const { session, console } = start();
  console.type('q');
  session.run('continue');
  expect(session.whoWrote(at('count'))).toMatchObject({ how: 'instruction', value: 3 });
  expect(session.whoWrote(0x4005)).toMatchObject({ how: 'instruction', value: bytes[5] });
  expect(session.whoWrote(at('fcb') + 1)).toMatchObject({ how: 'loaded', value: 0x48 });
  expect(session.isLive).toBe(true);
  expect(session.lastInstructions(2).map(({ pc }) => pc)).toHaveLength(2);
});

it('begins a new future where the past is changed', () => {
  const { session, console } = start();
  expect(session.run('continue')).toEqual({ why: 'key' });
  session.run({ goTo: { instructions: 0, tStates: 0 } });
  session.run('stepInto');
  session.setRegisters({ b: 1 });
  expect(session.isLive).toBe(true);
  expect(session.run('continue')).toEqual({ why: 'key' });
  expect(console.screen).toBe('xxxx');
  expect(session.evaluate('[count]')).toBe(1);
  console.type('q');
  expect(session.advance()).toMatchObject({ why: 'ended' });
  session.run('reverseContinue');
  session.run('continue');
  expect(session.evaluate('[count]')).toBe(1);
});

it('looks back without a word, and tells what a byte was before', () => {
  const { session, console, calls } = start();
  console.type('q');
  session.traceCalls = true;
  session.run('continue');
  const { length } = calls;
  session.breakpoints.add({ kind: 'memory', from: at('count'), write: true });
  expect(session.run('reverseContinue')).toMatchObject({ why: 'watchpoint', old: 2, value: 3 });
  expect(session.run('reverseContinue')).toMatchObject({ why: 'watchpoint', old: 1, value: 2 });
  expect(calls).toHaveLength(length);
});

it('begins a new future with the DMA address, the drive and the user of then', () => {
  const source = `
        ORG 100h
        ld de,3000h
        ld c,26
        call 5
        ld e,1
        ld c,14
        call 5
here:   nop
        ld de,fcb
        ld c,17
        call 5
        ld de,4000h
        ld c,26
        call 5
        ld e,0
        ld c,14
        call 5
        ld e,3
        ld c,32
        call 5
        ld c,1
        call 5
        rst 0
fcb:    db 0,'????????TXT',0,0,0,0
        ds 20
`;
  const made = assemble({ main: 't.asm', format: 'com', ...memoryReader({ 't.asm': source }) });
  const here = made.symbolTable.find(({ name }) => name === 'here')!.value!;
  const drives = [diskOf({ 'A.TXT': Uint8Array.of(1) }), diskOf({ 'B.TXT': Uint8Array.of(2) })];
  const session = createSession({
    machine: (createCpu) => createCpm({ console: new ScriptConsole(), createCpu, drives }),
    symbols: new SymbolMap(new Map()),
  });
  session.start(() => session.machine.load({ name: 'T.COM', bytes: made.bytes }, ''));
  session.run({ until: here });
  const { now } = session.history;
  expect(session.run('continue')).toEqual({ why: 'key' });
  session.run({ goTo: now });
  session.write(0x3000, new Uint8Array(128));
  expect(session.run('continue')).toEqual({ why: 'key' });
  expect(Buffer.from(session.cpu.memory.subarray(0x3000, 0x3009)).toString('latin1')).toBe('\0B       ');
});
