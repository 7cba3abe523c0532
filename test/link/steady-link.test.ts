/**
 * The life of a link: every state, and the cable pulled and put back in each. The first half on lines of our own in
 * virtual time, the second on the virtual board behind a real pseudo-terminal and a real TCP port.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VirtualBoardOptions } from '../../src/host/virtual-board.js';
import { Inbox } from '../../src/link/inbox.js';
import { SteadyLink, type Line, type LinkState } from '../../src/link/steady-link.js';
import { toBytes } from '../../src/seams/bytes.js';
import type { Clock } from '../../src/seams/clock.js';
import { LinkError } from '../../src/seams/errors.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { CpmLine } from '../../src/transfer/cpm-line.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { withBoard } from '../fakes/with-board.js';
import { sample } from '../transfer/samples.js';

/** A port that can be unplugged. */
class Socket {
  plugged = true;
  openings = 0;
  line: (Line & { inbox: Inbox; closed: boolean }) | undefined;
  /** What the port holds when it is opened. */
  stale = '';
  /** How long opening takes. */
  openMs = 0;
  constructor(readonly clock: FakeClock) {}

  readonly open = async (): Promise<Line> => {
    this.openings++;
    if (this.openMs > 0) await this.clock.sleep(this.openMs);
    if (!this.plugged) throw new LinkError('there is no such port', { unavailable: true });
    const inbox = new Inbox(this.clock);
    const line = {
      name: `port ${this.openings}`,
      baud: 9600,
      inbox,
      closed: false,
      gone: inbox.failed,
      write: async () => {
        if (inbox.failure) throw inbox.failure;
      },
      read: (ms: number) => inbox.read(ms),
      unread: (bytes: Uint8Array) => inbox.unread(bytes),
      drain: () => inbox.drain(),
      close: async () => {
        line.closed = true;
        inbox.fail(new LinkError('closed', { canceled: true }));
      },
    };
    this.line = line;
    inbox.push(toBytes(this.stale));
    return line;
  };

  unplug(): void {
    this.plugged = false;
    this.line?.inbox.fail(new LinkError('the port went away', { disconnected: true }));
  }
}

function setUp(): { clock: FakeClock; socket: Socket; link: SteadyLink; states: LinkState[] } {
  const clock = new FakeClock();
  const socket = new Socket(clock);
  const link = new SteadyLink('board', clock, socket.open);
  const states: LinkState[] = [];
  link.onState((state) => states.push(state));
  return { clock, socket, link, states };
}

