/** BDOS console calls and the BIOS jump table, through programs of a few bytes. */
import { describe, expect, it } from 'vitest';
import { createCpm, type Cpm } from '../../../src/emu/cpm/machine.js';
import { ScriptConsole } from '../../fakes/script-console.js';

const SECOND = 7_372_800;
const CALL_5 = [0xcd, 0x05, 0x00];
const RET = 0xc9;
const BUFFER = 0x0300;

/** LD C,n / LD DE,nn / CALL 5 */
const bdos = (call: number, de = 0): number[] => [0x0e, call, 0x11, de & 255, de >> 8, ...CALL_5];

function start(program: number[], setup: (cpm: Cpm) => void = () => {}, tail = ''): { cpm: Cpm; op: ScriptConsole } {
  const op = new ScriptConsole();
  const cpm = createCpm({ console: op });
  cpm.load({ name: 'T.COM', bytes: Uint8Array.from(program) }, tail);
  setup(cpm);
  return { cpm, op };
}

/** Read one line with call 10 and give what is in the buffer and on the screen. */
function edit(typed: string, size = 20, before: number[] = []): { text: string; screen: string; end: string } {
  const { cpm, op } = start([...before, ...bdos(10, BUFFER), RET], ({ cpu }) => (cpu.memory[BUFFER] = size));
  op.type(typed);
  const end = cpm.run(SECOND).why;
  const length = cpm.cpu.memory[BUFFER + 1]!;
  const text = Buffer.from(cpm.cpu.memory.subarray(BUFFER + 2, BUFFER + 2 + length)).toString('latin1');
  return { text, screen: op.screen, end };
}

describe('line editing (call 10)', () => {
  it.each([
    ['plain', 'hello\r', 'hello', 'hello\r'],
    ['line feed ends it too', 'hi\n', 'hi', 'hi\r'],
    ['^H takes a character off the screen', 'helo\blo\r', 'hello', 'helo\b \blo\r'],
    ['^H at the start does nothing', '\b\bx\r', 'x', 'x\r'],
    ['^H on a control character takes both columns', 'a\x01\bb\r', 'ab', 'a^A\b \b\b \bb\r'],
    ['DEL shows what it deletes', 'abc\x7f\x7fx\r', 'ax', 'abccbx\r'],
    ['^X takes the whole line off the screen', 'abc\x18de\r', 'de', 'abc\b \b\b \b\b \bde\r'],
    ['^U gives the line up with #', 'abc\x15de\r', 'de', 'abc#\r\nde\r'],
    ['^R shows the line again', 'abcd\b\x12e\r', 'abce', 'abcd\b \b#\r\nabce\r'],
    ['^E goes to a new line and keeps the text', 'ab\x05cd\r', 'abcd', 'ab\r\ncd\r'],
    ['tabs show as spaces and stay tabs', 'a\tb\r', 'a\tb', 'a       b\r'],
    ['^H over a tab goes back to before it', 'a\t\bb\r', 'ab', 'a       ' + '\b \b'.repeat(7) + 'b\r'],
    ['^C inside a line is a character', 'a\x03\r', 'a\x03', 'a^C\r'],
    ['bit 7 is dropped', '\xe1\r', 'a', 'a\r'],
  ])('%s', (_title, typed, text, screen) => {
    expect(edit(typed)).toEqual({ text, screen, end: 'ended' });
  });

  it('ends when the buffer is full', () => {
    expect(edit('abcdef', 4)).toMatchObject({ text: 'abcd', screen: 'abcd\r' });
  });

  it('indents ^U and ^R to where the line began', () => {
    const prompt = [...bdos(2, 0x3e), ...bdos(2, 0x20)];
    expect(edit('a\x15b\x12\r', 20, prompt)).toMatchObject({ text: 'b', screen: '> a#\r\n  b#\r\n  b\r' });
  });

  it('^C at the start of the line is a warm boot', () => {
    expect(edit('\x03')).toMatchObject({ end: 'ended', screen: '^C' });
  });

  it('waits for keys without executing anything twice', () => {
    const { cpm, op } = start([...bdos(10, BUFFER), RET], ({ cpu }) => (cpu.memory[BUFFER] = 20));
    expect(cpm.run(SECOND)).toEqual({ why: 'key' });
    const { tStates } = cpm.cpu;
    // LD C / LD DE / CALL / JP / OUT
    expect(tStates).toBe(7 + 10 + 17 + 10 + 11);
    op.type('ab');
    expect(cpm.run(SECOND)).toEqual({ why: 'key' });
    expect(cpm.cpu.tStates).toBe(tStates);
    expect(op.screen).toBe('ab');
    op.type('\bc\r');
    expect(cpm.run(SECOND).why).toBe('ended');
    expect(op.screen).toBe('ab\b \bc\r');
    expect([...cpm.cpu.memory.subarray(BUFFER + 1, BUFFER + 4)]).toEqual([2, 0x61, 0x63]);
  });
});

