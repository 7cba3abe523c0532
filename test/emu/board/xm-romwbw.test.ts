/** XM with the times of RomWBW 3.7 and 2.9.1, as they were measured on the real ROMs. */
import { describe, expect, it } from 'vitest';
import { as, terminal, type Terminal } from './harness.js';
import { ACK, answer, block, EOT, NAK, sample } from './xmodem.js';

const READY = 'To cancel: Ctrl-X, pause, Ctrl-X\r\n';

function receiving(kind: 'romwbw' | 'romwbw2', flowControl = true): Terminal {
  const t = terminal(as(kind, { flowControl }));
  t.until(kind === 'romwbw' ? 'Boot [H=Help]: ' : '===> ');
  t.type(kind === 'romwbw' ? 'C\r' : 'C');
  t.until('B>');
  t.type('A:\r');
  t.until('A>');
  t.type('B:XM RX F.COM\r');
  expect(t.until(READY)).toContain('\r\nReceiving: A0:F.COM\r\n248k available for uploads\r\n');
  return t;
}

const since = (t: Terminal, start: number) => (t.board.tStates - start) / t.board.clockHz;

function timed(t: Terminal, bytes: number[], seconds = 3): { reply: string; seconds: number } {
  const start = t.board.tStates;
  const reply = answer(t, bytes, seconds);
  return { reply, seconds: since(t, start) };
}

const DATA = sample(1024);
const SMALL = DATA.subarray(0, 128);

describe.each([
  { kind: 'romwbw', requestS: 5.1, asksC: 15, smallS: 0.055, largeS: 0.425, badS: 1.3, halfS: 1.3 },
  { kind: 'romwbw2', requestS: 10.3, asksC: 5, smallS: 0.087, largeS: 0.66, badS: 1.1, halfS: 2.1 },
] as const)('XM as on $kind', ({ kind, requestS, asksC, smallS, largeS, badS, halfS }) => {
  it('asks after its time and gives up after 103 s', () => {
    const t = receiving(kind);
    t.wait(requestS - 0.3);
    expect(t.said()).toBe('');
    const start = t.board.tStates;
    expect(t.next(1)).toBe('C');
    const all = t.until('A>', 120);
    expect(all.startsWith('C'.repeat(asksC - 1) + NAK)).toBe(true);
    expect(all).toContain('++ Partial file deleted ++');
    expect(requestS - 0.3 + since(t, start)).toBeGreaterThan(101);
    expect(requestS - 0.3 + since(t, start)).toBeLessThan(106);
  });

  it('takes its time for a block', () => {
    const t = receiving(kind);
    t.wait(0.05);
    const small = timed(t, block(1, SMALL));
    expect(small.reply).toBe(ACK);
    expect(small.seconds).toBeGreaterThan(smallS * 0.95);
    expect(small.seconds).toBeLessThan(smallS * 1.05);
    const large = timed(t, block(2, DATA));
    expect(large.reply).toBe(ACK);
    expect(large.seconds).toBeGreaterThan(largeS * 0.95);
    expect(large.seconds).toBeLessThan(largeS * 1.05);
    const bad = timed(t, block(3, SMALL).with(20, 1));
    expect(bad.reply).toBe(NAK);
    expect(bad.seconds).toBeCloseTo(badS + smallS, 1);
    const half = timed(t, block(3, SMALL).slice(0, 60));
    expect(half.reply).toBe(NAK);
    expect(half.seconds).toBeCloseTo(halfS, 1);
    expect(timed(t, block(3, SMALL)).reply).toBe(ACK);
    expect(answer(t, [EOT])).toBe(ACK);
    expect(t.until('A>')).toBe('\r\nThanks for the upload\r\n\r\nA>');
  });

  it('never gets a block at full speed without flow control, but one at 0.7 ms a byte', () => {
    const t = receiving(kind, false);
    t.wait(0.05);
    for (let tries = 0; tries < 3; tries++) expect(answer(t, block(1, SMALL), 4)).not.toContain(ACK);
    t.wait(3);
    t.said();
    for (const byte of block(1, SMALL)) {
      t.send(byte);
      t.wait(0.0007);
    }
    expect(t.said() + t.next(1)).toContain(ACK);
  });
});
