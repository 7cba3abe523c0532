/**
 * What a program may ask of its screen: the functions of a VT100, by their names in ECMA-48 (DEC's own where that has
 * none), and the one form in which each is sent on. Whatever is not in these tables is obeyed by nobody.
 *
 * Sources: ECMA-48 (5th edition, 1991), DEC VT100 User Guide (EK-VT100-UG-003), chapter 3; SGR 90-107 as of aixterm.
 */
import { plainRendition } from './rendition.js';

export interface ScreenFunction {
  readonly name: FunctionName;
  /** Whole numbers from 0; one that is missing is the function's usual one. */
  readonly params: readonly number[];
  /** As today's terminals are sent it. */
  readonly code: string;
}

interface Form {
  /** Between ESC and the parameters. */
  readonly intro: '[' | '[?' | '';
  /** After them. */
  readonly final: string;
  /** So many parameters count. */
  readonly most: number;
  /** The only ones that are obeyed. */
  readonly values?: readonly number[];
}

const csi = (final: string, most = 1, values?: readonly number[]): Form =>
  values ? { intro: '[', final, most, values } : { intro: '[', final, most };
const esc = (final: string): Form => ({ intro: '', final, most: 0 });

const PARTS = [0, 1, 2];
/** More parameters are no longer a rendition. */
const MOST_PARAMS = 16;
/** A larger one would only keep the screen busy: no screen has more rows or columns. */
const LARGEST = 255;

const FORMS = {
  // The cursor: up, down, right, left, next line, line before, column, place, row.
  CUU: csi('A'), CUD: csi('B'), CUF: csi('C'), CUB: csi('D'), CNL: csi('E'), CPL: csi('F'),
  CHA: csi('G'), CUP: csi('H', 2), VPA: csi('d'),
  // Tabs: forwards, backwards, set here, clear.
  CHT: csi('I'), CBT: csi('Z'), HTS: esc('H'), TBC: csi('g', 1, [0, 3]),
  // Line down and up with scrolling, next line; keep the cursor, put it back.
  IND: esc('D'), RI: esc('M'), NEL: esc('E'), DECSC: esc('7'), DECRC: esc('8'),
  // Erase on the screen, on the line, characters; insert and delete lines, characters; scroll up and down.
  ED: csi('J', 1, PARTS), EL: csi('K', 1, PARTS), ECH: csi('X'),
  IL: csi('L'), DL: csi('M'), ICH: csi('@'), DCH: csi('P'), SU: csi('S'), SD: csi('T'),
  // Renditions, the rows that scroll, a screen full of E.
  SGR: csi('m', MOST_PARAMS), DECSTBM: csi('r', 2), DECALN: esc('#8'),
  // Modes: insert, LF with CR; cursor keys, origin, autowrap, cursor shown.
  SM: csi('h', MOST_PARAMS, [4, 20]), RM: csi('l', MOST_PARAMS, [4, 20]),
  DECSET: { intro: '[?', final: 'h', most: MOST_PARAMS, values: [1, 6, 7, 25] },
  DECRST: { intro: '[?', final: 'l', most: MOST_PARAMS, values: [1, 6, 7, 25] },
  // Questions: status and place of the cursor, what the terminal is.
  DSR: csi('n', 1, [5, 6]), DA: csi('c', 1, [0]),
} as const satisfies Record<string, Form>; // prettier-ignore

export type FunctionName = keyof typeof FORMS;

export function fn(name: FunctionName, ...params: number[]): ScreenFunction {
  const { intro, final }: Form = FORMS[name];
  return { name, params, code: `\x1b${intro}${params.join(';')}${final}` };
}

/** All as at power-on (RIS), without what that does beyond the screen on today's terminals. */
export const RESET: readonly ScreenFunction[] = [
  fn('SGR', 0),
  fn('DECSTBM'),
  fn('DECRST', 1, 6),
  fn('DECSET', 7, 25),
  fn('RM', 4, 20),
  fn('CUP'),
  fn('ED', 2),
];

/** Other final characters of the same. */
const ALIASES: Readonly<Record<string, FunctionName>> = {
  f: 'CUP',
  '`': 'CHA',
  a: 'CUF',
  e: 'CUD',
  s: 'DECSC',
  u: 'DECRC',
};

const BY_FINAL = new Map<string, FunctionName>(Object.entries(ALIASES));
for (const [name, { intro, final }] of Object.entries(FORMS) as [FunctionName, Form][])
  if (intro !== '') BY_FINAL.set(intro.slice(1) + final, name);

/** Programs send the same few again and again: what was found is kept, up to so many. */
const MOST_KEPT = 4096;
const kept = new Map<string, ScreenFunction | undefined>();

/**
 * The function that a control sequence asks for.
 *
 * @param text what is after CSI, the final character included
 * @returns undefined for one that is not obeyed
 */
export function csiFunction(text: string): ScreenFunction | undefined {
  const found = kept.get(text);
  if (found || kept.has(text)) return found;
  if (kept.size >= MOST_KEPT) kept.clear();
  const parsed = parse(text);
  kept.set(text, parsed);
  return parsed;
}

function parse(text: string): ScreenFunction | undefined {
  const match = /^(\??)([\d;]*)([^\d;])$/.exec(text);
  const name = match && BY_FINAL.get(match[1]! + match[3]!);
  if (!name) return undefined;
  const { most, values }: Form = FORMS[name];
  const digits = match[2]!;
  const all = digits === '' ? [] : digits.split(';').map((one) => Math.min(Number(one), LARGEST));
  const params = all.slice(0, most);
  if (name === 'SGR') return fn(name, ...plainRendition(params));
  if (!values) return fn(name, ...params);
  const obeyed = params.filter((value) => values.includes(value));
  // One whose parameter may be missing is not the same as one whose parameter nobody knows.
  if (obeyed.length === 0 && (params.length > 0 || !values.includes(0))) return undefined;
  return fn(name, ...obeyed);
}
