/** What has arrived and was not read: when it came, and how much of it may lie there. */
import { describe, expect, it } from 'vitest';
import { Inbox } from '../../src/link/inbox.js';
import { FakeClock } from '../fakes/fake-clock.js';

describe('an inbox', () => {
  it('bytes that are given back keep the time of their arrival', async () => {
    const clock = new FakeClock();
    const inbox = new Inbox(clock);
    await clock.run(clock.sleep(10));
    inbox.push(Uint8Array.of(1, 2, 3));
    await clock.run(clock.sleep(32));
    inbox.push(Uint8Array.of(4));
    const first = (await inbox.read(0))!;
    expect(first.atMs).toBe(10);
    inbox.unread(first.bytes.subarray(1));
    expect(await inbox.read(0)).toEqual({ bytes: Uint8Array.of(2, 3), atMs: 10 });
    expect(await inbox.read(0)).toEqual({ bytes: Uint8Array.of(4), atMs: 42 });
    inbox.unread(Uint8Array.of(4));
    expect((await inbox.read(0))!.atMs).toBe(42);
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
