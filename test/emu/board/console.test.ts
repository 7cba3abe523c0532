import { describe, expect, it } from 'vitest';
import { booted, command, program, terminal } from './harness.js';

const file = (name: string, source: string) => ({ name, bytes: program(source) });

const HELLO = file(
  'HELLO.COM',
  `       ld c,9
        ld de,text
        call 5
        ret
text:   db "Hello, board$"`,
);

describe.each(['acia', 'sio'] as const)('a board with %s', (uart) => {
  it('boots to the prompt and says what it is', () => {
    const t = terminal({ uart });
    const boot = t.until('\r\nA>', 1);
    expect(boot).toContain('64 KB RAM');
    expect(boot).toContain(uart === 'acia' ? '68B50' : 'SIO/2');
    t.wait(1);
    expect(t.said()).toBe('');
  });

  it('echoes, runs commands and refuses unknown ones as CP/M does', () => {
    const t = booted({ uart });
    expect(command(t, 'foo')).toBe('foo\r\r\nFOO?\r\n');
    expect(command(t, '')).toBe('\r');
    expect(command(t, 'ERA X.COM')).toBe('ERA X.COM\r\r\nNO FILE');
  });

  it('runs a program with its command tail', () => {
    const t = booted({ uart, files: [HELLO] });
    expect(command(t, 'HELLO')).toBe('HELLO\r\r\nHello, board');
  });

  it('takes a whole line at full speed', () => {
    const t = booted({ uart });
    const line = 'A234567890B234567890C234567890D234567890E234567890';
    expect(command(t, line)).toBe(`${line}\r\r\n${line}?\r\n`);
  });
});

describe('the command line', () => {
  it('has the edit keys of CP/M', () => {
    const t = booted();
    t.type('abc\b\bd');
    t.wait(0.1);
    expect(t.said()).toBe('abc\b \b\b \bd');
    t.type('\x7f');
    t.wait(0.1);
    expect(t.said()).toBe('d');
    t.type('\x15');
    t.wait(0.1);
    expect(t.said()).toBe('#\r\n  ');
    t.type('xy\x01\x18');
    t.wait(0.1);
    expect(t.said()).toBe('xy^A\b \b\b \b\b \b\b \b');
    t.type('foo\x12');
    t.wait(0.1);
    expect(t.said()).toBe('foo#\r\n  foo');
    t.type('\r');
    expect(t.until('A>')).toBe('\r\r\nFOO?\r\n\r\nA>');
  });

  it('takes ^C at the start of a line as a reboot, and within one as text', () => {
    const t = booted();
    t.type('\x03');
    expect(t.until('A>')).toBe('^C\r\nA>');
    expect(command(t, 'x\x03')).toBe('x^C\r\r\nX\x03?\r\n');
  });

  it('takes LF for CR, so that CR LF is one command and an empty one', () => {
    const t = booted();
    t.type('foo\r\n');
    expect(t.until('A>\r\r\nA>')).toBe('foo\r\r\nFOO?\r\n\r\nA>\r\r\nA>');
  });

  it('stops output at ^S until a key, and ends the program at ^C then', () => {
    const loop = file(
      'LOOP.COM',
      `next:   ld e,'x'
        ld c,2
        call 5
        jr next`,
    );
    const t = booted({ files: [loop] });
    t.type('LOOP\r');
    t.until('xxxxx');
    t.type('\x13');
    t.wait(0.1);
    t.said();
    t.wait(1);
    expect(t.said()).toBe('');
    t.type('y');
    expect(t.next(1)).toMatch(/^x/);
    t.type('\x13');
    t.wait(0.1);
    t.said();
    t.type('\x03');
    expect(t.until('A>')).toBe('\r\nA>');
  });

  it('changes drives, lists, renames, erases and saves', () => {
    const t = booted({ files: [HELLO] });
    expect(command(t, 'DIR')).toBe('DIR\r\r\nA: HELLO    COM');
    expect(command(t, 'REN BYE.COM=HELLO.COM')).toBe('REN BYE.COM=HELLO.COM\r');
    expect(command(t, 'BYE')).toBe('BYE\r\r\nHello, board');
    expect(command(t, 'SAVE 2 MEM.BIN')).toBe('SAVE 2 MEM.BIN\r');
    expect(command(t, 'DIR')).toBe('DIR\r\r\nA: BYE      COM : MEM      BIN');
    expect(command(t, 'REN MEM.BIN=BYE.COM')).toContain('FILE EXISTS');
    expect(t.board.files().map((f) => [f.name, f.bytes.length])).toEqual([
      ['BYE.COM', 128],
      ['MEM.BIN', 512],
    ]);
    t.type('ERA *.*\r');
    t.until('ALL (Y/N)?');
    expect(command(t, 'Y')).toBe('Y\r');
    expect(command(t, 'DIR')).toBe('DIR\r\r\nNO FILE');
    t.type('B:\r');
    expect(t.until('B>')).toBe('B:\r\r\nB>');
    t.type('DIR\r');
    expect(t.until('B>')).toBe('DIR\r\r\nB: XM       COM : STAT     COM\r\nB>');
    t.type('C:\r');
    t.until('Bdos Err On C: Select');
    t.type(' ');
    expect(t.until('>')).toMatch(/\r\n[AB]>$/);
  });

  it('types a text file', () => {
    const text = 'one\ttwo\r\nthree\r\n';
    const t = booted({ files: [{ name: 'T.TXT', bytes: new TextEncoder().encode(text + '\x1ajunk') }] });
    expect(command(t, 'TYPE T.TXT')).toBe('TYPE T.TXT\r\r\none     two\r\nthree\r\n');
    expect(command(t, 'TYPE U.TXT')).toContain('NO FILE');
  });
});

describe('memory', () => {
  it('tells the truth about the TPA, and takes a program of 56 KB', () => {
    const t = booted();
    const top = t.board.memory[6]! | (t.board.memory[7]! << 8);
    expect(top).toBe(0xe006);
    // The largest that fits: its last byte is the last below the system.
    const big = new Uint8Array(0xe000 - 0x100);
    big.set(program('ld a,(0DFFFh)\n ld e,a\n ld c,2\n jp 5'));
    big[big.length - 1] = 0x21;
    const u = booted({
      files: [
        { name: 'BIG.COM', bytes: big },
        { name: 'HUGE.COM', bytes: new Uint8Array(0xe000) },
      ],
    });
    expect(command(u, 'BIG')).toBe('BIG\r\r\n!');
    expect(command(u, 'HUGE')).toBe('HUGE\r\r\nBAD LOAD');
  });
});
