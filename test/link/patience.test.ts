/** This computer stands still (it is busy, or Ctrl-Z was typed) while the other end goes on: that is no silence. */
import { describe, expect, it } from 'vitest';
import { Inbox } from '../../src/link/inbox.js';
import { patience } from '../../src/link/patience.js';
import { throughLink } from '../../src/link/through-link.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import type { Clock } from '../../src/seams/clock.js';
import { receiveXmodem } from '../../src/transfer/xmodem-receive.js';
import { sendXmodem } from '../../src/transfer/xmodem-send.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { linkPair } from '../fakes/link-pair.js';
import { expectSame, sample } from '../transfer/samples.js';

/** A computer that runs for a while, then stands still for a while, and so on. */
class Halting implements Clock {
  constructor(
    private readonly world: FakeClock,
    private readonly runsMs: number,
    private readonly haltsMs: number,
  ) {}

  now(): number {
    return this.world.now();
  }

  /** Timers are looked at when it runs again. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.world.sleep(ms, signal);
    await this.world.sleep(this.#haltMs());
  }

  /** And input after them: the poller tells of it, a thread reads it. */
  async input(): Promise<void> {
    const haltMs = this.#haltMs();
    if (haltMs > 0) await this.world.sleep(haltMs + 0.1);
  }

  #haltMs(): number {
    const into = this.now() % (this.runsMs + this.haltsMs);
    return into < this.runsMs ? 0 : this.runsMs + this.haltsMs - into;
  }
}

describe('patience', () => {
  it('takes its time, to the millisecond', async () => {
    for (const ms of [0, 1, 7, 50, 300, 1234, 60_000]) {
      const clock = new FakeClock();
      await clock.run(patience(clock, ms));
      expect(clock.now()).toBe(ms);
    }
  });

  it('ends with its signal', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    void clock.sleep(120).then(() => stop.abort(new Error('enough')));
    await expect(clock.run(patience(clock, 1_000, stop.signal))).rejects.toThrow('enough');
    expect(clock.now()).toBe(120);
  });

  it.each([20, 3_000])('of %i ms takes what came during a standstill', async (timeoutMs) => {
    const world = new FakeClock();
    const ours = new Halting(world, 1, 10_000);
    const inbox = new Inbox(ours);
    const reading = inbox.read(timeoutMs);
    void world.sleep(timeoutMs / 2).then(async () => {
      await ours.input();
      inbox.push(Uint8Array.of(7));
    });
    expect((await world.run(reading))?.bytes).toEqual(Uint8Array.of(7));
  });

  it('still ends where nothing comes', async () => {
    const world = new FakeClock();
    const ours = new Halting(world, 50, 10_000);
    expect(await world.run(new Inbox(ours).read(1_000))).toBeUndefined();
  });
});

describe('a transfer on a computer that stands still again and again', () => {
  /** The line does not stop with us, and the other end keeps its own time. */
  function lineTo(ours: Halting, world: FakeClock): { near: ByteLink; far: ByteLink } {
    const wire = { msPerByte: 0.0868, chunk: 8 };
    const { a, b } = linkPair(world, { toA: wire, toB: wire });
    const inbox = new Inbox(ours);
    const carry = async (): Promise<void> => {
      for (;;) {
        const { bytes } = (await a.read(3_600_000))!;
        await ours.input();
        inbox.push(bytes);
      }
    };
    carry().catch(() => undefined);
    const near = throughLink(a, {
      read: (timeoutMs) => inbox.read(timeoutMs),
      unread: (bytes) => inbox.unread(bytes),
      drain: () => inbox.drain(),
    });
    return { near, far: b };
  }

  // The other end waits 10 s for a block and 15 s for its acknowledgement.
  const HALTS = [
    [5, 50],
    [30, 400],
    [200, 8_000],
  ] as const;

  for (const [runsMs, haltsMs] of HALTS)
    it.each(['send', 'receive'])(`runs ${runsMs} ms, halts ${haltsMs} ms: we %s, with no repeats`, async (task) => {
      const world = new FakeClock();
      const ours = new Halting(world, runsMs, haltsMs);
      const { near, far } = lineTo(ours, world);
      const [from, to] = task === 'send' ? [near, far] : [far, near];
      const [sender, receiver] = task === 'send' ? [ours, world] : [world, ours];
      const send = async (): Promise<unknown> => {
        let last;
        const settings = { replyTimeoutMs: task === 'send' ? 2_000 : 15_000 };
        for await (last of sendXmodem(from, sample(3_000), { clock: sender, settings }));
        return last;
      };
      const receive = receiveXmodem(to, { clock: receiver });
      const [last, got] = await world.run(Promise.all([send(), receive]));
      expect(last).toMatchObject({ type: 'done', retries: 0, confirmed: true });
      expectSame(got!, sample(3_000));
    });
});
