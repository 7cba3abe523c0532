/** The two UARTs by their registers. Time in T-states of a 7.3728 MHz CPU. */
import { describe, expect, it } from 'vitest';
import { Acia } from '../../../src/emu/board/acia.js';
import { Sio } from '../../../src/emu/board/sio.js';

type Sent = { byte: number; at: number }[];

function acia(): { chip: Acia; sent: Sent } {
  const sent: Sent = [];
  const chip = new Acia((byte, at) => sent.push({ byte, at }), 1);
  chip.write(0, 0x03, 0);
  chip.write(0, 0x96, 0); // clock / 64, 8N1, RTS low, receive interrupt
  return { chip, sent };
}

describe('the 68B50', () => {
  it('programs its rate and format', () => {
    const { chip } = acia();
    expect(chip.charTStates).toBe(640);
    chip.write(0, 0x15, 0); // / 16
    expect(chip.charTStates).toBe(160);
    chip.write(0, 0x12, 0); // 8N2 at / 64
    expect(chip.charTStates).toBe(704);
    chip.write(0, 0x03, 0);
    expect(chip.charTStates).toBeUndefined();
  });

  it('buffers one character behind the one going out', () => {
    const { chip, sent } = acia();
    expect(chip.read(0)).toBe(0x02);
    chip.write(1, 0x41, 100);
    expect(chip.read(0)).toBe(0x02);
    chip.write(1, 0x42, 110);
    expect(chip.read(0)).toBe(0x00);
    expect(chip.nextEvent).toBe(740);
    chip.advance(740);
    expect(chip.read(0)).toBe(0x02);
    chip.advance(5000);
    expect(sent).toEqual([
      { byte: 0x41, at: 740 },
      { byte: 0x42, at: 1380 },
    ]);
    expect(chip.nextEvent).toBe(Infinity);
  });

  it('receives, interrupts, and is quiet when the character is read', () => {
    const { chip } = acia();
    expect(chip.interrupt).toBe(false);
    chip.receive(0x55);
    expect(chip.interrupt).toBe(true);
    expect(chip.read(0)).toBe(0x83);
    expect(chip.read(1)).toBe(0x55);
    expect(chip.interrupt).toBe(false);
    expect(chip.read(0)).toBe(0x02);
  });

  it('keeps the first character on overrun and tells of it once that has been read', () => {
    const { chip } = acia();
    chip.receive(1);
    chip.receive(2);
    chip.receive(3);
    expect(chip.read(0) & 0x20).toBe(0);
    expect(chip.read(1)).toBe(1);
    expect(chip.read(0)).toBe(0xa3);
    expect(chip.read(1)).toBe(1);
    expect(chip.read(0)).toBe(0x02);
  });

  it('drives RTS by its control bits, and is held by CTS', () => {
    const { chip, sent } = acia();
    expect(chip.rts).toBe(true);
    chip.write(0, 0xd6, 0);
    expect(chip.rts).toBe(false);
    chip.write(0, 0xb6, 0); // transmit interrupt
    expect(chip.rts).toBe(true);
    expect(chip.interrupt).toBe(true);
    chip.setCts(false, 0);
    expect(chip.read(0)).toBe(0x08);
    expect(chip.interrupt).toBe(false);
    chip.write(1, 0x41, 0);
    chip.advance(10_000);
    expect(sent).toEqual([]);
    chip.setCts(true, 10_000);
    chip.advance(20_000);
    expect(sent).toEqual([{ byte: 0x41, at: 10_640 }]);
  });
});

function sio(wr1 = 0x18): { chip: Sio; sent: Sent; set: (register: number, value: number, port?: number) => void } {
  const sent: Sent = [];
  const chip = new Sio((byte, at) => sent.push({ byte, at }), 1);
  const set = (register: number, value: number, port = 0): void => {
    chip.write(port, register, 0);
    chip.write(port, value, 0);
  };
  set(4, 0xc4);
  set(3, 0xe1);
  set(5, 0xea);
  set(1, wr1);
  set(2, 0x20, 2);
  set(1, 0x04, 2);
  return { chip, sent, set };
}

const rr = (chip: Sio, register: number, port = 0): number => {
  chip.write(port, register, 0);
  return chip.read(port);
};

