/**
 * A tape's blocks as the sound of a cassette, as the ROM's LOAD hears it: pulses, each a time at one level.
 *
 *     pilot     2168 T-states each, 8063 of them before a header, 3223 before data
 *     sync      667, 735
 *     a bit     855 twice for 0, 1710 twice for 1; a byte's highest first
 *     end       945, so that the last pulse has an edge behind it, and a second of silence
 *
 * Source: the ROM's SA-BYTES at 04C2h, as the TZX format states it (standard speed data block).
 */
import { toBytes } from '../../seams/bytes.js';
import { CLOCK_HZ } from './system.js';
import { FLAG, type TapeBlock } from './tap.js';

export const PULSES = {
  pilot: 2168,
  headerPilots: 8063,
  dataPilots: 3223,
  sync: [667, 735],
  zero: 855,
  one: 1710,
  end: 945,
  silence: CLOCK_HZ,
} as const;

export const SAMPLE_HZ = 44_100;
/** Levels of 8-bit samples, whose middle is 80h; not the full range, which some inputs cannot bear. */
const LEVELS = { low: 0x20, high: 0xe0, silence: 0x80 };
const WAV_HEADER_BYTES = 44;

/** T-states of each pulse of a block, the silence behind it left out. */
function* pulsesOf(block: TapeBlock): Generator<number> {
  const pilots = block[0] === FLAG.header ? PULSES.headerPilots : PULSES.dataPilots;
  for (let i = 0; i < pilots; i++) yield PULSES.pilot;
  yield* PULSES.sync;
  for (const byte of block)
    for (let bit = 0x80; bit > 0; bit >>= 1) {
      const pulse = byte & bit ? PULSES.one : PULSES.zero;
      yield pulse;
      yield pulse;
    }
  yield PULSES.end;
}

/** A WAV file: 8 bits, one channel. */
export function encodeSound(blocks: readonly TapeBlock[]): Uint8Array {
  // Programs that read recordings want an edge behind the last silence, too.
  const parts = [...blocks.map((block) => [...pulsesOf(block)]), [PULSES.end, PULSES.end]];
  const tStates = parts.reduce((sum, pulses) => pulses.reduce((a, b) => a + b, sum + PULSES.silence), 0);
  const sampleAt = (at: number): number => WAV_HEADER_BYTES + Math.round((at * SAMPLE_HZ) / CLOCK_HZ);
  const wav = new Uint8Array(sampleAt(tStates)).fill(LEVELS.silence, WAV_HEADER_BYTES);
  let at = 0;
  for (const pulses of parts) {
    at += PULSES.silence;
    pulses.forEach((pulse, i) => {
      wav.fill(i % 2 === 0 ? LEVELS.low : LEVELS.high, sampleAt(at), sampleAt(at + pulse));
      at += pulse;
    });
  }
  wav.set(wavHeader(wav.length - WAV_HEADER_BYTES));
  return wav;
}

/** RIFF, one `fmt ` chunk (PCM), one `data` chunk. */
function wavHeader(samples: number): Uint8Array {
  const header = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(header.buffer);
  header.set(toBytes('RIFF'), 0);
  view.setUint32(4, WAV_HEADER_BYTES - 8 + samples, true);
  header.set(toBytes('WAVEfmt '), 8);
  view.setUint32(16, 16, true); // bytes of the format
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, SAMPLE_HZ, true);
  view.setUint32(28, SAMPLE_HZ, true); // bytes per second
  view.setUint16(32, 1, true); // bytes a sample
  view.setUint16(34, 8, true); // bits a sample
  header.set(toBytes('data'), 36);
  view.setUint32(40, samples, true);
  return header;
}
