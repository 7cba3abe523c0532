/** The board against a clock and a wire that the test holds. */
import { describe, expect, it } from 'vitest';
import { runRealtime, type RealtimeOptions, type Wire } from '../../../src/emu/board/realtime.js';
import { firmwareFor } from './harness.js';

/** A clock whose sleeps take the times given, then a millisecond each. Ends the run after `ms`. */
function scene(ms: number, sleeps: number[] = []) {
  const abort = new AbortController();
  let now = 1000;
  const incoming: number[] = [];
  const outgoing: { byte: number; at: number }[] = [];
  const reads: { at: number; most: number; got: number }[] = [];
  let room = Infinity;
  const wire: Wire = {
    read(most) {
      const got = incoming.splice(0, most);
      reads.push({ at: now - 1000, most, got: got.length });
      return Uint8Array.from(got);
    },
    write(bytes) {
      const taken = Math.min(room, bytes.length);
      room -= taken;
      for (const byte of bytes.subarray(0, taken)) outgoing.push({ byte, at: now - 1000 });
      return taken;
    },
  };
  const clock = {
    now: () => now,
    sleep: async () => {
      now += sleeps.shift() ?? 1;
      if (now - 1000 >= ms) abort.abort();
      while (events[0] && now - 1000 >= events[0].at) events.shift()!.act();
    },
  };
  const events: { at: number; act: () => void }[] = [];
  return {
    incoming,
    outgoing,
    reads,
    setRoom: (bytes: number) => (room = bytes),
    /** Something to do at a time, in ms since the start. */
    at: (ms: number, act: () => void) => void events.push({ at: ms, act }),
    said: () => outgoing.map(({ byte }) => String.fromCharCode(byte)).join(''),
    run: (options: Partial<RealtimeOptions> = {}) =>
      runRealtime({ firmware: firmwareFor('acia'), wire, clock, signal: abort.signal, ...options }),
  };
}

describe('in real time', () => {
  it('does not drift, however long the sleeps were', async () => {
    const echoAt = async (sleeps: number[]) => {
      const s = scene(300, sleeps);
      s.at(200, () => s.incoming.push(0x61));
      await s.run();
      expect(s.said()).toMatch(/\r\nA>a$/);
      return s.outgoing.at(-1)!.at;
    };
    const steady = await echoAt([]);
    const jumpy = await echoAt([1, 7, 1, 1, 13, 2, 40, 1, 4, 90, 0, 0, 1]);
    expect(jumpy).toBe(steady);
  });

  it('makes up for 100 ms of a standstill of the host, no more, and goes on at once', async () => {
    const steady = scene(200);
    await steady.run();
    const stalled = scene(5300, [1, 1, 1, 5000]);
    await stalled.run();
    expect(stalled.said()).toBe(steady.said());
    // It looks at the wire once in a step of 1 ms.
    const steps = stalled.reads.map(({ at }) => at).filter((at) => at >= 5003);
    expect(steps).toEqual([...new Array<number>(100).fill(5003), ...Array.from({ length: 296 }, (_, i) => 5004 + i)]);
  });

  it('reads no more than the line can take, and hands it over a millisecond later', async () => {
    const s = scene(400);
    s.at(200, () => s.incoming.push(...new Array<number>(100).fill(0x7e)));
    await s.run();
    const busy = s.reads.filter(({ got }) => got > 0);
    // 11.52 characters a millisecond, and no more than two steps ahead.
    let total = 0;
    for (const { at, got } of busy) {
      total += got;
      expect(total).toBeLessThanOrEqual(11.52 * (at - busy[0]!.at) + 24);
    }
    expect(total).toBe(100);
    expect(busy.at(-1)!.at - busy[0]!.at).toBeGreaterThanOrEqual(6);
    const echo = s.outgoing.find(({ byte }) => byte === 0x7e)!;
    expect(echo.at).toBeGreaterThanOrEqual(busy[0]!.at + 1);
    expect(echo.at).toBeLessThanOrEqual(busy[0]!.at + 3);
  });

  it('reads nothing while RTS is high', async () => {
    const s = scene(1500);
    // 1000 characters at a prompt whose line holds 126: the board stops taking them only while it works.
    s.setRoom(0);
    s.at(100, () => s.incoming.push(...new Array<number>(1000).fill(0x61)));
    await s.run();
    // The board can't print, so it doesn't read: its ring of 32 fills to 16, a few more are on their way.
    expect(s.incoming.length).toBeGreaterThan(1000 - 50);
    expect(s.reads.filter(({ at }) => at > 200)).toEqual([]);
    expect(s.outgoing).toEqual([]);
  });

  it('loses output that nobody takes, and no more, without flow control', async () => {
    const s = scene(300);
    s.setRoom(0);
    s.at(150, () => s.setRoom(Infinity));
    await s.run({ flowControl: false });
    expect(s.said()).toMatch(/^\r\nz80lm virtual board.*A>$/s);
  });
});
