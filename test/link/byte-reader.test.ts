import { describe, expect, it } from 'vitest';
import { ByteReader, shown } from '../../src/link/byte-reader.js';
import { pacedLink } from '../../src/link/paced-link.js';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { linkPair } from '../fakes/link-pair.js';

describe('ByteReader', () => {
  it('finds a text in any chunks and gives back what follows', async () => {
    for (const chunk of [1, 3, 'whole'] as const) {
      const clock = new FakeClock();
      const { a, b } = linkPair(clock, { toB: { chunk } });
      await a.write(toBytes('noise\r\nready\r\nrest'));
      const reader = new ByteReader(b, clock);
      const match = await clock.run(reader.expect([/never/, /ready\r\n/], 1000, 'it'));
      expect(match).toMatchObject({ index: 1, before: 'noise\r\n', text: 'ready\r\n' });
      expect(latin1(b.drain())).toBe('rest');
    }
  });

  it('says what came instead', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    await a.write(toBytes('Boot [H=Help]: '));
    const waiting = clock.run(new ByteReader(b, clock).expect(/A>/, 2500, 'the prompt'));
    await expect(waiting).rejects.toMatchObject({
      message: 'waited 2.5 s for the prompt; what came ends in "Boot [H=Help]: "',
      where: 'pair:b',
      reason: { timedOut: true },
    });
    expect(clock.now()).toBe(2500);
  });

  it('reads until it is quiet', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock, { toB: { chunk: 1, msPerByte: 40 } });
    await clock.run(a.write(toBytes('slow talk')));
    expect(await clock.run(new ByteReader(b, clock).untilQuiet(50, 60_000))).toBe('slow talk');
    expect(clock.now()).toBe(9 * 40 + 50);
  });

  it('makes control characters visible', () => {
    expect(shown('a\r\n\x1b[1m\x07\xff')).toBe('"a\\r\\n\\e[1m\\x07\\xff"');
    expect(shown('x'.repeat(300), 5)).toBe('…"xxxxx"');
  });
});

describe('pacedLink', () => {
  it('lets one byte go each so many ms', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    const paced = pacedLink(a, clock, 2);
    await clock.run(Promise.all([paced.write(new Uint8Array(10)), paced.write(new Uint8Array(0))]));
    expect(clock.now()).toBe(18);
    await clock.run(paced.write(new Uint8Array(1)));
    expect(clock.now()).toBe(20);
    expect(b.drain().length).toBe(11);
  });

  it('catches up after a late timer, but never with more than 16 at once', async () => {
    const clock = new FakeClock();
    const { a } = linkPair(clock);
    const bursts: number[] = [];
    const late = { now: () => clock.now(), sleep: (ms: number) => clock.sleep(ms + 30) };
    const paced = pacedLink({ ...a, write: async (bytes) => void bursts.push(bytes.length) }, late, 1);
    await clock.run(paced.write(new Uint8Array(40)));
    expect(bursts).toEqual([1, 16, 1, 16, 1, 5]);
  });

  it('makes up for nothing where a byte may take longer than a timer: those boards have no buffer', async () => {
    const clock = new FakeClock();
    const { a } = linkPair(clock);
    const times: number[] = [];
    const late = { now: () => clock.now(), sleep: (ms: number) => clock.sleep(ms + 30) };
    const write = async ({ length }: Uint8Array): Promise<void> => void times.push(...Array(length).fill(clock.now()));
    const paced = pacedLink({ ...a, write }, late, 3);
    await clock.run(paced.write(new Uint8Array(5)));
    expect(times).toEqual([0, 33, 66, 99, 132]);
  });
});

describe('links', () => {
  it('one reader at a time', async () => {
    const clock = new FakeClock();
    const { a } = linkPair(clock);
    const first = a.read(10);
    await expect(a.read(10)).rejects.toThrow('two readers on one link');
    await clock.run(first);
  });

  it('what arrived before a loss can still be read', async () => {
    const clock = new FakeClock();
    const pair = linkPair(clock);
    await pair.a.write(toBytes('last words'));
    pair.cut();
    expect(latin1((await pair.b.read(10))!.bytes)).toBe('last words');
    await expect(pair.b.read(10)).rejects.toMatchObject({ reason: { disconnected: true } });
  });
});