describe('characters', () => {
  it('call 1 echoes what can be shown', () => {
    const read = [...bdos(1), 0x32, 0x00, 0x04];
    const { cpm, op } = start([...read, RET]);
    op.type('x');
    cpm.run(SECOND);
    expect([op.screen, cpm.cpu.memory[0x400]]).toEqual(['x', 0x78]);
    const control = start([...read, RET]);
    control.op.type('\x01');
    control.cpm.run(SECOND);
    expect([control.op.screen, control.cpm.cpu.memory[0x400]]).toEqual(['', 1]);
  });

  it('call 2 expands tabs to columns of eight', () => {
    const { cpm, op } = start([...bdos(2, 0x61), ...bdos(2, 9), ...bdos(2, 0x62), ...bdos(2, 10), ...bdos(2, 9), RET]);
    cpm.run(SECOND);
    expect(op.screen).toBe('a       b\n        ');
  });

  it('call 9 writes up to the dollar sign', () => {
    const { cpm, op } = start([...bdos(9, 0x200), RET], ({ cpu }) => cpu.memory.set(Buffer.from('hi\r\n$no'), 0x200));
    cpm.run(SECOND);
    expect(op.screen).toBe('hi\r\n');
  });

  it('call 6 reads without waiting or echo, and writes as it is', () => {
    const { cpm, op } = start([
      ...bdos(6, 0xff),
      0x32,
      0x00,
      0x04,
      ...bdos(6, 0xff),
      0x32,
      0x01,
      0x04,
      ...bdos(6, 9),
      RET,
    ]);
    op.type('q');
    cpm.run(SECOND);
    expect([...cpm.cpu.memory.subarray(0x400, 0x402)]).toEqual([0x71, 0]);
    expect(op.screen).toBe('\t');
  });

  it('call 11 tells of a key and leaves it for call 1', () => {
    const { cpm, op } = start([
      ...bdos(11),
      0x32,
      0x00,
      0x04,
      ...bdos(1),
      0x32,
      0x01,
      0x04,
      ...bdos(11),
      0x32,
      0x02,
      0x04,
      RET,
    ]);
    op.type('k');
    cpm.run(SECOND);
    expect([...cpm.cpu.memory.subarray(0x400, 0x403)]).toEqual([1, 0x6b, 0]);
  });

  it('call 12 is CP/M 2.2, in HL, A and B; unknown calls give 0', () => {
    for (const [call, value] of [
      [12, 0x22],
      [77, 0],
    ] as const) {
      const { cpm } = start([...bdos(call), 0x76]);
      cpm.run(SECOND);
      expect(cpm.cpu.getRegisters()).toMatchObject({ a: value, b: 0, h: 0, l: value });
    }
  });

  it('^S holds the output until a key, and ^C then ends the program', () => {
    const program = [...bdos(2, 0x61), ...bdos(2, 0x62), RET];
    const go = start(program);
    go.op.type('\x13');
    expect(go.cpm.run(SECOND).why).toBe('key');
    expect(go.op.screen).toBe('');
    go.op.type('q');
    expect(go.cpm.run(SECOND).why).toBe('ended');
    expect(go.op.screen).toBe('ab');
    const leave = start(program);
    leave.op.type('\x13\x03');
    expect(leave.cpm.run(SECOND)).toMatchObject({ why: 'ended', code: 0 });
    expect(leave.op.screen).toBe('');
  });

  it('^P prints what is shown, until the next ^P', () => {
    const printed: number[] = [];
    const op = new ScriptConsole();
    const cpm = createCpm({ console: op, list: (byte) => printed.push(byte) });
    cpm.load({ name: 'T.COM', bytes: Uint8Array.from([...bdos(10, BUFFER), RET]) }, '');
    cpm.cpu.memory[BUFFER] = 9;
    op.type('a\x10b\x10c\r');
    cpm.run(SECOND);
    expect([Buffer.from(printed).toString(), op.screen]).toEqual(['b', 'abc\r']);
  });
});

