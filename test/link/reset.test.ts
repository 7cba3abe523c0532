import { expect, it } from 'vitest';
import { Inbox } from '../../src/link/inbox.js';
import { resetBoard } from '../../src/link/reset.js';
import type { PulseLine } from '../../src/link/serial-options.js';
import { SteadyLink, type Line } from '../../src/link/steady-link.js';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { FakeClock } from '../fakes/fake-clock.js';

/** A board that boots when it is pulsed: what it says, and when. */
async function board(says: readonly [ms: number, text: string][], hasLines = true) {
  const clock = new FakeClock();
  const pulses: PulseLine[] = [];
  const inbox = new Inbox(clock);
  const line: Line = {
    name: 'board',
    baud: 115_200,
    gone: inbox.failed,
    write: () => Promise.reject(new Error('nothing is typed while a board starts')),
    read: (ms) => inbox.read(ms),
    unread: (bytes) => inbox.unread(bytes),
    drain: () => inbox.drain(),
    close: async () => undefined,
    ...(hasLines && {
      pulse: async (which: PulseLine) => {
        pulses.push(which);
        for (const [ms, text] of says) void clock.sleep(ms).then(() => inbox.push(toBytes(text)));
      },
    }),
  };
  const link = new SteadyLink('board', clock, async () => line);
  await link.open();
  return { clock, link, inbox, pulses };
}

it('is by the line that was asked for; the boot text is left to the next reader, what was before is not', async () => {
  const { clock, link, inbox, pulses } = await board([
    [2_300, 'RC2014 Z80 Boot Loader\r\n'],
    [3_200, '===> '],
  ]);
  inbox.push(toBytes('from before'));
  await clock.run(resetBoard(link, clock, 'dtr'));
  expect(pulses).toEqual(['dtr']);
  expect(clock.now()).toBe(4_700);
  expect(latin1((await link.read(0))!.bytes)).toBe('RC2014 Z80 Boot Loader\r\n===> ');
});

it('a board that says nothing is waited for no longer than its first words would take', async () => {
  const { clock, link } = await board([]);
  await clock.run(resetBoard(link, clock, 'break'));
  expect(clock.now()).toBe(3_000);
});

it('a link without such lines says so, and is not lost for it', async () => {
  const { clock, link } = await board([], false);
  await expect(resetBoard(link, clock, 'rts')).rejects.toMatchObject({
    message: 'RTS cannot be set here',
    reason: { unavailable: true },
  });
  expect(link.state).toBe('open');
});
