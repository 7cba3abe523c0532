/** Every wait has a bound, hears its signal, and says what it was for. */
import { describe, expect, it } from 'vitest';
import { heeding, heedingClock, Wait, within } from '../../src/link/wait.js';
import { throughLink } from '../../src/link/through-link.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { linkPair } from '../fakes/link-pair.js';

const INTERRUPTED = { message: 'interrupted', reason: { canceled: true } };

/** A line whose other end says `text` every `everyMs`, for ever. */
function talking(everyMs: number, text = 'x'): { clock: FakeClock; link: ByteLink; talk: Promise<void> } {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock);
  const talk = async (): Promise<void> => {
    for (let n = 0; n < 100_000; n++) {
      await clock.sleep(everyMs);
      await b.write(toBytes(text));
    }
  };
  return { clock, link: a, talk: talk().catch(() => undefined) };
}

async function all(wait: Wait): Promise<string> {
  let text = '';
  for (let got = await wait.next(); got !== undefined; got = await wait.next()) text += latin1(got.bytes);
  return text;
}

describe('a wait', () => {
  it('ends at its total, however much comes', async () => {
    const { clock, link } = talking(50);
    const wait = new Wait(link, 'silence', { totalMs: 1_020, quietMs: 200 }, clock);
    expect(await clock.run(all(wait))).toBe('x'.repeat(20));
    expect([wait.end, clock.now()]).toEqual(['time', 1_020]);
    expect(wait.error('it talks on').message).toBe('waited 1.0 s for silence; it talks on');
  });

  it('ends at silence', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    void clock.sleep(150).then(() => b.write(toBytes('hello')));
    const wait = new Wait(a, 'more', { totalMs: 10_000, quietMs: 250 }, clock);
    expect(await clock.run(all(wait))).toBe('hello');
    expect([wait.end, clock.now()]).toEqual(['silence', 400]);
    expect(wait.error('nothing came')).toMatchObject({
      message: 'waited 0.3 s for more; nothing came',
      where: 'pair:a',
      reason: { timedOut: true },
    });
  });

  it('ends at an amount where no time passes', async () => {
    const link = { name: 'flood', read: () => Promise.resolve({ bytes: new Uint8Array(1000), atMs: 0 }) };
    const wait = new Wait(link, 'the prompt', { totalMs: 1_000, mostBytes: 5_500 }, new FakeClock());
    let taken = 0;
    for (let got = await wait.next(); got !== undefined; got = await wait.next()) taken += got.bytes.length;
    expect([taken, wait.end]).toEqual([6_000, 'amount']);
    expect(wait.error('no end').message).toBe('waited for the prompt, and 6000 other bytes came; no end');
  });

  it('of a source with a time of its own counts that', async () => {
    let atMs = 5_000;
    const target = { name: 'emu', read: async () => ({ bytes: Uint8Array.of(1), atMs: (atMs += 40) }) };
    const wait = new Wait(target, 'an end', { totalMs: 400 });
    let count = 0;
    while ((await wait.next()) !== undefined) count++;
    // The first tells what time it is there.
    expect([count, wait.end]).toEqual([11, 'time']);
  });

  it('hears its signal within a part of it', async () => {
    const clock = new FakeClock();
    const { a } = linkPair(clock);
    const abort = new AbortController();
    void clock.sleep(333).then(() => abort.abort());
    const wait = new Wait(a, 'more', { totalMs: 60_000, signal: abort.signal }, clock);
    await expect(clock.run(wait.next())).rejects.toMatchObject(INTERRUPTED);
    expect(clock.now()).toBeLessThanOrEqual(433);
  });

  it('does not use up its time while we stand still', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    const halting = throughLink(a, {
      async read(timeoutMs) {
        const arrival = await a.read(timeoutMs);
        await clock.sleep(8_000);
        return arrival;
      },
    });
    void clock.sleep(30_000).then(() => b.write(toBytes('late')));
    const wait = new Wait(halting, 'a word', { totalMs: 1_000 }, clock);
    expect(latin1((await clock.run(wait.next()))!.bytes)).toBe('late');
  });
});

describe('a link that heeds a signal', () => {
  it('reads until it aborts; what came then is there for the bare link', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    const abort = new AbortController();
    const link = heeding(a, abort.signal);
    await b.write(toBytes('before'));
    expect(latin1((await link.read(10))!.bytes)).toBe('before');
    void clock.sleep(210).then(() => {
      abort.abort();
      return b.write(toBytes('after'));
    });
    await expect(clock.run(link.read(60_000))).rejects.toMatchObject(INTERRUPTED);
    expect(clock.now()).toBeLessThanOrEqual(310);
    expect(latin1((await a.read(0))!.bytes)).toBe('after');
    await expect(link.write(toBytes('no'))).rejects.toMatchObject(INTERRUPTED);
  });

  it('a write that is held ends at once, and goes out whole before the next', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    const slow = throughLink(a, {
      async write(bytes) {
        for (const byte of bytes) {
          await clock.sleep(1_000);
          await a.write(Uint8Array.of(byte));
        }
      },
    });
    const abort = new AbortController();
    void clock.sleep(1_500).then(() => abort.abort());
    await expect(clock.run(heeding(slow, abort.signal).write(toBytes('abc')))).rejects.toMatchObject(INTERRUPTED);
    expect(clock.now()).toBe(1_500);
    await clock.run(within(slow, clock, 10_000, 'the end', (link) => link.write(toBytes('!'))));
    expect(latin1(b.drain())).toBe('abc!');
  });

  it('its clock sleeps until then', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    void clock.sleep(70).then(() => abort.abort());
    const sleeping = heedingClock(clock, abort.signal, 'here').sleep(5_000, new AbortController().signal);
    await expect(clock.run(sleeping)).rejects.toMatchObject({ ...INTERRUPTED, where: 'here' });
    expect(clock.now()).toBe(70);
  });
});

describe('within a time', () => {
  it('work on a line that talks for ever has an end, and so has a write that is held', async () => {
    const { clock, link } = talking(50);
    const reading = within(link, clock, 2_000, 'the board to be tidied', async (bounded) => {
      for (;;) await bounded.read(1_000);
    });
    await expect(clock.run(reading)).rejects.toMatchObject({
      message: 'waited 2.0 s for the board to be tidied',
      reason: { timedOut: true },
    });
    const held = throughLink(link, { write: () => new Promise(() => undefined) });
    const writing = within(held, clock, 2_000, 'the board to be tidied', (bounded) => bounded.write(toBytes('x')));
    await expect(clock.run(writing)).rejects.toMatchObject({ reason: { timedOut: true } });
  });

  it('what ends in time leaves no timer behind', async () => {
    const clock = new FakeClock();
    const { a } = linkPair(clock);
    expect(await within(a, clock, 60_000, 'nothing', async () => 7)).toBe(7);
    await expect(clock.run(new Promise(() => undefined))).rejects.toThrow(/hang/);
  });
});
