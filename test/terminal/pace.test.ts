/** A picture on a slow line: never more on its way than a moment's worth, whether the terminal answers or not. */
import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/terminal/pace.js';

/** A line that shows `rate` bytes per ms, behind a buffer that never blocks; time is ours. */
class SlowLine {
  now = 0;
  #sent = 0;
  #shown = 0;
  #probes: number[] = [];
  most = 0;

  constructor(
    private readonly rate: number,
    private readonly answers: boolean,
    private readonly pace: Pace,
  ) {}

  get waiting(): number {
    return this.#sent - this.#shown;
  }

  pass(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.now++;
      this.#shown = Math.min(this.#sent, this.#shown + this.rate);
      while (this.#probes.length > 0 && this.#probes[0]! <= this.#shown) {
        this.#probes.shift();
        this.pace.answered(this.now);
      }
    }
  }

  /** Draw as much of a picture as there is room for, like screen.ts. @returns what is left of it */
  draw(bytes: number): number {
    const part = Math.min(bytes, this.pace.room(this.now));
    if (part === 0) return bytes;
    const probed = this.pace.probes;
    this.#sent += part;
    this.most = Math.max(this.most, this.waiting);
    if (probed && this.answers) this.#probes.push(this.#sent);
    this.pace.wrote(part, this.now, probed);
    return bytes - part;
  }

  /** Pictures of `bytes` each `everyMs`, as from a training. */
  busy(ms: number, bytes: number, everyMs: number): void {
    for (const end = this.now + ms; this.now < end;) {
      this.draw(bytes);
      this.pass(everyMs);
    }
  }
}

describe('a picture on a slow line', () => {
  it('that answers is cut to what goes through at once, from the first answer on', () => {
    const pace = new Pace(true);
    const line = new SlowLine(0.96, true, pace);
    expect(line.draw(2_000)).toBe(0);
    line.pass(2_100);
    // 2,000 bytes took 2.08 s: 150 ms are 144 bytes, but never less than 256 go.
    expect(pace.room(line.now)).toBe(256);
    line.most = 0;
    line.busy(20_000, 5_000, 50);
    expect(line.most).toBe(256);
  });

  it('grows with every piece that came through quickly, up to a whole screen', () => {
    const pace = new Pace(true);
    const line = new SlowLine(0.96, true, pace);
    line.draw(2_000);
    line.pass(3_000);
    expect(pace.room(line.now)).toBe(256);
    const fast = [0, 1, 2].map(() => {
      pace.wrote(10, line.now, pace.probes);
      pace.answered(line.now + 3);
      return pace.room(line.now + 3);
    });
    expect(fast).toEqual([512, 1024, 2048]);
  });

  it('waits for its answer, and goes on without one that was lost', () => {
    const pace = new Pace(true);
    pace.wrote(100, 0, pace.probes);
    pace.answered(5);
    pace.wrote(100, 10, pace.probes);
    expect(pace.probes).toBe(false);
    expect(pace.owedMs(11)).toBe(3_999);
    expect([pace.room(11), pace.waitMs(11)]).toEqual([0, 3_999]);
    expect([pace.room(4_010), pace.waitMs(4_010)]).toEqual([256, 0]);
    pace.wrote(100, 4_010, pace.probes);
    // Two in a row: nobody answers any more, and nobody is waited for.
    expect(pace.room(8_010)).toBe(65_536);
    expect(pace.owedMs(8_010)).toBe(0);
    pace.wrote(100, 8_010, pace.probes);
    expect(pace.room(8_011)).toBe(65_536);
  });

  it('that does not answer is taken for one of 9600 baud, but what a key asks for goes at once', () => {
    const pace = new Pace(true);
    const line = new SlowLine(0.96, false, pace);
    expect(line.draw(2_000)).toBe(0);
    // 1,744 bytes have to go until 256 are left.
    expect([pace.room(line.now), Math.ceil(pace.waitMs(line.now))]).toEqual([0, 1_817]);
    expect([pace.room(line.now, true), pace.waitMs(line.now, true)]).toEqual([65_536, 0]);
    line.pass(1_817);
    expect(pace.room(line.now)).toBe(65_536);
    line.most = 0;
    line.busy(30_000, 600, 50);
    // A picture, and what was left of the one before.
    expect(line.most).toBeLessThan(257 + 600);
  });

  it('is not asked where the terminal would print the question', () => {
    const pace = new Pace(false);
    expect(pace.probes).toBe(false);
    pace.wrote(100, 0, false);
    expect([pace.room(1), pace.owedMs(1)]).toEqual([65_536, 0]);
  });

  it('is left when the first answer has had its time, as it may be the shell that gets it', () => {
    const pace = new Pace(true);
    pace.wrote(100, 0, pace.probes);
    expect([pace.owedMs(0), pace.owedMs(1_499), pace.owedMs(1_500)]).toEqual([1_500, 1, 0]);
    pace.answered(700);
    expect(pace.owedMs(700)).toBe(0);
  });
});
