/** XM on the line, against a sender and receiver fed by hand. */
import { describe, expect, it } from 'vitest';
import { createNoise } from '../../../src/emu/board/noise.js';
import { booted, command, firmwareFor, type Terminal } from './harness.js';
import { ACK, answer, block, CAN, EOT, NAK, sample } from './xmodem.js';

const READY = 'File open - ready to receive\r\nTo cancel: Ctrl-X, pause, Ctrl-X\r\n';
const CANCELLED = '\r\n\r\n++ Receive cancelled ++\r\n++ Partial file deleted ++\r\n\r\nA>';

const EMPTY = new Uint8Array(128);

function receiving(mode: string, options: Parameters<typeof booted>[0] = {}): Terminal {
  const t = booted(options);
  t.type(`B:XM ${mode} F.COM\r`);
  expect(t.until(READY)).toContain('\r\nReceiving: A0:F.COM\r\n252k available for uploads\r\n');
  return t;
}

const stored = (t: Terminal) => t.board.files().find((file) => file.name === 'F.COM')?.bytes;

describe('XM R', () => {
  it.each(['acia', 'sio'] as const)('receives 40 KB in 1K blocks at over 85 % of the wire (%s)', (uart) => {
    const t = receiving('RX', { uart });
    const data = sample(40_960);
    const start = t.board.tStates;
    for (let n = 1; n <= 40; n++) expect(answer(t, block(n, data.subarray((n - 1) * 1024, n * 1024)))).toBe(ACK);
    const rate = data.length / ((t.board.tStates - start) / t.board.clockHz);
    expect(answer(t, [EOT])).toBe(ACK);
    expect(t.until('A>')).toBe('\r\nThanks for the upload\r\n\r\nA>');
    expect(stored(t)).toEqual(data);
    expect(rate / 11_520).toBeGreaterThan(0.85);
  });

  it('takes blocks of both sizes mixed, all 256 values, and keeps the padding', () => {
    const t = receiving('R');
    const data = sample(1024 + 128 + 1024);
    data.set(Uint8Array.from({ length: 256 }, (_, i) => i));
    expect(answer(t, block(1, data.subarray(0, 1024)))).toBe(ACK);
    expect(answer(t, block(2, data.subarray(1024, 1152)))).toBe(ACK);
    expect(answer(t, block(3, data.subarray(1152)))).toBe(ACK);
    expect(answer(t, [EOT])).toBe(ACK);
    t.until('A>');
    expect(stored(t)).toEqual(data);
    expect(command(t, 'B:STAT F.COM')).toContain('   17     3k    1 R/W A:F.COM\r\n');
  });

  it.each([
    ['R', 'CK'],
    ['RX', 'C'],
    ['RC', NAK],
  ])('XM %s asks first after 5 s and then each 5 s', (mode, request) => {
    const t = receiving(mode);
    t.wait(4.7);
    expect(t.said()).toBe('');
    t.wait(0.6);
    expect(t.said()).toBe(request);
    t.wait(5.1);
    expect(t.said()).toBe(request);
  });

  it('turns to checksum after 15 requests, and gives up after 20', () => {
    const t = receiving('RX');
    const all = t.until('A>', 110);
    expect(all).toBe('C'.repeat(15) + NAK.repeat(4) + CANCELLED);
    expect(stored(t)).toBeUndefined();
  });

  it('takes checksum blocks when it asked for them', () => {
    const t = receiving('RC');
    const data = sample(128);
    expect(answer(t, block(1, data, 'sum'))).toBe(ACK);
    expect(answer(t, [EOT])).toBe(ACK);
    t.until('A>');
    expect(stored(t)).toEqual(data);
  });

  it('answers a bad block after a second of silence, and takes it again', () => {
    const t = receiving('RX');
    const data = sample(256);
    expect(answer(t, block(1, data.subarray(0, 128)))).toBe(ACK);
    const spoiled = block(2, data.subarray(128));
    spoiled[50]! ^= 0x10;
    const start = t.board.tStates;
    expect(answer(t, spoiled)).toBe(NAK);
    const seconds = (t.board.tStates - start) / t.board.clockHz;
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThan(1.3);
    expect(answer(t, block(2, data.subarray(128)))).toBe(ACK);
    expect(answer(t, [EOT])).toBe(ACK);
    t.until('A>');
    expect(stored(t)).toEqual(data);
  });

  it('answers half a block after a second of silence', () => {
    const t = receiving('RX');
    expect(answer(t, block(1, EMPTY))).toBe(ACK);
    expect(answer(t, block(2, EMPTY).slice(0, 60))).toBe(NAK);
    expect(answer(t, block(2, EMPTY))).toBe(ACK);
  });

  it('does not count a block twice whose ACK was lost', () => {
    const t = receiving('RX');
    const data = sample(256);
    expect(answer(t, block(1, data.subarray(0, 128)))).toBe(ACK);
    expect(answer(t, block(1, data.subarray(0, 128)))).toBe(ACK);
    expect(answer(t, block(2, data.subarray(128)))).toBe(ACK);
    expect(answer(t, [EOT])).toBe(ACK);
    t.until('A>');
    expect(stored(t)).toEqual(data);
  });

  it('aborts at a block out of order, and the partial file stays', () => {
    const t = receiving('RX');
    expect(answer(t, block(1, EMPTY))).toBe(ACK);
    t.wait(0.001);
    t.send(...block(3, EMPTY));
    expect(t.until('A>')).toBe('\x18\r\r\n++ XMODEM aborted ++\r\n\r\nA>');
    expect(stored(t)).toEqual(EMPTY);
  });

  it('aborts after ten bad blocks in a row', () => {
    const t = receiving('RX');
    const bad = block(1, EMPTY);
    bad[4] = 1;
    for (let n = 1; n < 5; n++) expect(answer(t, bad)).toBe('C');
    // After the fifth error XM takes what comes for checksum blocks.
    for (let n = 5; n < 10; n++) expect(answer(t, bad)).toBe('C');
    t.send(...bad);
    expect(t.until('A>')).toContain('++ XMODEM aborted ++');
  });

  it('refuses a file that exists', () => {
    const t = booted({ files: [{ name: 'F.COM', bytes: EMPTY }] });
    expect(command(t, 'B:XM RX F.COM')).toContain('++ File exists, use a different name ++\r\n');
    t.wait(12);
    expect(t.said()).toBe('');
  });

  it('is cancelled by CAN, pause, CAN, and deletes the partial file', () => {
    const t = receiving('RX');
    expect(answer(t, block(1, EMPTY))).toBe(ACK);
    t.wait(0.1);
    t.send(CAN);
    t.wait(0.3);
    expect(t.said()).toBe('');
    t.send(CAN);
    expect(t.until('A>')).toBe(CANCELLED);
    expect(t.board.files()).toEqual([]);
  });

  it('swallows a burst of CAN, so that none is typed at the prompt', () => {
    const t = receiving('RX');
    t.send(...new Array<number>(8).fill(CAN));
    expect(t.until('A>')).toBe(CANCELLED);
    t.wait(0.5);
    expect(t.said()).toBe('');
  });

  it('forgets a single CAN', () => {
    const t = receiving('RX');
    expect(answer(t, block(1, EMPTY))).toBe(ACK);
    t.wait(0.1);
    t.send(CAN);
    t.wait(0.5);
    expect(answer(t, block(2, EMPTY))).toBe(ACK);
  });

  it('loses the first byte of a block that follows its ACK at once', () => {
    const t = receiving('RX');
    t.send(...block(1, EMPTY), ...block(2, EMPTY));
    expect(t.next(1)).toBe(ACK);
    expect(t.next(3)).toBe(NAK);
    expect(answer(t, block(2, EMPTY))).toBe(ACK);
  });

  it('takes EOT before any block as the end of it', () => {
    const t = receiving('RX');
    t.send(EOT);
    expect(t.until('A>')).toBe(CANCELLED);
  });

  it('says so when the disk is full', () => {
    const t = booted({ files: [{ name: 'FILLER', bytes: new Uint8Array(240 * 1024) }] });
    t.type('B:XM RX F.COM\r');
    expect(t.until(READY)).toContain('12k available');
    for (let n = 1; n < 16; n++) expect(answer(t, block(n, new Uint8Array(1024)))).toBe(ACK);
    t.wait(0.001);
    t.send(...block(16, new Uint8Array(1024)));
    expect(t.until('A>')).toContain('++ Error writing file ++');
    expect(t.board.files().map((file) => file.name)).toEqual(['FILLER']);
  });

  it('waits out a slow disk before the ACK', () => {
    const t = receiving('RX', { diskWriteMs: 10 });
    const data = sample(16_384);
    for (let n = 1; n < 16; n++) expect(answer(t, block(n, data.subarray((n - 1) * 1024, n * 1024)))).toBe(ACK);
    const start = t.board.tStates;
    expect(answer(t, block(16, data.subarray(15 * 1024)))).toBe(ACK);
    expect((t.board.tStates - start) / t.board.clockHz).toBeGreaterThan(128 * 0.01);
    expect(answer(t, [EOT])).toBe(ACK);
    t.until('A>');
    expect(stored(t)).toEqual(data);
  });

  it('as slow as RomWBW: holds the line with RTS', () => {
    const t = receiving('RX', { firmware: firmwareFor('acia', 7_372_800, 400) });
    const data = sample(1024);
    const start = t.board.tStates;
    expect(answer(t, block(1, data))).toBe(ACK);
    expect((t.board.tStates - start) / t.board.clockHz).toBeGreaterThan(0.4);
  });

  it('as slow as RomWBW and without flow control: only bytes with pauses get through', () => {
    const t = receiving('RX', { firmware: firmwareFor('acia', 7_372_800, 400), flowControl: false });
    expect(answer(t, block(1, sample(128)))).not.toBe(ACK);
    t.wait(2);
    t.said();
    for (const byte of block(1, sample(128))) {
      t.send(byte);
      t.wait(0.001);
    }
    expect(t.said() + t.next(1)).toBe(ACK);
  });
});

