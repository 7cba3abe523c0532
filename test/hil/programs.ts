/** Programs for tests: a stand-in for the chat program, and the metronome. */
import { ownText } from '../../scripts/own-text.js';
import type { Program } from '../../src/seams/target.js';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { assemble, type AssemblyResult } from '../../src/z80asm/assemble.js';

function assembled(name: string, file: URL, change: (source: string) => string = (source) => source): Program {
  const text = change(ownText(file));
  const result = assemble({ main: 'x.asm', readText: () => text, readBinary: () => undefined });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return { name, bytes: result.bytes };
}

function metronome(host: string): AssemblyResult {
  return assemble({ main: `time/${host}`, ...firmwareReader(nodeFiles) });
}

export const METRONOME: Program = { name: 'Z80LMCLK.COM', bytes: metronome('cpm.asm').bytes };

const SOURCE = new URL('talker.asm', import.meta.url);
/** Says each letter of the question again, after 0.5 M T-states of thought. */
export const TALKER = assembled('TALK.COM', SOURCE);
/** The same, with a TIME mode of a kind: /TIME 5 is answered [TIME ]. */
export const TIMED_TALKER = assembled('TALK.COM', SOURCE, (text) =>
  text.replace("        call out\n        jr next", "        cp '/'\n        jr nz,other\n        ld a,'['\nother:  cp '5'\n        jr nz,print\n        ld a,']'\nprint:  call out\n        jr next"),
); // prettier-ignore
/** The same, but that it says X for e. */
export const LIAR = assembled('TALK.COM', SOURCE, (text) =>
  text.replace("        call out\n        jr next", "        cp 'e'\n        jr nz,honest\n        ld a,'X'\nhonest: call out\n        jr next"),
); // prettier-ignore
