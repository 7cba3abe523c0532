/** DOWNLOAD as on CP/M for CompactFlash cards, with its traps; PIP, LOAD and DUMP. */
import { describe, expect, it } from 'vitest';
import { as, command, terminal, type Terminal } from './harness.js';

const DATA = Uint8Array.from({ length: 1024 }, (_, i) => (i * 37 + (i >> 7)) & 0xff);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();
const ending = (bytes: Uint8Array) =>
  `>${hex(
    Uint8Array.of(
      bytes.length,
      bytes.reduce((sum, byte) => sum + byte, 0),
    ),
  )}\r`;

function prompt(options: Parameters<typeof as>[1] = {}): Terminal {
  const t = terminal(as('cpm', options));
  t.wait(0.4);
  t.type(' XY');
  t.until('A>');
  return t;
}

/** A record's digits, then wait for its dot. */
function dotByDot(t: Terminal, data: Uint8Array, pauseMs = 0): void {
  for (let at = 0; at < data.length; at += 128) {
    for (const digit of hex(data.subarray(at, at + 128))) {
      t.type(digit);
      if (pauseMs > 0) t.wait(pauseMs / 1000);
    }
    t.until('.', 2);
  }
}

function started(t: Terminal, name = 'F.COM'): Terminal {
  t.type(`A:DOWNLOAD ${name}\r`);
  t.until('\n');
  t.wait(0.1);
  t.type('U0\r\n:');
  return t;
}

const stored = (t: Terminal, name = 'F.COM') => t.board.files().find((file) => file.name === name)?.bytes;

describe('DOWNLOAD', () => {
  it('is alone on A:', () => {
    const t = prompt();
    expect(command(t, 'DIR')).toBe('DIR\r\r\nA: DOWNLOAD COM');
    expect(command(t, 'DIR C:')).toBe('DIR C:\r\r\nC: STAT     COM : PIP      COM : LOAD     COM : DUMP     COM');
  });

  it('takes a file a record at a time, in 0.19 ms a character', () => {
    const t = started(prompt());
    const start = t.board.tStates;
    dotByDot(t, DATA);
    const each = (t.board.tStates - start) / t.board.clockHz / (2 * DATA.length);
    expect(each).toBeGreaterThan(0.000185);
    expect(each).toBeLessThan(0.000205);
    t.type(ending(DATA));
    expect(t.until('A>')).toBe('\r\nOK\r\nA>');
    expect(stored(t)).toEqual(DATA);
  });

  it('takes everything in one paste, the command line included', () => {
    const t = prompt();
    t.type(`A:DOWNLOAD F.COM\r\nU0\r\n:${hex(DATA)}${ending(DATA)}`);
    expect(t.until('OK')).toBe('A:DOWNLOAD F.COM\r\r\n........\r\nOK');
    expect(stored(t)).toEqual(DATA);
  });

  it('loses a character that waits while it prints a dot', () => {
    const t = started(prompt());
    t.type(hex(DATA) + ending(DATA));
    t.wait(5);
    // Half bytes to the end: it waits for a last digit, and for what frees it.
    expect(t.said()).toBe('........');
    t.type('0:>>00000\r');
    expect(t.until('A>')).toMatch(/^\.?\r\n======(Checksum|File Length) Error======\r\nA>$/);
    expect(stored(t)).not.toEqual(DATA);
  });

  it('puts a line end after 64 dots', () => {
    const t = started(prompt());
    const data = new Uint8Array(66 * 128);
    let all = '';
    for (let at = 0; at < data.length; at += 128) {
      t.type(hex(data.subarray(at, at + 128)));
      t.wait(0.08);
      all += t.said();
    }
    expect(all).toBe(`${'.'.repeat(64)}\r\n..`);
  });

  it.each([
    [
      'a wrong sum',
      (data: Uint8Array) => ending(data).replace(/.\r$/, (d) => (d === '0\r' ? '1\r' : '0\r')),
      'Checksum',
    ],
    ['a wrong length', (data: Uint8Array) => ending(data).replace('>0', '>1'), 'File Length'],
  ])('reports %s, and the file stays', (_, end, what) => {
    const t = started(prompt());
    dotByDot(t, DATA);
    t.type(end(DATA));
    expect(t.until('A>')).toBe(`\r\n======${what} Error======\r\nA>`);
    expect(stored(t)).toEqual(DATA);
  });

  it('replaces a file unasked, and does not check digits', () => {
    const t = started(prompt({ files: [{ name: 'F.COM', bytes: new Uint8Array(4096) }] }));
    const data = new Uint8Array(128).fill(0x0a, 0, 1);
    t.type(hex(data).toLowerCase());
    t.until('.');
    t.type(ending(data));
    expect(t.until('A>')).toContain('Checksum Error');
    expect(stored(t)).toHaveLength(128);
    expect(stored(t)).not.toEqual(data);
  });

  it('writes a part of a record after the end mark, and its dot eats a digit', () => {
    const t = started(prompt());
    t.type(hex(DATA.subarray(0, 100)) + ending(DATA.subarray(0, 100)).slice(0, -1));
    t.wait(2);
    expect(t.said()).toBe('.');
    t.type('0');
    expect(t.until('A>')).toContain('Error');
    expect(stored(t)).toHaveLength(128);
  });

  it.each(['', 'U', 'U0\r\n', 'U0\r\n:', 'U0\r\n:1', 'U0\r\n:12>', 'U0\r\n:12>0', 'U0\r\n:12>01', 'U0\r\n:12>010'])(
    'heeds no ^C and waits for ever after %j; freed by 0:>>00000',
    (text) => {
      const t = prompt();
      t.type('A:DOWNLOAD F.COM\r');
      t.until('\n');
      t.wait(0.1);
      t.type(text);
      t.wait(1);
      t.said();
      t.type(text.endsWith('\n') ? '\x03' : '');
      t.wait(20);
      expect(t.said()).toBe('');
      t.type('0:>>00000\r');
      t.until('Error======\r\nA>');
      t.type('\x15\x03');
      t.wait(0.5);
      expect(t.said()).toMatch(/\r\nA>$/);
    },
  );

  it.each([
    [0.3, 'OK'],
    [0.15, 'Error'],
  ])('without flow control and %f ms a character: %s', (pauseMs, end) => {
    const t = started(prompt({ flowControl: false }));
    for (let at = 0; at < DATA.length; at += 128) {
      for (const digit of hex(DATA.subarray(at, at + 128))) {
        t.type(digit);
        t.wait(pauseMs / 1000);
      }
      t.wait(0.1);
    }
    t.type(ending(DATA));
    t.wait(0.5);
    t.type('0:>>00000\r');
    expect(t.until('A>')).toContain(end);
  });

  it('stalls while a slow card writes', () => {
    const t = started(prompt({ diskWriteMs: 100 }));
    const start = t.board.tStates;
    t.type(hex(DATA.subarray(0, 128)));
    t.until('.');
    expect((t.board.tStates - start) / t.board.clockHz).toBeGreaterThan(0.1);
  });
});

