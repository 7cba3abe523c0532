/**
 * Screen codes of the terminals that CP/M programs were installed for, as functions of a VT100. Control sequences and
 * strings of ECMA-48 are known to all (recogniser.ts), and obeyed in `vt100` alone.
 *
 * Sources: VT100: DEC VT100 User Guide (EK-VT100-UG-003). ADM-3A: Lear Siegler ADM-3A Operator's Manual, with what
 * Televideo 910 to 950 (Operator's Manuals) and Kaypro added, as programs installed for "ADM-3A" mostly use it.
 * VT52: DEC DECscope User's Manual (EK-VT5X-OP-001), with Heath's of the H19 (Operation Manual, 595-2284), which were
 * the VT52s of CP/M. Kaypro: Kaypro II/4/10 Technical Manual, video codes.
 */
import { fn, type ScreenFunction } from './functions.js';

export const TERMINALS = ['vt100', 'adm3a', 'vt52', 'kaypro'] as const;
export type Terminal = (typeof TERMINALS)[number];

export interface Meaning {
  functions?: readonly ScreenFunction[];
  /** G0 or G1 is line drawing from now on, or letters. */
  designates?: { set: 0 | 1; drawing: boolean };
}

/** What is after ESC: functions, or so many bytes more, from 20h, and what they mean. An empty list is known, and does nothing. */
type Escape =
  readonly ScreenFunction[] | { readonly arguments: number; readonly means: (bytes: readonly number[]) => Meaning };

export interface Dialect {
  /** By code; BEL, BS, TAB, LF and CR are the same everywhere unless they stand here. */
  readonly controls: Readonly<Record<number, readonly ScreenFunction[]>>;
  readonly escapes: Readonly<Record<string, Escape>>;
  /** Control sequences are obeyed. */
  readonly ansi: boolean;
  /** SO and SI choose between two sets of characters; ESC may have intermediate characters. */
  readonly charsets: boolean;
  /** From 80h on bytes may be letters in UTF-8. */
  readonly utf8: boolean;
}

const HOME = fn('CUP');
const CLEAR = [HOME, fn('ED', 2)];
const ERASE_SCREEN = [fn('ED')];
const ERASE_LINE = [fn('EL')];
const NOTHING: Escape = [];

/** Row and column, a byte each, from 20h. */
const POSITION: Escape = {
  arguments: 2,
  means: ([row, column]) => ({ functions: [fn('CUP', Math.max(1, row! - 0x1f), Math.max(1, column! - 0x1f))] }),
};

/** Bytes that mean nothing here, such as those of pixels. */
const swallow = (count: number): Escape => ({ arguments: count, means: () => ({}) });

/** One character more, which chooses. */
const choice = (functions: Readonly<Record<string, readonly ScreenFunction[]>>): Escape => ({
  arguments: 1,
  means: ([byte]) => ({ functions: functions[String.fromCharCode(byte!)] ?? [] }),
});

const designation = (set: 0 | 1): Escape => ({
  arguments: 1,
  means: ([byte]) => ({ designates: { set, drawing: byte === 0x30 || byte === 0x32 } }),
});

const VT100: Dialect = {
  // VT and FF are LF to it.
  controls: { 0x0b: [fn('IND')], 0x0c: [fn('IND')] },
  escapes: {
    D: [fn('IND')], E: [fn('NEL')], M: [fn('RI')], H: [fn('HTS')], Z: [fn('DA')], 7: [fn('DECSC')], 8: [fn('DECRC')],
    '(': designation(0), ')': designation(1), '#': choice({ 8: [fn('DECALN')] }),
    // No terminal of DEC's knows it, but ZDE's ANSI installation sends ESC ; A and ESC ; I with every screen.
    ';': swallow(1),
  },
  ansi: true,
  charsets: true,
  utf8: true,
}; // prettier-ignore

/** Reverse, dim, blinking, underlined, cursor, as Kaypro numbers them; 6 keeps the cursor's place. */
const KAYPRO_ON = choice({
  0: [fn('SGR', 7)], 1: [fn('SGR', 2)], 2: [fn('SGR', 5)], 3: [fn('SGR', 4)], 4: [fn('DECSET', 25)], 6: [fn('DECSC')],
}); // prettier-ignore
const KAYPRO_OFF = choice({
  0: [fn('SGR', 27)], 1: [fn('SGR', 22)], 2: [fn('SGR', 25)], 3: [fn('SGR', 24)], 4: [fn('DECRST', 25)], 6: [fn('DECRC')],
}); // prettier-ignore

