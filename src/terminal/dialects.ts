/**
 * Screen codes of the terminals that CP/M programs were installed for, turned into those of today's (VT100/ANSI).
 *
 *     ADM-3A   ^Z clear  ^^ home  ^K up  ^L right  ESC = row column; with the Televideo's and Kaypro's
 *              ESC T / ^X erase line  ESC Y / ^W erase screen  ESC E insert line  ESC R delete line
 *              ESC ( bright  ESC ) dim  ESC B n / C n attribute n on / off
 *     VT52     ESC A B C D up down right left  ESC H home  ESC I back a line  ESC J erase screen
 *              ESC K erase line  ESC Y row column
 *
 * Rows and columns are a character each, from 20h.
 */
export const TERMINALS = ['vt100', 'adm3a', 'vt52'] as const;
export type Terminal = (typeof TERMINALS)[number];

const ESC = 0x1b;
const CSI = '\x1b[';

interface Codes {
  /** Control characters. */
  controls: Record<number, string>;
  /** After ESC. */
  escapes: Record<string, string>;
  /** After ESC, by the digit that follows. */
  numbered: Record<string, string[]>;
  /** After ESC: the one that two characters of position follow. */
  position: string;
}

const ADM3A: Codes = {
  controls: { 0x1a: `${CSI}H${CSI}2J`, 0x1e: `${CSI}H`, 0x0b: `${CSI}A`, 0x0c: `${CSI}C`, 0x18: `${CSI}K`, 0x17: `${CSI}J` },
  escapes: { T: `${CSI}K`, t: `${CSI}K`, Y: `${CSI}J`, y: `${CSI}J`, E: `${CSI}L`, R: `${CSI}M`, '*': `${CSI}H${CSI}2J`, '(': `${CSI}22m`, ')': `${CSI}2m` },
  // Reverse, dim, blinking, underlined, cursor.
  numbered: {
    B: ['7m', '2m', '5m', '4m', '?25h'].map((code) => CSI + code),
    C: ['27m', '22m', '25m', '24m', '?25l'].map((code) => CSI + code),
  },
  position: '=',
}; // prettier-ignore
const VT52: Codes = {
  controls: {},
  escapes: { A: `${CSI}A`, B: `${CSI}B`, C: `${CSI}C`, D: `${CSI}D`, H: `${CSI}H`, I: '\x1bM', J: `${CSI}J`, K: `${CSI}K`, E: `${CSI}H${CSI}2J` },
  numbered: {},
  position: 'Y',
}; // prettier-ignore

/** A function that takes the program's bytes one by one and gives what the terminal of today is sent for each. */
export function screenCodes(terminal: Terminal): (byte: number) => string {
  if (terminal === 'vt100') return (byte) => String.fromCharCode(byte);
  const { controls, escapes, numbered, position } = terminal === 'adm3a' ? ADM3A : VT52;
  /** What has come of a sequence that is not complete. */
  let held: number[] = [];
  return (byte) => {
    if (held.length === 0) {
      if (byte !== ESC) return controls[byte] ?? String.fromCharCode(byte);
      held = [byte];
      return '';
    }
    const kind = String.fromCharCode(held[1] ?? byte);
    const isPosition = kind === position;
    if (held.length < (isPosition ? 3 : numbered[kind] ? 2 : 1)) {
      held.push(byte);
      return '';
    }
    const row = held[2] ?? 0;
    held = [];
    if (isPosition) return `${CSI}${Math.max(1, row - 0x1f)};${Math.max(1, byte - 0x1f)}H`;
    return numbered[kind] ? (numbered[kind][byte - 0x30] ?? '') : (escapes[kind] ?? `\x1b${kind}`);
  };
}
