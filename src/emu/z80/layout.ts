/**
 * Where the core keeps things in its memory (seven pages of 64 KB):
 *
 *     00000  the Z80's 64 KB
 *     10000  shadow page: an opcode that an interrupting device puts on the bus is fetched from here (z80.ts)
 *     20000  state, 32-bit words (STATE below)
 *     200C0  trail: addresses of the last 16 instructions, 32-bit words, by `n` mod 16
 *     20100  flag tables, bytes (TABLES below)
 *     30000  marks: a byte for each of the Z80's addresses, what its use asks of the core (MARK below)
 *     50000  entries: two bytes for each address where a region can be entered (regions.ts): its number and a stretch of it
 */
export const MEMORY_SIZE = 0x10000;
export const STATE_AT = 0x20000;
export const MARKS_AT = 0x30000;
/** One more than there are addresses: NOWHERE. */
export const MARKS_SIZE = MEMORY_SIZE + 1;
export const NOWHERE = MEMORY_SIZE;
/** Numbers of regions that there are at a time, and of stretches in one: each is a byte of an entry. */
export const MOST_REGIONS = 256;
export const MOST_STRETCHES = 256;
export const ENTRIES_AT = 0x50000;
export const PAGES = 7;

/** Index of each state word. */
export const STATE = {
  a: 0,
  f: 1,
  bc: 2,
  de: 3,
  hl: 4,
  ix: 5,
  iy: 6,
  sp: 7,
  pc: 8,
  wz: 9,
  q: 10,
  /** Instructions since the slice began. */
  n: 11,
  /** Refresh counter less `n`; its bit 7 is kept in r7. */
  r: 12,
  /** T-states left of the slice; below zero at its end. */
  left: 13,
  af_: 14,
  bc_: 15,
  de_: 16,
  hl_: 17,
  i: 18,
  r7: 19,
  iff1: 20,
  iff2: 21,
  im: 22,
  halted: 23,
  /** Not 0: return at the next boundary where it can matter (after a port access, EI, RETN). */
  attention: 24,
  /** `n` at the last EI, LD A,I/R, lost prefix, and RETN that changed IFF1: equal to `n` only directly after it. */
  eiMark: 25,
  pMark: 26,
  prefixMark: 27,
  retMark: 31,
  /** The bytes of memory that the watchful core last wrote and read; NOWHERE at the start of a slice. */
  wrote: 28,
  wroteToo: 29,
  got: 30,
  gotToo: 32,
  /** Entries of the trail less `n`: a stretch of translated code is one. */
  skipped: 33,
  /** Number of a region whose code has changed, which was left as it was entered. */
  stale: 34,
  /** M1 cycles less the refresh counter, which programs load: what LD R,A took away. */
  refreshLost: 35,
} as const;
export const STATE_WORDS = 48;
export const TRAIL_AT = STATE_AT + 4 * STATE_WORDS;
export const TRAIL_LENGTH = 16;

/** What a mark asks for; those of the fetch are from FETCH on, so that one comparison sees them. */
export const MARK = {
  /** Return behind an instruction that read the byte, or wrote it. */
  read: 0x01,
  write: 0x02,
  /** Return before the instruction that begins here. */
  execute: 0x80,
  /** Translated code begins here: a region can be entered. */
  entry: 0x40,
  /** A byte of translated code. */
  code: 0x20,
} as const;
export const FETCH = MARK.entry;

/** Flag tables: name → offset from STATE_AT, size, and flags of a value. S=80 Z=40 Y=20 H=10 X=08 P=04 N=02 C=01. */
export interface FlagTable {
  at: number;
  size: number;
  flags: (value: number) => number;
}

const signZero = (v: number): number => (v & 0xa8) | (v & 0xff ? 0 : 0x40);
function parity(v: number): number {
  let odd = v & 0xff;
  odd ^= odd >> 4;
  odd ^= odd >> 2;
  odd ^= odd >> 1;
  return odd & 1 ? 0 : 0x04;
}

export const TABLES = {
  /** S Z Y X of a byte. */
  sz: { at: 0x100, size: 256, flags: signZero },
  /** The same and its parity. */
  szp: { at: 0x200, size: 256, flags: (v) => signZero(v) | parity(v) },
  /** Of a sum or difference of 9 bits: carry too, and N. */
  addF: { at: 0x300, size: 512, flags: (v) => signZero(v) | (v >> 8) },
  subF: { at: 0x500, size: 512, flags: (v) => signZero(v) | (v >> 8) | 0x02 },
  /** All but carry of a byte just incremented or decremented. */
  incF: { at: 0x700, size: 256, flags: (v) => signZero(v) | (v & 15 ? 0 : 0x10) | (v === 0x80 ? 0x04 : 0) },
  decF: { at: 0x800, size: 256, flags: (v) => signZero(v) | (~v & 15 ? 0 : 0x10) | (v === 0x7f ? 0x04 : 0) | 0x02 },
} satisfies Record<string, FlagTable>;