describe('the SIO/2', () => {
  it('programs its rate and format', () => {
    const { chip, set } = sio();
    expect(chip.charTStates).toBe(640);
    set(4, 0x44);
    expect(chip.charTStates).toBe(160);
    set(4, 0xcc);
    expect(chip.charTStates).toBe(704);
  });

  it('keeps three characters; a fourth replaces the last', () => {
    const { chip } = sio();
    for (const byte of [1, 2, 3, 4, 5]) chip.receive(byte);
    expect([chip.read(1), chip.read(1)]).toEqual([1, 2]);
    expect(rr(chip, 1) & 0x20).toBe(0x20);
    expect(chip.read(1)).toBe(5);
    expect(rr(chip, 0) & 0x01).toBe(0);
    // The overrun stays until the error reset.
    expect(rr(chip, 1) & 0x20).toBe(0x20);
    chip.write(0, 0x30, 0);
    expect(rr(chip, 1) & 0x20).toBe(0);
  });

  it('interrupts with a vector that tells the cause', () => {
    const { chip } = sio();
    expect(chip.interrupt).toBe(false);
    expect(rr(chip, 2, 2)).toBe(0x26);
    chip.receive(1);
    expect(chip.interrupt).toBe(true);
    expect(chip.vector).toBe(0x2c);
    expect(rr(chip, 0)).toBe(0x2f);
    chip.read(1);
    expect(chip.interrupt).toBe(false);
  });

  it('interrupts at an empty transmit buffer until told not to', () => {
    const { chip, sent } = sio(0x02);
    expect(chip.interrupt).toBe(false);
    chip.write(1, 0x41, 0);
    expect(chip.vector).toBe(0x28);
    expect(chip.interrupt).toBe(true);
    chip.write(0, 0x28, 0);
    expect(chip.interrupt).toBe(false);
    chip.advance(640);
    expect(sent).toEqual([{ byte: 0x41, at: 640 }]);
  });

  it('drives RTS by WR5, and is held by CTS with auto enables', () => {
    const { chip, sent, set } = sio();
    expect(chip.rts).toBe(true);
    set(5, 0xe8);
    expect(chip.rts).toBe(false);
    chip.setCts(false, 0);
    expect(rr(chip, 0) & 0x20).toBe(0);
    chip.write(1, 0x41, 0);
    chip.advance(10_000);
    expect(sent).toEqual([]);
    expect(rr(chip, 0) & 0x04).toBe(0);
    chip.setCts(true, 10_000);
    chip.advance(20_000);
    expect(sent).toEqual([{ byte: 0x41, at: 10_640 }]);
  });

  it('interrupts when CTS changes, and freezes its state until reset', () => {
    const { chip } = sio(0x01);
    chip.setCts(false, 0);
    expect(chip.interrupt).toBe(true);
    expect(chip.vector).toBe(0x2a);
    chip.setCts(true, 0);
    expect(rr(chip, 0) & 0x20).toBe(0);
    chip.write(0, 0x10, 0);
    expect(rr(chip, 0) & 0x20).toBe(0x20);
    expect(chip.interrupt).toBe(false);
  });
});

describe('the SIO, asked to interrupt at the first character only', () => {
  const CONTROL = 0;
  const DATA = 1;
  const write = (chip: Sio, register: number, value: number): void => {
    chip.write(CONTROL, register, 0);
    chip.write(CONTROL, value, 0);
  };
  const ENABLE_NEXT = 0x20;

  function sio(mode: number): Sio {
    const chip = new Sio(() => undefined, 1);
    chip.write(CONTROL, 0x18, 0);
    write(chip, 4, 0xc4);
    write(chip, 3, 0xc1);
    write(chip, 1, mode);
    return chip;
  }

  it('does so once, and again when it is told to', () => {
    const chip = sio(0x08);
    chip.receive(1);
    expect(chip.interrupt).toBe(true);
    expect(chip.read(DATA)).toBe(1);
    expect(chip.interrupt).toBe(false);
    chip.receive(2);
    chip.receive(3);
    expect([chip.interrupt, chip.read(CONTROL) & 3]).toEqual([false, 1]);
    expect(chip.read(DATA)).toBe(2);
    chip.write(CONTROL, ENABLE_NEXT, 0);
    expect(chip.interrupt).toBe(true);
    expect(chip.read(DATA)).toBe(3);
    expect(chip.interrupt).toBe(false);
  });

  it('is armed by another mode and by a reset', () => {
    const chip = sio(0x08);
    chip.receive(1);
    chip.read(DATA);
    write(chip, 1, 0x10);
    chip.receive(2);
    expect(chip.interrupt).toBe(true);
    chip.read(DATA);
    // Characters that were read in the other mode were not the first of this one.
    write(chip, 1, 0x08);
    chip.receive(3);
    expect(chip.interrupt).toBe(true);
    chip.read(DATA);
    chip.write(CONTROL, 0x18, 0);
    write(chip, 4, 0xc4);
    write(chip, 3, 0xc1);
    write(chip, 1, 0x08);
    chip.receive(4);
    expect(chip.interrupt).toBe(true);
  });

  it('still tells of an overrun, which is a condition of its own', () => {
    const chip = sio(0x08);
    chip.receive(1);
    chip.read(DATA);
    for (const byte of [2, 3, 4, 5]) chip.receive(byte);
    expect(chip.interrupt).toBe(false);
    chip.read(DATA);
    chip.read(DATA);
    expect(chip.interrupt).toBe(true);
    chip.read(DATA);
    chip.write(CONTROL, 0x30, 0);
    expect(chip.interrupt).toBe(false);
  });

  it('every character does in the other modes, and none in none', () => {
    for (const [mode, expected] of [
      [0x00, false],
      [0x10, true],
      [0x18, true],
    ] as const) {
      const chip = sio(mode);
      for (const byte of [1, 2]) {
        chip.receive(byte);
        expect(chip.interrupt).toBe(expected);
        chip.read(DATA);
      }
    }
  });
});