/** Let promises that wait for nothing but each other settle. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the states of a link', () => {
  it('closed: nothing can be read or written, or opened again', async () => {
    const { link } = setUp();
    expect([link.state, link.name, link.baud]).toEqual(['closed', 'board', undefined]);
    for (const work of [link.read(0), link.write(Uint8Array.of(1)), link.reopen()])
      await expect(work).rejects.toMatchObject({ message: 'the port is closed', reason: { canceled: true } });
    expect(link.drain().length).toBe(0);
    await link.close();
  });

  it('closed, unplugged: opening fails, and works when it is plugged in', async () => {
    const { link, socket, states } = setUp();
    socket.unplug();
    await expect(link.open()).rejects.toMatchObject({ reason: { unavailable: true } });
    socket.plugged = true;
    await link.open();
    expect(states).toEqual(['opening', 'closed', 'opening', 'open']);
    expect([link.name, link.baud]).toEqual(['port 2', 9600]);
  });

  it('opening, and closed before it is open: what opens late is closed again', async () => {
    const { clock, link, socket, states } = setUp();
    socket.openMs = 500;
    const opening = expect(link.open()).rejects.toMatchObject({ reason: { canceled: true } });
    await link.close();
    await clock.run(opening);
    expect(clock.now()).toBe(0);
    await clock.run(clock.sleep(600));
    expect(socket.line!.closed).toBe(true);
    expect(states).toEqual(['opening', 'closed']);
  });

  it('open, unplugged with nobody reading: lost; what had come is still read, then the reason is told', async () => {
    const { clock, link, socket, states } = setUp();
    await link.open();
    socket.line!.inbox.push(toBytes('last words'));
    socket.unplug();
    await settle();
    expect(states).toEqual(['opening', 'open', 'lost']);
    expect((await link.read(0))!.bytes).toEqual(toBytes('last words'));
    await expect(clock.run(link.read(0))).rejects.toMatchObject({ reason: { disconnected: true } });
    await expect(link.write(Uint8Array.of(1))).rejects.toMatchObject({ reason: { disconnected: true } });
  });

  it('lost: tried again with pauses of 0.1, 0.2, 0.4 … 2 s, and what the port held is thrown away', async () => {
    const { clock, link, socket } = setUp();
    await link.open();
    socket.line!.inbox.push(toBytes('old'));
    socket.unplug();
    await settle();
    const started = clock.now();
    const tries: number[] = [];
    link.onState((state) => {
      if (state === 'opening') tries.push(clock.now() - started);
    });
    void clock.sleep(6_000).then(() => (socket.plugged = true));
    socket.stale = 'stale';
    const drained = await clock.run(link.reopen());
    expect(tries).toEqual([100, 300, 700, 1500, 3100, 5100, 7100]);
    expect(drained).toEqual(toBytes('stale'));
    expect([link.state, link.name]).toEqual(['open', 'port 8']);
    expect(await clock.run(link.read(10))).toBeUndefined();
  });

  it('lost again as soon as it is back, and then well', async () => {
    const { clock, link, socket, states } = setUp();
    await link.open();
    socket.unplug();
    await settle();
    socket.plugged = true;
    await clock.run(link.reopen());
    socket.unplug();
    await settle();
    socket.plugged = true;
    await clock.run(link.reopen());
    expect(states.join(' ')).toBe('opening open lost opening open lost opening open');
  });

  it('lost, and closed while it is waited for', async () => {
    const { clock, link, socket, states } = setUp();
    await link.open();
    socket.unplug();
    await settle();
    const waiting = expect(link.reopen()).rejects.toMatchObject({ message: 'the port is closed' });
    void clock.sleep(1_000).then(() => link.close());
    await clock.run(waiting);
    expect(states.at(-1)).toBe('closed');
  });

  it('lost: the waiting can be interrupted, and has an end', async () => {
    const { clock, link, socket } = setUp();
    await link.open();
    socket.unplug();
    await settle();
    const abort = new AbortController();
    void clock.sleep(1_000).then(() => abort.abort());
    await expect(clock.run(link.reopen({}, abort.signal))).rejects.toMatchObject({ reason: { canceled: true } });
    expect(link.state).toBe('lost');
    await expect(clock.run(link.reopen({ limitMs: 5_000 }))).rejects.toMatchObject({ reason: { unavailable: true } });
    expect(link.state).toBe('lost');
    socket.plugged = true;
    await clock.run(link.reopen());
    expect(link.state).toBe('open');
  });

  describe('is back, and within the pause before it is used', () => {
    const SETTLE_MS = 100;
    /** Lost, and back; half of the pause later this happens. */
    async function meanwhile(
      what: (world: ReturnType<typeof setUp>, abort: AbortController) => unknown,
    ): Promise<[ReturnType<typeof setUp>, Promise<Uint8Array>]> {
      const world = setUp();
      const { clock, link, socket } = world;
      await link.open();
      socket.unplug();
      await settle();
      socket.plugged = true;
      const abort = new AbortController();
      const back = link.reopen({ settleMs: SETTLE_MS }, abort.signal);
      void clock.sleep(100 + SETTLE_MS / 2).then(() => what(world, abort));
      return [world, clock.run(back)];
    }

    it('lost again: it is waited for once more', async () => {
      const [{ link, socket, clock }, back] = await meanwhile(({ socket: port, clock: time }) => {
        port.unplug();
        void time.sleep(1_000).then(() => (port.plugged = true));
      });
      await back;
      expect([link.state, socket.openings > 2, clock.now() > 1_000]).toEqual(['open', true, true]);
    });

    it('closed', async () => {
      const [{ link }, back] = await meanwhile(({ link: line }) => line.close());
      await expect(back).rejects.toMatchObject({ message: 'the port is closed' });
      expect(link.state).toBe('closed');
    });

    it('called off: it is lost as before', async () => {
      const [{ link, socket }, back] = await meanwhile((_, abort) => abort.abort());
      await expect(back).rejects.toMatchObject({ message: 'interrupted', reason: { canceled: true } });
      expect([link.state, socket.line!.closed]).toEqual(['lost', true]);
    });
  });

  it('opening can be called off', async () => {
    const { clock, link, socket } = setUp();
    socket.openMs = 60_000;
    const abort = new AbortController();
    void clock.sleep(50).then(() => abort.abort());
    await expect(clock.run(link.open(abort.signal))).rejects.toMatchObject({ reason: { canceled: true } });
    expect([link.state, clock.now()]).toEqual(['closed', 50]);
  });

  it('a loss that is told by the line that was before counts no more', async () => {
    const { clock, link, socket } = setUp();
    await link.open();
    const before = socket.line!;
    await expect(async () => {
      before.inbox.fail(new LinkError('stuck', { timedOut: true }));
      await link.write(Uint8Array.of(1));
    }).rejects.toMatchObject({ reason: { timedOut: true } });
    expect(link.state).toBe('lost');
    await clock.run(link.reopen());
    await settle();
    expect(link.state).toBe('open');
  });
});

describe.concurrent('a board that is unplugged and plugged in again', () => {
  /** A pseudo-terminal has a name that stays. */
  async function withCable(options: VirtualBoardOptions, use: Parameters<typeof withBoard>[1]): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'z80lm-link-'));
    const name = options.tcpPort === undefined ? { link: join(folder, 'board') } : {};
    await withBoard({ ...options, ...name }, use).finally(() => rmSync(folder, { recursive: true }));
  }
  const answers = async (link: SteadyLink, clock: Clock): Promise<string> =>
    (await new CpmLine(link, clock).cleanPrompt()).drive;

  for (const [name, options] of [
    ['a pseudo-terminal', {}],
    ['TCP', { tcpPort: 0 }],
  ] as const)
    it(`${name}: at rest, and while it is waited for`, () =>
      withCable(options, async (link, clock, board) => {
        expect(await answers(link, clock)).toBe('A');
        const reading = expect(link.read(60_000)).rejects.toMatchObject({ reason: { disconnected: true } });
        await board.unplug();
        await reading;
        expect(link.state).toBe('lost');
        const back = link.reopen();
        await clock.sleep(300);
        await board.plug();
        await back;
        expect(link.state).toBe('open');
        expect(await answers(link, clock)).toBe('A');
      }));

  it('in mid-transfer: the block is named, and what is on the board; and it comes back', () =>
    withCable({ unplugAfter: 2_000, replugMs: 200 }, async (link, clock) => {
      const bytes = sample(3_000);
      const target = boardTarget(link, romwbwDriver(), clock);
      const load = async (): Promise<void> => {
        for await (const _ of target.load({ name: 'X.COM', bytes }));
      };
      await expect(load()).rejects.toMatchObject({
        message: expect.stringMatching(/at block \d of 10$/),
        reason: { disconnected: true },
        hint: expect.stringContaining('there is no X.COM on the board'),
      });
      // That the next try gets through is in test/commands/console.test.ts.
      await link.reopen();
      expect(link.state).toBe('open');
    }));
});
