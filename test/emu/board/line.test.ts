/** The serial line to the T-state, and what flow control is for. */
import { describe, expect, it } from 'vitest';
import { createBoard } from '../../../src/emu/board/board.js';
import { booted, command, program, terminal } from './harness.js';

/** 115200 baud, 8N1, at 7.3728 MHz: ten bits of 64 T-states. */
const CHAR = 640;

/** A board whose whole firmware is these bytes at 0000h. */
function bare(code: number[], options = {}) {
  const out: { byte: number; at: number }[] = [];
  const board = createBoard({
    firmware: { image: Uint8Array.from(code), origin: 0, entry: 0, drives: [] },
    onOutput: (byte, at) => out.push({ byte, at }),
    ...options,
  });
  return { board, out };
}

const INIT = [0x3e, 0x03, 0xd3, 0x80, 0x3e, 0x16, 0xd3, 0x80]; // LD A,3; OUT (80h),A; LD A,16h; OUT (80h),A
const SEND = (byte: number) => [0x3e, byte, 0xd3, 0x81]; // LD A,byte; OUT (81h),A
const HALT = [0xf3, 0x76];

describe('pacing', () => {
  it('puts out a character in 640 T-states from the OUT', () => {
    const { board, out } = bare([...INIT, ...SEND(0x41), ...HALT]);
    board.run(10_000);
    // 7+11 T-states, three times: the OUT that sends ends at 54.
    expect(out).toHaveLength(1);
    expect(out[0]!.byte).toBe(0x41);
    expect(out[0]!.at).toBeGreaterThanOrEqual(CHAR + 43);
    expect(out[0]!.at).toBeLessThanOrEqual(CHAR + 54);
  });

  it('puts characters out back to back, exactly 640 T-states apart', () => {
    const t = terminal();
    t.until('\r\nA>');
    const gaps = t.stamps.slice(1).map((at, i) => at - t.stamps[i]!);
    expect(gaps.length).toBeGreaterThan(100);
    // Text from the BIOS comes without a gap; the prompt's few characters wait for the BDOS.
    expect(gaps.slice(0, 100)).toEqual(new Array(100).fill(CHAR));
  });

  it('takes a character each 640 T-states, to the T-state', () => {
    const { board } = bare([...INIT, ...HALT]);
    board.run(1000);
    const start = board.tStates;
    board.send(new Uint8Array(10));
    expect(board.waiting).toBe(9);
    for (let n = 1; n < 10; n++) {
      board.run(start + n * CHAR - 1);
      // HALT goes in steps of four T-states, so the board may be a little past the mark.
      if (board.tStates < start + n * CHAR) expect(board.waiting).toBe(10 - n);
      board.run(start + n * CHAR + 4);
      expect(board.waiting).toBe(9 - n);
    }
  });

  it('says how much the line wants, and nothing while RTS is high', () => {
    const { board } = bare([...INIT, ...HALT]);
    board.run(1000);
    expect(board.rts).toBe(true);
    expect(board.wants(7372.8)).toBe(12);
    board.send(new Uint8Array(4));
    expect(board.wants(7372.8)).toBe(9);
    const held = bare([...INIT, 0x3e, 0x56, 0xd3, 0x80, ...HALT]);
    held.board.run(1000);
    expect(held.board.rts).toBe(false);
    held.board.send(new Uint8Array(4));
    held.board.run(100_000);
    expect(held.board.waiting).toBe(4);
    expect(held.board.wants(7372.8)).toBe(0);
  });

  it('keeps 115200 baud when the CPU runs at another clock', () => {
    const t = terminal({ clockHz: 14_745_600 });
    t.until('\r\nA>');
    expect(t.board.charTStates).toBe(1280);
    expect(t.stamps[50]! - t.stamps[49]!).toBe(1280);
  });

  it('holds the board while CTS is off', () => {
    const t = booted();
    t.board.setCts(false);
    t.type('foo\r');
    t.wait(1);
    expect(t.said()).toBe('');
    t.board.setCts(true);
    expect(t.until('A>')).toBe('foo\r\r\nFOO?\r\n\r\nA>');
  });
});

