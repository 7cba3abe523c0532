/** What has arrived and was not read yet: its order, its times, and its end. */
import { describe, expect, it } from 'vitest';
import { Inbox } from '../../src/link/inbox.js';
import { LinkError } from '../../src/seams/errors.js';
import { FakeClock } from '../fakes/fake-clock.js';

const bytes = (...all: number[]): Uint8Array => Uint8Array.from(all);

async function at(clock: FakeClock, ms: number): Promise<void> {
  await clock.run(clock.sleep(ms - clock.now()));
}

describe('an inbox', () => {
  it('hands out what came, in order, with the time it came', async () => {
    const clock = new FakeClock();
    const inbox = new Inbox(clock);
    await at(clock, 5);
    inbox.push(bytes(1, 2));
    inbox.push(bytes());
    await at(clock, 9);
    inbox.push(bytes(3));
    await at(clock, 20);
    expect(await inbox.read(10)).toEqual({ bytes: bytes(1, 2), atMs: 5 });
    expect(await inbox.read(10)).toEqual({ bytes: bytes(3), atMs: 9 });
    expect(await clock.run(inbox.read(10))).toBeUndefined();
    expect(clock.now()).toBe(30);
  });

  it('keeps the time of bytes that are given back, and reads them first', async () => {
    const clock = new FakeClock();
    const inbox = new Inbox(clock);
    await at(clock, 5);
    inbox.push(bytes(1, 2));
    await at(clock, 9);
    inbox.push(bytes(3));
    await inbox.read(10);
    await at(clock, 20);
    inbox.unread(bytes());
    inbox.unread(bytes(2));
    expect(await inbox.read(10)).toEqual({ bytes: bytes(2), atMs: 5 });
    expect(await inbox.read(10)).toEqual({ bytes: bytes(3), atMs: 9 });
    inbox.unread(bytes(3));
    expect(await inbox.read(10)).toEqual({ bytes: bytes(3), atMs: 9 });
  });

  it('wakes its reader as soon as something comes, and only one reader', async () => {
    const clock = new FakeClock();
    const inbox = new Inbox(clock);
    void clock.sleep(40).then(() => inbox.push(bytes(7)));
    const reading = inbox.read(1_000);
    await expect(inbox.read(10)).rejects.toThrow('two readers on one link');
    expect(await clock.run(reading)).toEqual({ bytes: bytes(7), atMs: 40 });
    expect(clock.now()).toBe(40);
    expect(await clock.run(inbox.read(0))).toBeUndefined();
  });

  it('forgets all at once, and says what it was', async () => {
    const clock = new FakeClock();
    const inbox = new Inbox(clock);
    inbox.push(bytes(1, 2));
    inbox.push(bytes(3));
    inbox.push(bytes(4, 5, 6));
    expect(inbox.drain()).toEqual(bytes(1, 2, 3, 4, 5, 6));
    expect(inbox.drain()).toEqual(bytes());
    expect(await clock.run(inbox.read(1))).toBeUndefined();
  });

  it('fails once, with the first reason, after what had come was read', async () => {
    const clock = new FakeClock();
    const inbox = new Inbox(clock);
    const [first, second] = [new LinkError('gone', {}), new LinkError('gone again', {})];
    expect(inbox.failure).toBeUndefined();
    inbox.push(bytes(1));
    inbox.fail(first);
    inbox.fail(second);
    inbox.push(bytes(2));
    expect(inbox.failure).toBe(first);
    expect(await inbox.failed).toBe(first);
    expect(await inbox.read(10)).toEqual({ bytes: bytes(1), atMs: 0 });
    await expect(inbox.read(10)).rejects.toBe(first);
    expect(clock.now()).toBe(0);
  });

  it('wakes its reader when it fails', async () => {
    const clock = new FakeClock();
    const inbox = new Inbox(clock);
    const lost = new LinkError('gone', {});
    void clock.sleep(40).then(() => inbox.fail(lost));
    await expect(clock.run(inbox.read(1_000))).rejects.toBe(lost);
    expect(clock.now()).toBe(40);
  });

  it('holds its source back where nobody reads, and lets it go on when half was read', async () => {
    const said: string[] = [];
    const source = { pause: () => said.push('pause'), resume: () => said.push('resume') };
    const inbox = new Inbox(new FakeClock(), source);
    for (let n = 0; n < 20; n++) inbox.push(new Uint8Array(1 << 16));
    expect(said).toEqual(['pause']);
    for (let n = 0; n < 11; n++) await inbox.read(0);
    expect(said).toEqual(['pause']);
    await inbox.read(0);
    await inbox.read(0);
    expect(said).toEqual(['pause', 'resume']);
    // Single bytes cost more than themselves.
    for (let n = 0; n < 20_000; n++) inbox.push(Uint8Array.of(n));
    expect(said).toEqual(['pause', 'resume', 'pause']);
    expect(inbox.drain().length).toBe(7 * (1 << 16) + 20_000);
    expect(said).toEqual(['pause', 'resume', 'pause', 'resume']);
  });
});
