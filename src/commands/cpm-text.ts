/** Text files of CP/M: lines end with CR LF, and the text at the first ^Z, or with the last record. */

const CTRL_Z = 0x1a;
const CR = 0x0d;
const LF = 0x0a;

export function hostText(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(CTRL_Z);
  const text = end < 0 ? bytes : bytes.subarray(0, end);
  return text.filter((byte, i) => byte !== CR || text[i + 1] !== LF);
}

export function cpmText(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  bytes.forEach((byte, i) => {
    if (byte === LF && bytes[i - 1] !== CR) out.push(CR);
    out.push(byte);
  });
  return Uint8Array.from(out);
}