describe('PIP, LOAD and DUMP', () => {
  const records = (data: Uint8Array) => {
    const lines = [];
    for (let at = 0; at < data.length; at += 32) {
      const bytes = [32, (0x100 + at) >> 8, at & 0xff, 0, ...data.subarray(at, at + 32)];
      const sum = -bytes.reduce((total, byte) => total + byte, 0) & 0xff;
      lines.push(`:${hex(Uint8Array.from([...bytes, sum]))}\r\n`);
    }
    return lines.join('') + ':00000001FF\r\n';
  };

  const bare = () => {
    const t = terminal(as('bare'));
    t.until('A>');
    return t;
  };

  function pip(t: Terminal, text: string): void {
    t.type('PIP X.HEX=CON:\r');
    t.until('\n');
    t.type(text);
    t.type('\x1a');
    expect(t.until('A>', 20)).toBe(`${text}\r\nA>`);
  }

  it('bring a program onto a board without a receiver, at the full speed of the line', () => {
    const t = bare();
    pip(t, records(DATA));
    expect(command(t, 'LOAD X')).toBe(
      'LOAD X\r\r\n\r\nFIRST ADDRESS 0100\r\nLAST  ADDRESS 04FF\r\nBYTES READ    0400\r\nRECORDS WRITTEN 08',
    );
    expect(stored(t, 'X.COM')).toEqual(DATA);
    const dump = command(t, 'DUMP X.COM');
    expect(dump.slice(0, 79)).toBe(
      'DUMP X.COM\r\r\n\r\n0000 00 25 4A 6F 94 B9 DE 03 28 4D 72 97 BC E1 06 2B\r\n0010 50 75',
    );
    expect(dump.split('\r\n')).toHaveLength(2 + 64);
  });

  it('LOAD finds a wrong sum, a wrong digit, and a wrong address, and makes nothing', () => {
    for (const [text, error] of [
      [':0201000000FFFF\r\n', 'CHECK SUM'],
      [':02010000G0FFFD\r\n', 'INVALID HEX DIGIT'],
      [':0100000000FF\r\n', 'INVERTED LOAD ADDRESS'],
    ] as const) {
      const t = bare();
      pip(t, text);
      expect(command(t, 'LOAD X')).toContain(`ERROR: ${error}`);
      expect(stored(t, 'X.COM')).toBeUndefined();
      expect(command(t, 'LOAD Y')).toContain('CANNOT OPEN SOURCE');
    }
  });
});
