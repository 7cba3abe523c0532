/** The Small Computer Monitor's dialogue, and the traps of its loader. */
import { describe, expect, it } from 'vitest';
import { as, terminal, type Terminal } from './harness.js';

const DATA = Uint8Array.from({ length: 256 }, (_, i) => (i * 31 + 7) & 0xff);

function record(address: number, type: number, data: Uint8Array): string {
  const bytes = [data.length, address >> 8, address & 0xff, type, ...data];
  const sum = -bytes.reduce((total, byte) => total + byte, 0) & 0xff;
  return `:${Buffer.from([...bytes, sum])
    .toString('hex')
    .toUpperCase()}`;
}

function hexFile(address: number, data: Uint8Array, width = 16, end = '\r\n'): string[] {
  const lines = [];
  for (let at = 0; at < data.length; at += width)
    lines.push(record(address + at, 0, data.subarray(at, at + width)) + end);
  return lines;
}

const END = ':00000001FF';

function idle(uart: 'acia' | 'sio' = 'acia'): Terminal {
  const t = terminal(as('scm', { uart }));
  t.until('\r\n*');
  t.wait(0.1);
  return t;
}

/** As people type, and drivers should: 3 ms a character. */
function slowly(t: Terminal, text: string): void {
  for (const character of text) {
    t.type(character);
    t.wait(0.003);
  }
}

function answer(t: Terminal, line: string): string {
  slowly(t, `${line}\r`);
  return t.until('\r\n*');
}

describe.each(['acia', 'sio'] as const)('at the prompt (%s)', (uart) => {
  it('answers commands', () => {
    const t = idle(uart);
    expect(answer(t, '')).toBe('\r\n*');
    expect(answer(t, 'foo')).toBe('foo\r\nBad command\r\n*');
    expect(answer(t, 'M xyz')).toBe('M xyz\r\nBad parameter\r\n*');
    expect(answer(t, 'cpm')).toBe('cpm\r\nCompact flash not present\r\n*');
    expect(answer(t, 'HELP')).toContain('Small Computer Monitor');
    expect(answer(t, 'DEVICES')).toBe(`DEVICES\r\n1 = ${uart === 'acia' ? '68B50' : 'SIO/2 channel A'} at 80h\r\n*`);
    expect(answer(t, 'HELPX')).toContain('Bad command');
    slowly(t, 'fou\bo\r');
    expect(t.until('*')).toBe('fou\b \bo\r\nBad command\r\n*');
    t.send(0x1b);
    expect(t.until('*')).toBe('\r\n*');
  });

  it('dumps 128 bytes; CR shows the next, ESC leaves, another key begins a line', () => {
    const t = idle(uart);
    t.board.memory.set(DATA, 0x9000);
    slowly(t, 'M 9000\r');
    t.wait(1);
    const lines = t.said().split('\r\n');
    expect(lines).toHaveLength(10);
    expect(lines[1]).toBe('9000:  07 26 45 64 83 A2 C1 E0  FF 1E 3D 5C 7B 9A B9 D8  .&Ed......=\\{...');
    expect(lines[8]!.slice(0, 8)).toBe('9070:  9');
    t.type('\r');
    t.wait(1);
    expect(t.said().slice(0, 8)).toBe('9080:  8');
    t.send(0x1b);
    expect(t.until('*')).toBe('*');
    slowly(t, 'M 9000\r');
    t.wait(1);
    t.said();
    expect(answer(t, 'FOO')).toBe('*FOO\r\nBad command\r\n*');
  });

  it.each([
    ['HELP', 'Bad command'],
    ['G 8', 'Bad parameter'],
  ])('ESC ends %s, which is not run', (text, said) => {
    const t = idle(uart);
    slowly(t, `${text}\x1b`);
    expect(t.until('*')).toBe(`${text}\r\n${said}\r\n*`);
  });

  it('loses some of what is typed faster than its echo', () => {
    const t = idle(uart);
    t.type('ABCDEFGHIJKLMNOPQ');
    t.wait(0.1);
    const lost = 17 - t.said().length;
    expect(lost).toBeGreaterThanOrEqual(1);
    expect(lost).toBeLessThanOrEqual(2);
  });
});

describe.each(['acia', 'sio'] as const)('Intel HEX (%s)', (uart) => {
  it('comes in at the full speed of the line, and runs', () => {
    const t = idle(uart);
    const data = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
    t.type(hexFile(0x8000, data, 32).join('') + END);
    const start = t.board.tStates;
    expect(t.until('*', 3)).toBe('Ready\r\n\r\n*');
    expect((t.board.tStates - start) / t.board.clockHz).toBeLessThan(1);
    expect(t.board.memory.subarray(0x8000, 0x9000)).toEqual(data);
    expect(t.board.rts).toBe(true);
  });
});