describe('XM S', () => {
  const data = sample(300);
  const padded = new Uint8Array(384).fill(0x1a);
  padded.set(data);
  const files = [{ name: 'F.COM', bytes: data }];

  it.each([
    ['C', 'crc'],
    [NAK, 'sum'],
  ] as const)('sends on %j with %s', (request, check) => {
    const t = booted({ files });
    t.type('B:XM S F.COM\r');
    expect(t.until('pause, Ctrl-X\r\n')).toContain('Sending: A0:F.COM\r\nFile size: 3 records (1k)\r\n');
    t.type(request);
    t.wait(0.3);
    for (let n = 1; n <= 3; n++) {
      expect(t.saidBytes()).toEqual(block(n, padded.subarray((n - 1) * 128, n * 128), check));
      if (n === 2) {
        t.type(NAK);
        t.wait(0.1);
        expect(t.saidBytes()).toEqual(block(n, padded.subarray(128, 256), check));
      }
      t.type(ACK);
      t.wait(0.1);
    }
    expect(t.saidBytes()).toEqual([EOT]);
    t.type(ACK);
    expect(t.until('A>')).toBe('\r\nA>');
  });

  it('says when there is no such file, and can be cancelled', () => {
    const t = booted({ files });
    expect(command(t, 'B:XM S G.COM')).toContain('File not found');
    t.type('B:XM S F.COM\r');
    t.until('pause, Ctrl-X\r\n');
    t.send(CAN, CAN);
    expect(t.until('A>')).toBe('\r\n\r\n++ Send cancelled ++\r\n\r\nA>');
  });
});

