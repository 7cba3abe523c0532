/** The prompt and its commands, as typed. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createCpm, type Cpm } from '../../../src/emu/cpm/machine.js';
import { MemoryFolder } from '../../fakes/memory-folder.js';
import { ScriptConsole } from '../../fakes/script-console.js';

/** Prints its command tail: LD HL,81 / loop: LD A,(HL) / OR A / RET Z / LD E,A / LD C,2 / PUSH HL / CALL 5 / POP HL / INC HL / JR loop */
const ECHO = Uint8Array.from([
  0x21, 0x81, 0, 0x7e, 0xb7, 0xc8, 0x5f, 0x0e, 2, 0xe5, 0xcd, 5, 0, 0xe1, 0x23, 0x18, 0xf2,
]);

let a: MemoryFolder;
let b: MemoryFolder;
let op: ScriptConsole;
let cpm: Cpm;

beforeEach(() => {
  a = new MemoryFolder();
  b = new MemoryFolder();
  op = new ScriptConsole();
  cpm = createCpm({ console: op, drives: [a, b] });
  cpm.boot();
});

/** What the screen shows between this line's echo and the next prompt. */
function command(line: string): string {
  cpm.run(cpm.cpu.tStates + 1e6);
  op.shown.length = 0;
  op.type(`${line}\r`);
  expect(cpm.run(cpm.cpu.tStates + 1e6).why).toBe('key');
  const match = /^[^\r]*\r([^]*?)(?:\r\n)?([A-P]>)$/.exec(op.screen);
  return match ? match[1]! : `no prompt in ${JSON.stringify(op.screen)}`;
}

describe('the CCP', () => {
  it('starts with a prompt and ends with EXIT', () => {
    expect(cpm.run(1e6).why).toBe('key');
    expect(op.screen).toBe('\r\nA>');
    op.type('exit\r');
    expect(cpm.run(1e6)).toEqual({ why: 'ended', code: 0, lost: [] });
  });

  it('runs a program with its tail and comes back', () => {
    a.put('echo.com', ECHO);
    expect(command('echo hello  there')).toBe('\r\n HELLO  THERE');
    expect(command('echo')).toBe('\r\n');
  });

  it('DIR lists four a line, patterns too', () => {
    for (const name of ['a.com', 'b.com', 'c.com', 'd.com', 'longname.txt']) a.put(name, 'x');
    expect(command('dir')).toBe('\r\nA: A        COM : B        COM : C        COM : D        COM\r\nA: LONGNAME TXT');
    expect(command('dir *.txt')).toBe('\r\nA: LONGNAME TXT');
    expect(command('dir x*.*')).toBe('\r\nNO FILE');
    expect(command('dir b:')).toBe('\r\nNO FILE');
  });

  it('ERA, REN, TYPE, SAVE', () => {
    a.put('old.txt', 'line one\r\n\x1ajunk');
    expect(command('ren new.txt=old.txt')).toBe('');
    expect([...a.files.keys()]).toEqual(['NEW.TXT']);
    expect(command('type new.txt')).toBe('\r\nline one\r\n');
    expect(command('ren x.txt=none.txt')).toBe('\r\nNO FILE');
    a.put('x.txt', '');
    expect(command('ren x.txt=new.txt')).toBe('\r\nFILE EXISTS');
    expect(command('era new.txt')).toBe('');
    expect(command('era new.txt')).toBe('\r\nNO FILE');
    expect(command('save 2 mem.bin')).toBe('');
    expect(a.files.get('MEM.BIN')!.length).toBe(512);
  });

  it('ERA *.* asks first', () => {
    a.put('a.txt', 'x');
    cpm.run(1e6);
    op.type('era *.*\rn\r');
    cpm.run(1e7);
    expect(op.screen).toContain('ALL (Y/N)?');
    expect(a.files.size).toBe(1);
    op.type('era *.*\ry\r');
    cpm.run(1e7);
    expect(a.files.size).toBe(0);
  });

  it('changes drives and users', () => {
    b.put('onb.com', ECHO);
    expect(command('b:')).toBe('');
    expect(op.screen).toMatch(/B>$/);
    expect(command('onb x')).toBe('\r\n X');
    expect(command('a:')).toBe('');
    expect(command('b:onb y')).toBe('\r\n Y');
    expect(command('d:')).toBe('\r\nBdos Err On D: Select');
    expect(command('user 3')).toBe('');
    expect(command('b:onb y')).toBe('\r\nB:ONB?');
    expect(command('user 16')).toBe('\r\n16?');
  });

  it('answers what it does not know with a question mark', () => {
    expect(command('frob it')).toBe('\r\nFROB?');
  });

  it('refuses a program that would reach into the CCP', () => {
    a.put('huge.com', new Uint8Array(60_000));
    expect(command('huge')).toBe('\r\nBAD LOAD');
  });

  it('takes the lines that SUBMIT left, last record first', () => {
    const record = (line: string): Uint8Array => {
      const bytes = new Uint8Array(128);
      bytes[0] = line.length;
      bytes.set(Buffer.from(line), 1);
      return bytes;
    };
    a.put('echo.com', ECHO).put('$$$.SUB', Buffer.concat([record('echo two'), record('echo one')]));
    cpm.run(1e6);
    expect(op.screen).toBe('\r\nA>echo one\r\n ONE\r\nA>echo two\r\n TWO\r\nA>');
    expect(a.files.has('$$$.SUB')).toBe(false);
  });
});
