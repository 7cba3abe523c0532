/** From power-on to the first CP/M prompt, as the boards that people have do it. */
import { describe, expect, it } from 'vitest';
import { as, command, terminal } from './harness.js';

const MENU = '\r\nBoot: (C)PM, (Z)System, (M)onitor,\r\n      (L)ist disks, or Disk Unit # ===> ';
const LOADER = '\r\nBoot [H=Help]: ';
const seconds = (t: ReturnType<typeof terminal>) => t.board.tStates / t.board.clockHz;

describe.each(['acia', 'sio'] as const)('RomWBW 2.9 (%s)', (uart) => {
  it('has a menu that wants a key, then B>', () => {
    const t = terminal(as('romwbw2', { uart }));
    expect(t.until('===> ')).toBe(`\r\nz80lm virtual board, boot loader\r\n${MENU}`);
    expect(seconds(t)).toBeGreaterThan(0.4);
    expect(seconds(t)).toBeLessThan(0.6);
    t.type('\r');
    expect(t.until('===> ')).toBe(`\r\nINVALID SELECTION\r\n${MENU}`);
    t.wait(30);
    expect(t.said()).toBe('');
    t.type('C');
    expect(t.until('ROM\r\n')).toBe('\r\nBOOT CPM FROM ROM\r\n');
    t.wait(1.3);
    expect(t.said()).toBe('');
    expect(t.until('>', 1)).toMatch(/K TPA\r\n\r\nB>$/);
  });
});

it('RomWBW 2.9 loses what is typed before the line is open', () => {
  const t = terminal(as('romwbw2'));
  t.type('CCC');
  t.until('===> ');
  t.wait(5);
  expect(t.said()).toBe('');
});

describe('RomWBW 3.7', () => {
  it('has a loader that wants a line, then B>', () => {
    const t = terminal(as('romwbw'));
    expect(t.until(': ')).toBe(`\r\nz80lm virtual board, boot loader\r\n${LOADER}`);
    expect(seconds(t)).toBeGreaterThan(1.1);
    t.type('\r');
    expect(t.until(': ')).toBe(LOADER);
    t.type('X');
    expect(t.until('X')).toBe('X');
    t.wait(10);
    t.type('\r');
    expect(t.until(': ')).toBe(`\r\nUnknown command\r\n${LOADER}`);
    t.type('h\r');
    expect(t.until(LOADER)).toContain('C - CP/M 2.2');
    t.type('X\bc\r');
    expect(t.until('...\r\n')).toBe('X\b \bc\r\n\r\nLoading CP/M 2.2...\r\n');
    t.wait(0.9);
    expect(t.said()).toBe('');
    expect(t.until('>', 1)).toMatch(/K TPA\r\n\r\nB>$/);
  });

  it('has A: empty with 248k, XM on B:, and no C:', () => {
    const t = terminal(as('romwbw'));
    t.until(LOADER);
    t.type('C\r');
    t.until('B>');
    t.type('C:\r');
    expect(t.until('Select')).toBe('C:\r\r\nBdos Err On C: Select');
    t.type('\r');
    expect(t.until('>')).toBe('\r\nB>');
    t.type('DIR A:\r');
    expect(t.until('B>')).toContain('NO FILE');
    t.type('A:\r');
    t.until('A>');
    expect(command(t, 'B:STAT')).toContain('A: R/W, Space: 248k');
  });
});

describe.each(['acia', 'sio'] as const)('CP/M on a card (%s)', (uart) => {
  it('wants SPACE, then X and Y in its monitor', () => {
    const t = terminal(as('cpm', { uart }));
    const press = 'Press [SPACE] to activate console\r\n';
    expect(t.until(press)).toBe(press);
    t.wait(0.1);
    expect(t.said()).toBe(uart === 'acia' ? press : '');
    t.type('\r?X');
    t.wait(1);
    expect(t.said()).toBe('');
    t.type(' ');
    expect(t.until('>')).toBe('\f\r\nz80lm virtual board, boot ROM\r\nType ? for options\r\n\r\n>');
    t.type('\r');
    t.wait(1);
    expect(t.said()).toBe('');
    t.type('x');
    expect(t.until('?')).toBe('\r\nBoot CP/M?');
    t.type('n');
    expect(t.until('>')).toBe('\r\n>');
    t.type('XY');
    const boot = t.until('A>');
    expect(boot.startsWith('\r\nBoot CP/M?\r\nLoading CP/M...\r\n\f')).toBe(true);
    expect(boot.endsWith('\r\n\r\nCP/M 2.2 workalike, 55.7K TPA\r\n\r\nA>')).toBe(true);
  });
});

describe('the boot ROM', () => {
  const monitor = () => {
    const t = terminal(as('cpm'));
    t.wait(0.4);
    t.said();
    t.type(' ');
    t.until('\r\n>');
    return t;
  };
  const RECORD = ':048000003E01C9FF75';

  it('loads Intel HEX, a dot for each byte, and runs it', () => {
    const t = monitor();
    t.type(`${RECORD}\r\n`);
    expect(t.until('>')).toBe('....\r\n>');
    expect([...t.board.memory.subarray(0x8000, 0x8004)]).toEqual([0x3e, 0x01, 0xc9, 0xff]);
    t.type(`${RECORD.slice(0, -1)}6\r\n`);
    expect(t.until('>')).toBe('....Checksum error\r\n\r\n>');
    t.type(':00000001ff\r\n');
    expect(t.until('>')).toBe('Load complete.\r\n\r\n>');
    t.type('G8000');
    expect(t.until('>')).toBe('\r\n>');
    t.type('R');
    expect(t.until('SPACE')).toBe('Press [SPACE');
  });
});

describe('CP/M without a receiver', () => {
  it('comes to A> with PIP and LOAD, and nothing on other drives', () => {
    const t = terminal(as('bare'));
    t.until('A>');
    expect(command(t, 'DIR')).toBe('DIR\r\r\nA: PIP      COM : LOAD     COM : STAT     COM : DUMP     COM');
    expect(command(t, 'XM R F.COM')).toContain('XM?');
    t.type('B:\r');
    t.until('Bdos Err On B: Select');
  });
});