/** Televideo's attributes are the bits of a digit: 1 not shown, 2 blinking, 4 reverse, 8 underlined. */
const TELEVIDEO_ATTRIBUTE: Escape = {
  arguments: 1,
  means: ([byte]) => {
    const on = [[2, 5], [4, 7], [8, 4]].filter(([bit]) => byte! & bit!).map(([, code]) => code!);
    return { functions: [fn('SGR', 0, ...on)] };
  },
}; // prettier-ignore

/** Kaypro's and the ADM-3A's: clear, home, up, right, erase to the ends of screen and line. */
const CONTROLS_OF_ADM3A: Dialect['controls'] = {
  0x1a: CLEAR, 0x1e: [HOME], 0x0b: [fn('CUU')], 0x0c: [fn('CUF')], 0x17: ERASE_SCREEN, 0x18: ERASE_LINE,
}; // prettier-ignore

const ADM3A: Dialect = {
  controls: CONTROLS_OF_ADM3A,
  escapes: {
    '=': POSITION, T: ERASE_LINE, t: ERASE_LINE, Y: ERASE_SCREEN, y: ERASE_SCREEN, E: [fn('IL')], R: [fn('DL')],
    Q: [fn('ICH')], W: [fn('DCH')], j: [fn('RI')], '*': CLEAR, ':': CLEAR, '+': CLEAR, ';': CLEAR,
    '(': [fn('SGR', 22)], ')': [fn('SGR', 2)], B: KAYPRO_ON, C: KAYPRO_OFF, G: TELEVIDEO_ATTRIBUTE,
    '.': choice({ 0: [fn('DECRST', 25)], 1: [fn('DECSET', 25)], 2: [fn('DECSET', 25)], 3: [fn('DECSET', 25)], 4: [fn('DECSET', 25)] }),
  },
  ansi: false,
  charsets: false,
  utf8: true,
}; // prettier-ignore

const VT52: Dialect = {
  controls: {},
  escapes: {
    A: [fn('CUU')], B: [fn('CUD')], C: [fn('CUF')], D: [fn('CUB')], H: [HOME], I: [fn('RI')], Y: POSITION,
    J: ERASE_SCREEN, K: ERASE_LINE, Z: [fn('DA')], '=': NOTHING, '>': NOTHING, '<': NOTHING,
    F: { arguments: 0, means: () => ({ designates: { set: 0, drawing: true } }) },
    G: { arguments: 0, means: () => ({ designates: { set: 0, drawing: false } }) },
    // Heath's.
    E: CLEAR, L: [fn('IL')], M: [fn('DL')], N: [fn('DCH')], '@': [fn('SM', 4)], O: [fn('RM', 4)],
    b: [fn('ED', 1)], l: [fn('EL', 2)], o: [fn('EL', 1)], j: [fn('DECSC')], k: [fn('DECRC')],
    p: [fn('SGR', 7)], q: [fn('SGR', 27)], v: [fn('DECSET', 7)], w: [fn('DECRST', 7)],
    x: choice({ 5: [fn('DECRST', 25)] }), y: choice({ 5: [fn('DECSET', 25)] }),
  },
  ansi: false,
  charsets: false,
  utf8: true,
}; // prettier-ignore

const KAYPRO: Dialect = {
  controls: CONTROLS_OF_ADM3A,
  escapes: {
    '=': POSITION, E: [fn('IL')], R: [fn('DL')], B: KAYPRO_ON, C: KAYPRO_OFF,
    // Letters or Greek ones; a pixel set, cleared; a line drawn, cleared.
    A: NOTHING, G: NOTHING, '*': swallow(2), ' ': swallow(2), L: swallow(4), D: swallow(4),
  },
  ansi: false,
  charsets: false,
  // Blocks of graphics, or blinking letters: neither is shown.
  utf8: false,
}; // prettier-ignore

export const DIALECTS: Readonly<Record<Terminal, Dialect>> = { vt100: VT100, adm3a: ADM3A, vt52: VT52, kaypro: KAYPRO };
