import { CPM } from '../../src/machines/cpm.js';
import { describe, expect, it } from 'vitest';
import { nodeClock } from '../../src/host/node-clock.js';
import { EmulatorSession } from '../../src/tui/emulator-session.js';

/** Echoes every key: LD C,1; CALL 5; JR to the start. */
const ECHO = Uint8Array.of(0x0e, 0x01, 0xcd, 0x05, 0x00, 0x18, 0xf9);

describe('keys that are typed at the emulator', () => {
  it('arrive as UTF-8', async () => {
    const shown: number[] = [];
    const session = new EmulatorSession({
      machine: CPM,
      program: { name: 'ECHO.COM', bytes: ECHO },
      names: new Map(),
      clockHz: 4e6,
      clock: nodeClock,
      onOutput: (bytes) => shown.push(...bytes),
      onStatus: () => {},
      room: () => Promise.resolve(),
    });
    const over = session.run();
    session.act('go');
    session.type('ő€🐟');
    await expect.poll(() => Buffer.from(shown).toString()).toBe('ő€🐟');
    session.close();
    await over;
  });
});
