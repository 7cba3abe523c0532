/** Programs for tests: a stand-in for the chat program, and the metronome. */
import { ownText } from '../../scripts/own-text.js';
import { CPM } from '../../src/machines/cpm.js';
import { SCM } from '../../src/machines/scm.js';
import type { Machine } from '../../src/machines/machine.js';
import type { Program } from '../../src/seams/target.js';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { assemble } from '../../src/z80asm/assemble.js';

function assembled(name: string, file: URL, change: (source: string) => string = (source) => source): Program {
  const text = change(ownText(file));
  const result = assemble({ main: 'x.asm', readText: () => text, readBinary: () => undefined });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return { name, bytes: result.bytes };
}

/** The metronome's file. */
export function metronomeFor({ host, file }: Machine): Uint8Array {
  const { bytes, origin } = assemble({ main: `time/${host}`, ...firmwareReader(nodeFiles) });
  return file.encode({ bytes, origin, entry: origin }, 'Z80LMCLK');
}

export const METRONOME: Program = { name: 'Z80LMCLK.COM', bytes: metronomeFor(CPM) };

const SOURCE = new URL('talker.asm', import.meta.url);
/** Says each letter of the question again, after 0.5 M T-states of thought. */
export const TALKER = assembled('TALK.COM', SOURCE);
/** The same under the Small Computer Monitor. */
export const MONITOR_TALKER = ((): Program => {
  const changes: [string, string][] = [
    ['org 100h\n', 'org 8000h\n        ld (host),sp\n'],
    ['        ld c,9\n        call BDOS\n', '        ld c,6\n        rst 30h\n'],
    [
      '        ld e,0FFh\n        ld c,6\n        call BDOS\n        or a\n        jr z,key\n',
      '        ld c,3\n        rst 30h\n        jr z,key\n        ld c,1\n        rst 30h\n',
    ],
    ['jp z,0\n', 'jr z,leave\n'],
    [
      '        ld e,a\n        ld c,6\n        jp BDOS\n',
      '        ld c,2\n        rst 30h\n        ret\nleave:  ld c,7\n        rst 30h\n        ld sp,(host)\n        ret\n',
    ],
    ["$'", "',0"],
    ['line: ', 'host:   dw 0\nline: '],
  ];
  const change = (source: string): string => changes.reduce((text, [from, to]) => text.replaceAll(from, to), source);
  const { bytes } = assembled('', SOURCE, change);
  return { name: 'TALK.HEX', bytes: SCM.file.encode({ bytes, origin: 0x8000, entry: 0x8000 }, 'TALK') };
})();
/** The same, with a TIME mode of a kind: /TIME 5 is answered [TIME ]. */
export const TIMED_TALKER = assembled('TALK.COM', SOURCE, (text) =>
  text.replace("        call out\n        jr next", "        cp '/'\n        jr nz,other\n        ld a,'['\nother:  cp '5'\n        jr nz,print\n        ld a,']'\nprint:  call out\n        jr next"),
); // prettier-ignore
/** The same, but that it says X for e. */
export const LIAR = assembled('TALK.COM', SOURCE, (text) =>
  text.replace("        call out\n        jr next", "        cp 'e'\n        jr nz,honest\n        ld a,'X'\nhonest: call out\n        jr next"),
); // prettier-ignore