/** Takes bytes at about 1,100 T-states each until two seconds pass without one; says how many, and a hash. */
const SINK = {
  name: 'SINK.COM',
  bytes: program(`
        include "../shared/bios-console.inc"
        include "../shared/hex.inc"
        find_console
        ld e,'!'
        ld c,2
        call 5
        ld ix,0                 ; count
        ld iy,0                 ; overflow of the count
        ld hl,0                 ; hash = hash * 3 + byte
next:   ld bc,0
wait:   call const              ; 65536 rounds of some 90 T-states: 0.8 s
        or a
        jr nz,take
        dec bc
        ld a,b
        or c
        jr nz,wait
        push hl
        push ix
        push iy
        pop hl
        ld a,l
        call print_digit
        pop hl
        call print_word
        pop hl
        hex_printer             ; HL
        push hl
        ld e,a
        ld c,2
        call 5
        pop hl
        ret
take:   call conin
        ld d,h
        ld e,l
        add hl,hl
        add hl,de
        ld e,a
        ld d,0
        add hl,de
        inc ix
        push ix
        pop de
        ld a,d
        or e
        jr nz,slow
        inc iy
slow:   ld b,50
slower: djnz slower
        jr next
        console_jumps`),
};

/** @returns count and hash as the board saw them */
function pour(t: ReturnType<typeof booted>, bytes: Uint8Array): { count: number; hash: number } {
  t.type('SINK\r');
  t.until('!');
  t.board.send(bytes);
  const answer = t.until('A>', 30).slice(0, 9);
  return { count: parseInt(answer.slice(0, 5), 16), hash: parseInt(answer.slice(5), 16) };
}

function sample(length: number): { bytes: Uint8Array; hash: number } {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 89 + (i >> 7)) & 0xff);
  return { bytes, hash: bytes.reduce((hash, byte) => (hash * 3 + byte) & 0xffff, 0) };
}

describe.each(['acia', 'sio'] as const)('a program too slow for the line (%s)', (uart) => {
  it('loses none of 64 KB with RTS', () => {
    const { bytes, hash } = sample(65_536);
    expect(pour(booted({ uart, files: [SINK] }), bytes)).toEqual({ count: 65_536, hash });
  });

  it('loses bytes without flow control, and only those beyond the ring', () => {
    const { bytes, hash } = sample(4096);
    const lossy = { uart, files: [SINK], flowControl: false };
    const got = pour(booted(lossy), bytes);
    expect(got.count).toBeGreaterThan(1000);
    expect(got.count).toBeLessThan(3000);
    expect(got.hash).not.toBe(hash);
    const few = sample(32);
    expect(pour(booted(lossy), few.bytes)).toEqual({ count: 32, hash: few.hash });
  });
});

describe('noise', () => {
  const dirty = (seed: number) => {
    // The firmware here echoes: in a,(80h); rrca; jr nc,-5; in a,(81h); out (81h),a; jr -11
    const { board, out } = bare([...INIT, 0xdb, 0x80, 0x0f, 0x30, 0xfb, 0xdb, 0x81, 0xd3, 0x81, 0x18, 0xf5], {
      noise: { flip: 0.1, drop: 0.1, duplicate: 0.1, seed },
    });
    board.run(1000);
    board.send(new Uint8Array(1000).fill(0x55));
    board.run(2_000_000);
    return out.map(({ byte }) => byte);
  };

  it('flips, drops and doubles, the same way for the same seed', () => {
    const once = dirty(7);
    expect(dirty(7)).toEqual(once);
    expect(dirty(8)).not.toEqual(once);
    expect(once.filter((byte) => byte !== 0x55).length).toBeGreaterThan(100);
    expect(once.length).not.toBe(1000);
  });
});

describe('reset', () => {
  it('starts the firmware anew and keeps the RAM disk', () => {
    const t = booted({ files: [SINK] });
    t.board.reset();
    expect(t.until('A>')).toContain('64 KB RAM');
    expect(command(t, 'DIR')).toBe('DIR\r\r\nA: SINK     COM');
  });
});