describe('the BIOS jump table', () => {
  /** LD HL,(1) / LD L,offset / LD C,c / CALL to JP (HL) */
  const bios = (index: number, c = 0): number[] => [0x2a, 1, 0, 0x2e, 3 * index, 0x0e, c, 0xcd, 0x80, 0x01];

  it('has status, input and output of the console', () => {
    const store = (at: number): number[] => [0x32, at & 255, at >> 8];
    const { cpm, op } = start(
      [
        ...bios(2),
        ...store(0x400),
        ...bios(3),
        ...store(0x401),
        ...bios(2),
        ...store(0x402),
        ...bios(4, 0x21),
        ...bios(1),
      ],
      ({ cpu }) => (cpu.memory[0x180] = 0xe9),
    );
    op.type('z');
    expect(cpm.run(SECOND).why).toBe('ended');
    expect([...cpm.cpu.memory.subarray(0x400, 0x403)]).toEqual([0xff, 0x7a, 0]);
    expect(op.screen).toBe('!');
  });
});

describe('page zero', () => {
  it('has the jumps, the tail in capitals with its space, and two file names', () => {
    const { cpm } = start([RET], () => {}, 'b:readme.tx? *.c more');
    const { memory } = cpm.cpu;
    expect([...memory.subarray(5, 8)]).toEqual([0xc3, 0x06, 0xe4]);
    expect([...memory.subarray(0, 3)]).toEqual([0xc3, 0x03, 0xf2]);
    expect(memory[0x80]).toBe(22);
    const text = (from: number, to: number): string => Buffer.from(memory.subarray(from, to)).toString('latin1');
    expect(text(0x81, 0x81 + 22)).toBe(' B:README.TX? *.C MORE');
    expect(text(0x5c, 0x68)).toBe('\x02README  TX?');
    expect(text(0x6c, 0x78)).toBe('\x00????????C  ');
  });

  it('has blank names without a tail', () => {
    const { memory } = start([RET]).cpm.cpu;
    expect(memory[0x80]).toBe(0);
    expect([...memory.subarray(0x5c, 0x68)]).toEqual([0, ...Array<number>(11).fill(0x20)]);
  });
});

describe('the end of a program', () => {
  it.each([
    ['RET', [RET]],
    ['JP 0', [0xc3, 0, 0]],
    ['call 0', bdos(0)],
  ])('by %s is a warm boot', (_title, program) => {
    expect(start(program).cpm.run(SECOND)).toEqual({ why: 'ended', code: 0, lost: [] });
  });

  it('carries the code given to call 108', () => {
    expect(start([...bdos(108, 0xff01), RET]).cpm.run(SECOND)).toMatchObject({ why: 'ended', code: 0xff01 });
  });

  it('by running into memory that was never written is a crash with its address', () => {
    expect(start([0xc3, 0x00, 0x40]).cpm.run(SECOND)).toMatchObject({ why: 'crashed', at: 0x4000 });
    expect(start([0x00]).cpm.run(SECOND)).toMatchObject({ why: 'crashed', at: 0x101 });
  });

  it('says that a stack has grown into the code', () => {
    // 0100 LD SP,0120h; 0103 LD HL,7676h; 0106 PUSH HL; 0107 JR 0106h: the pushes come down to the JR's operand,
    // which then leads to 017Fh.
    const stop = start([0x31, 0x20, 0x01, 0x21, 0x76, 0x76, 0xe5, 0x18, 0xfd]).cpm.run(SECOND);
    expect(stop).toMatchObject({ why: 'crashed', at: 0x17f });
    expect((stop as { message: string }).message).toContain(
      '; the code at 0106h is no longer what was loaded, and the stack is at 0108h',
    );
  });

  it('by HALT is a crash, as nothing interrupts', () => {
    expect(start([0xf3, 0x76]).cpm.run(SECOND)).toMatchObject({ why: 'crashed', at: 0x101 });
  });

  it('is not reached by only asking for keys: that is idle', () => {
    const { cpm } = start([...bdos(11), 0x18, 0xf6]);
    expect(cpm.run(100 * SECOND)).toEqual({ why: 'idle' });
    expect(cpm.cpu.tStates).toBeLessThan(SECOND);
  });
});

describe('a program that does not fit', () => {
  const cpm = createCpm({ console: new ScriptConsole() });
  it('is refused with its name and the room there is', () => {
    expect(() => cpm.load({ name: 'BIG.COM', bytes: new Uint8Array(0xe400 - 0x800 - 0x100 + 1) }, '')).toThrow(
      'the program has 56065 bytes, the TPA takes 56064',
    );
    expect(() => cpm.load({ name: 'NIL.COM', bytes: new Uint8Array(0) }, '')).toThrow('the program is empty');
  });
  it('fits to the byte', () => {
    cpm.load({ name: 'FULL.COM', bytes: new Uint8Array(0xe400 - 0x800 - 0x100) }, '');
  });
});