describe('the drives', () => {
  it('does not find XM on A:', () => {
    expect(command(booted(), 'XM R F.COM')).toBe('XM R F.COM\r\r\nXM?\r\n');
  });

  it('reports a write to the ROM disk as CP/M does', () => {
    const t = booted();
    t.type('B:XM R B:F.COM\r');
    t.until('Bdos Err On B: Bad Sector');
    t.type('\x03');
    expect(t.until('A>')).toBe('\r\nA>');
  });
});

describe('on a bad line', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('a file comes over right in the end (seed %i)', (seed) => {
    const noise = createNoise({ flip: 0.0005, drop: 0.0005, duplicate: 0.0005, seed });
    const t = receiving('RX');
    const data = sample(16_384);
    let repeated = 0;
    for (let n = 1; n <= 128;) {
      const reply = answer(t, block(n, data.subarray((n - 1) * 128, n * 128)).flatMap(noise), 7);
      // Before the first block XM asks with C instead of NAK.
      expect(reply).toMatch(n === 1 ? /^[\x06C]$/ : /^[\x06\x15]$/);
      if (reply === ACK) n++;
      else repeated++;
      t.wait(0.01);
    }
    expect(repeated).toBeGreaterThan(5);
    expect(answer(t, [EOT])).toBe(ACK);
    t.until('A>');
    expect(stored(t)).toEqual(data);
  });
});
