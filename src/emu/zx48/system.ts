/** A ZX Spectrum 48K's memory as programs find it: addresses of its ROM's routines, and of BASIC's system variables. */

/** ROM ends and RAM begins here: the screen first. */
export const RAM_FROM = 0x4000;
/** Memory below is shared with the picture, and slowed while it is drawn. */
export const UNCONTENDED_FROM = 0x8000;
/** The attributes of the screen's cells. */
export const ATTRIBUTES_AT = 0x5800;

export const CLOCK_HZ = 3_500_000;
/** T-states from one picture, and interrupt, to the next. */
export const FRAME = 69_888;
/** The interrupt line is held so long. */
export const INTERRUPT = 32;

/** Entry points of the ROM. */
export const ROM = {
  print: 0x0010,
  interrupt: 0x0038,
  beeper: 0x03b5,
  cls: 0x0d6b,
  printA: 0x15f2,
  openChannel: 0x1601,
  breakKey: 0x1f54,
  /** Where USR goes on when its program returns. */
  usrEnd: 0x2d2b,
} as const;

/** System variables. */
export const SYSTEM = {
  lastKey: 0x5c08,
  errorNumber: 0x5c3a,
  flags: 0x5c3b,
  column: 0x5c88,
  row: 0x5c89,
  scrolls: 0x5c8c,
  attributes: 0x5c8d,
  ramTop: 0x5cb2,
} as const;

/** Of `flags`: a new key waits. */
export const KEY_THERE = 0x20;
/** IY all the time, for BASIC's sake; and HL', which USR wants back. */
export const BASIC_IY = SYSTEM.errorNumber;
export const BASIC_HL = 0x2758;

/** Variables after power-on, by address. */
export const AFTER_POWER_ON: readonly [at: number, ...bytes: number[]][] = [
  [0x5c09, 35, 5], // REPDEL, REPPER
  [0x5c36, 0x00, 0x3c], // CHARS
  [SYSTEM.errorNumber, 0xff, 0x80, 0x00], // ERR_NR, FLAGS, TV_FLAG
  [0x5c48, 0x38], // BORDCR
  [0x5c6b, 2], // DF_SZ
  [0x5c7b, 0x58, 0xff], // UDG
  [SYSTEM.column, 33, 24],
  [SYSTEM.scrolls, 1],
  [SYSTEM.attributes, 0x38, 0x00, 0x38, 0x00], // ATTR_P, MASK_P, ATTR_T, MASK_T
  [SYSTEM.ramTop, 0x57, 0xff, 0xff, 0xff], // RAMTOP, P_RAMT
];
