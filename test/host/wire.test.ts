/** Which wire the virtual board gets, decided where there is a pseudo-terminal and where there is none. */
import { describe, expect, it } from 'vitest';
import type { OpenWire } from '../../src/host/plug.js';
import { wireOpener, type Wires, type WireWishes } from '../../src/host/wire.js';
import { LinkError } from '../../src/seams/errors.js';

const wire = (path: string): OpenWire => ({ path, read: () => new Uint8Array(0), write: () => 0, close: () => {} });

/** A system whose free TCP port is 4711. @param refusal why it has no pseudo-terminals; without it, it has */
function system(refusal?: string): Wires {
  let next = 0;
  return {
    pty: async () => {
      if (refusal !== undefined) throw new LinkError(refusal, { unavailable: true });
      return wire(`/dev/pts/${next++}`);
    },
    tcp: async (port) => wire(`tcp://127.0.0.1:${port || 4711}`),
  };
}

/** What it opens the first time, and the second. */
async function opened(wishes: WireWishes, wires: Wires): Promise<[string, string | undefined][]> {
  const open = wireOpener(wishes, wires);
  return [await open(), await open()].map(({ path, remark }) => [path, remark]);
}

describe('the wire of a virtual board', () => {
  it('is a pseudo-terminal where the system has one, another after each unplugging', async () => {
    const wires = system();
    expect(await opened({}, wires)).toEqual([
      ['/dev/pts/0', undefined],
      ['/dev/pts/1', undefined],
    ]);
    expect(await opened({ ptyOnly: true }, wires)).toEqual([
      ['/dev/pts/2', undefined],
      ['/dev/pts/3', undefined],
    ]);
  });

  it('is the TCP port that was asked for, the same after each unplugging, and there is nothing to say', async () => {
    const once = ['tcp://127.0.0.1:2000', undefined];
    expect(await opened({ tcpPort: 2000 }, system())).toEqual([once, once]);
    const free = ['tcp://127.0.0.1:4711', undefined];
    expect(await opened({ tcpPort: 0 }, system('none here'))).toEqual([free, free]);
  });

  it('is TCP where there is no pseudo-terminal, and says so and why', async () => {
    const remark = 'no pseudo-terminal (none here): the virtual board listens on TCP instead';
    const once = ['tcp://127.0.0.1:4711', remark];
    expect(await opened({}, system('none here'))).toEqual([once, once]);
  });

  it('is none where only a pseudo-terminal will do, and the hint is true for board --pty', async () => {
    const refusal = opened({ ptyOnly: true }, system('none here'));
    await expect(refusal).rejects.toMatchObject({
      message: 'no pseudo-terminal: none here',
      hint: expect.stringContaining('omit --pty') as string,
      reason: { unavailable: true },
    });
  });

  it('does not take a defect of ours for a system without pseudo-terminals', async () => {
    const pty = () => Promise.reject(new TypeError('a defect'));
    await expect(opened({}, { ...system(), pty })).rejects.toThrow(TypeError);
  });
});