describe('Intel HEX', () => {
  it('is not answered before the end record; CR after that is an empty command', () => {
    const t = idle();
    t.type(hexFile(0x8000, DATA).join(''));
    t.wait(1);
    expect(t.said()).toBe('');
    t.type(`${record(0, 4, new Uint8Array(2))}\r${END}\r`);
    t.wait(0.1);
    // The CR comes while "Ready" is printed; whether it is seen depends on the UART's one character.
    expect(t.said()).toMatch(/^Ready\r\n\r\n\*(\r\n\*)?$/);
  });

  it.each(['\r', '\n', '\r\n', ''])('takes records that end in %j, and lower case', (end) => {
    const t = idle();
    t.type((hexFile(0x8100, DATA, 16, end).join('') + END).toLowerCase());
    expect(t.until('*')).toBe('Ready\r\n\r\n*');
    expect(t.board.memory.subarray(0x8100, 0x8200)).toEqual(DATA);
  });

  it('says that a sum was wrong at the end only, and keeps the good records', () => {
    const t = idle();
    const lines = hexFile(0x8000, DATA);
    lines[3] = lines[3]!.replace(/(.)\r\n$/, (_, digit) => `${digit === '0' ? '1' : '0'}\r\n`);
    t.type(lines.join('') + END);
    expect(t.until('*')).toBe('File error\r\n\r\n*');
    expect(t.board.memory.subarray(0x8040, 0x8100)).toEqual(DATA.subarray(0x40));
  });

  it('into ROM is Ready, too, and changes nothing', () => {
    const t = idle();
    const before = t.board.memory.slice(0x100, 0x200);
    t.type(hexFile(0x100, DATA).join('') + END);
    expect(t.until('*')).toBe('Ready\r\n\r\n*');
    expect(t.board.memory.slice(0x100, 0x200)).toEqual(before);
  });

  it('needs a prompt that is idle', () => {
    const t = idle();
    t.type(`${hexFile(0x8000, DATA).join('')}${END}`);
    t.until('Ready');
    t.type(`${hexFile(0x9000, DATA).join('')}${END}\r`);
    t.wait(1);
    expect(t.said()).toMatch(/File error|Bad command/);
    expect(t.board.memory.subarray(0x9000, 0x9100)).not.toEqual(DATA);
  });

  it('after an LF is no longer the first of its line', () => {
    const t = idle();
    t.type(END);
    t.until('*');
    t.wait(0.1);
    t.type('\n');
    t.wait(0.1);
    slowly(t, `${END}\r`);
    expect(t.until('*')).toBe(`\n${END}\r\nBad command\r\n*`);
  });

  it('is left by ESC between records, silently', () => {
    const t = idle();
    t.type(hexFile(0x8000, DATA).join(''));
    t.wait(0.5);
    t.send(0x1b);
    t.wait(0.5);
    expect(t.said()).toBe('');
    expect(answer(t, '')).toBe('\r\n*');
  });

  it.each([
    ['between records', hexFile(0x8000, DATA).join('')],
    ['in a record that lost a digit', hexFile(0x8000, DATA).join('').slice(0, -3)],
    ['at the start of a long record', ':FF'],
  ])('is freed %s by zeros and ESC', (_, file) => {
    const t = idle();
    t.type(file);
    t.wait(1);
    if (!file.endsWith('\n')) {
      // Here ESC and CR count as digits.
      t.send(0x1b);
      t.wait(1);
      expect(t.said()).toBe('');
    }
    t.type('0'.repeat(560));
    t.wait(0.2);
    t.send(0x1b);
    expect(t.until('*')).toBe('\r\nBad command\r\n*');
  });
});

describe('G', () => {
  it('runs a program, which prints by RST 08h; RET comes back', () => {
    const t = idle();
    // LD A,'!'; RST 08h; RST 10h; RST 08h; RET
    t.type(record(0x8000, 0, Uint8Array.of(0x3e, 0x21, 0xcf, 0xd7, 0xcf, 0xc9)) + END);
    t.until('*');
    slowly(t, 'G 8000\r');
    expect(t.until('!')).toBe('G 8000\r\n!');
    t.type('k');
    expect(t.until('*')).toBe('k*');
    slowly(t, 'g8000\r');
    expect(t.until('!')).toBe('g8000\r\n!');
  });

  it('gives it the API of RST 30h, its stack, and noise in memory', () => {
    const t = idle();
    expect([...t.board.memory.subarray(0x9000, 0x9004)]).toEqual([159, 97, 66, 224]);
    const code = [
      // LD (9000h),SP; wait until function 3 is NZ; 1 reads the key, 2 prints it; 7 a new line; 6 the text; RET
      [0xed, 0x73, 0x00, 0x90],
      [0x0e, 3, 0xf7, 0x28, 0xfb],
      [0x0e, 1, 0xf7, 0x0e, 2, 0xf7],
      [0x0e, 7, 0xf7],
      [0x11, 0x18, 0x80, 0x0e, 6, 0xf7, 0xc9],
    ].flat();
    const text = [...Buffer.from('hi\0')];
    const at = 0x8000 + code.length;
    code[code.indexOf(0x11) + 1] = at & 0xff;
    t.type(record(0x8000, 0, Uint8Array.from([...code, ...text])) + END);
    t.until('*');
    slowly(t, 'G 8000\r');
    t.wait(0.1);
    expect(t.said()).toBe('G 8000\r\n');
    t.type('k');
    expect(t.until('*')).toBe('k\r\nhi*');
    expect([...t.board.memory.subarray(0x9000, 0x9002)]).toEqual([0xbe, 0xfc]);
  });
});
