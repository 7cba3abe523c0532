/** A talk with the helper in which the board does something else: what goes out is bounded, and so is what is taken in. */
import { describe, expect, it } from 'vitest';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { CpmLine } from '../../src/transfer/cpm-line.js';
import { RECORD } from '../../src/transfer/helper/frames.js';
import { HELPER_SETTINGS, HelperSession } from '../../src/transfer/helper/session.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { linkPair } from '../fakes/link-pair.js';

const FRAMES = Array.from({ length: 40 }, (_, n) => ({ record: 8 * n, bytes: new Uint8Array(8 * RECORD) }));
const text = (words: string): Uint8Array => Uint8Array.from(Buffer.from(words, 'latin1'));

/** Frames that go out to a board that does this with each. */
async function sent(board: (frame: number) => Uint8Array): Promise<{ frames: number; error: Error | undefined }> {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock);
  let frames = 0;
  const link: ByteLink = Object.assign(Object.create(a) as ByteLink, {
    write: async () => void (await b.write(board(frames++))),
  });
  let error: Error | undefined;
  const work = async (): Promise<void> => {
    try {
      for await (const _ of new HelperSession(new CpmLine(link, clock)).send(FRAMES, 0));
    } catch (thrown) {
      error = thrown as Error;
    }
  };
  await clock.run(work());
  return { frames, error };
}

describe('data for a helper', () => {
  const dot = text('.');
  const none = new Uint8Array(0);

  it('goes on while it is heard, also where some frames are not', async () => {
    expect(await sent((n) => (n % 4 === 0 ? dot : none))).toEqual({ frames: 40, error: undefined });
  });

  it('stops where no frame is heard any more: what has been reset would take it for commands', async () => {
    expect(await sent(() => none)).toEqual({ frames: HELPER_SETTINGS.aheadRecords / 8, error: undefined });
    expect((await sent((n) => (n < 10 ? dot : none))).frames).toBeLessThan(20);
  });

  it('stops where the board talks', async () => {
    const { frames, error } = await sent((n) => (n < 3 ? dot : text('\r\nRomWBW HBIOS v3.5.1')));
    expect(frames).toBe(4);
    expect(error?.message).toBe('it is gone: "...\\r\\nRomWBW HBIOS v3.5.1"');
  });
});

it('dots without end are no answer', async () => {
  const clock = new FakeClock();
  const { a } = linkPair(clock);
  let taken = 0;
  const link: ByteLink = Object.assign(Object.create(a) as ByteLink, {
    write: async () => undefined,
    read: async () => {
      await clock.sleep(1);
      taken += 64;
      return { bytes: text('.'.repeat(64)), atMs: clock.now() };
    },
  });
  const hello = new HelperSession(new CpmLine(link, clock)).hello();
  await expect(clock.run(hello)).rejects.toThrow('it answers …"....');
  expect(taken).toBe(HELPER_SETTINGS.requestTries * HELPER_SETTINGS.answerBytes);
});
