/** States that a CP/M board may be left in, as a fake board plays them; each ends when it is left as the real one is. */
import { ByteReader } from '../../src/link/byte-reader.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { toBytes } from '../../src/seams/bytes.js';
import type { Clock } from '../../src/seams/clock.js';

export interface Stage {
  say(text: string): Promise<void>;
  /** The next key, or undefined when the board is to stop, or none came for so long. */
  key(withinMs?: number): Promise<string | undefined>;
}

export function stageOf(link: ByteLink, clock: Clock, isStopped: () => boolean): Stage {
  const reader = new ByteReader(link, clock);
  return {
    say: (text) => link.write(toBytes(text)),
    async key(withinMs = Infinity) {
      for (let ms = 0; ms < withinMs && !isStopped(); ms += 500) {
        const byte = await reader.byte(Math.min(500, withinMs - ms));
        if (byte !== undefined) return String.fromCharCode(byte);
      }
      return undefined;
    },
  };
}

/** A program that reads lines by the BDOS: ^X rubs out, ^C as the first key leaves. @returns at its end */
async function lines({ say, key }: Stage, prompt: string, answer: (line: string) => string | undefined): Promise<void> {
  let line = '';
  await say(`\r\n${prompt}`);
  for (let typed = await key(); typed !== undefined; typed = await key()) {
    if (typed === '\x03' && line === '') return say('^C');
    if (typed === '\x18') {
      await say('\b \b'.repeat(line.length));
      line = '';
    } else if (typed !== '\r') {
      line += typed;
      await say(typed);
    } else {
      const words = answer(line.trim().toUpperCase());
      if (words === undefined) return;
      line = '';
      await say(`\r\n${words}${prompt}`);
    }
  }
}

/** By name, as programs that run until they are left. */
export const PROGRAMS: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  DDT: (stage) => lines(stage, '-', (line) => (line === 'G0' ? undefined : line === '' ? '' : '?\r\n')),
  CHAT: (stage) => lines(stage, '> ', () => 'NO\r\n'),
  // Leaving it by ^C loses what was edited.
  ED: (stage) => lines(stage, '     : *', (line) => (line === 'Q' ? undefined : '')),
  async MBASIC({ say, key }) {
    let line = '';
    await say('29752 Bytes free\r\nOk\r\n');
    for (let typed = await key(); typed !== undefined; typed = await key()) {
      if (typed === '\x18') {
        line = '';
        await say('#\r\n');
      } else if (typed === '\x03') await say('^C\r\n');
      else if (typed !== '\r') {
        line += typed;
        await say(typed);
      } else if (line === 'SYSTEM') return;
      else {
        await say(line === '' ? '\r\n' : line.startsWith('REM') ? '\r\nOk\r\n' : '\r\nSyntax error\r\nOk\r\n');
        line = '';
      }
    }
  },
  /** Z80LMH behind a slow BIOS: two CANs end it where nothing follows them for a tick. */
  async HELPER({ say, key }) {
    let cans = 0;
    let isJunk = true;
    for (let silences = 0; silences < 200;) {
      const typed = await key(600);
      if (typed !== undefined) {
        isJunk = true;
        cans = typed === '\x18' ? cans + 1 : 0;
        continue;
      }
      if (cans >= 2) break;
      silences++;
      if (isJunk) await say('?');
      isJunk = false;
    }
    await say('\r\nZ80LMH: ended, nothing kept\r\n');
  },
  async PAGER({ say, key }) {
    for (;;) {
      await say('\r\nsome text\r\n[more]');
      const typed = await key();
      if (typed === undefined || typed === '\x03') return;
    }
  },
  async PIP({ say, key }) {
    for (let typed = await key(); typed !== undefined && typed !== '\x1a'; typed = await key()) await say(typed);
  },
  async BDOS({ say, key }) {
    for (;;) {
      await say('\r\nBdos Err On B: Bad Sector');
      const typed = await key();
      if (typed === undefined || typed === '\x03') return;
    }
  },
  /** RomWBW 2.9.1: any key boots CP/M, and one that comes meanwhile can be its end. */
  async SELECT({ say, key }) {
    await say('\r\nBdos Err On F: Select');
    await key();
    if ((await key(200)) !== undefined) while ((await key()) !== undefined);
  },
  /** RomWBW 3.5.1 after a byte too many. */
  async CRASH({ say, key }) {
    for (let ms = 0; ms < 60_000; ms += 5) {
      await say('\r\n\r\n+++ BAD INT @054B[1044:1C82]');
      await key(5);
    }
  },
  async MENU({ say, key }) {
    for (let typed = await key(); typed !== undefined; typed = await key())
      if (typed === '\r') await say('\r\nBoot [H=Help]: ');
      else if (/[A-Z0-9]/i.test(typed)) throw new Error(`a menu was given ${JSON.stringify(typed)}`);
  },
};
