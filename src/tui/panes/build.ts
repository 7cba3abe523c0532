/** Where the program's bytes lie in the TPA, and what each layout costs. */
import { machineNamed } from '../../machines/index.js';
import { BAD, BOLD, GOOD, PLAIN, QUIET, clip, type Canvas, type Style } from '../../terminal/canvas.js';
import { hex16 } from '../../seams/words.js';
import type { AppState } from '../state.js';
import { number } from './format.js';

/** Neighbours on the map differ in pattern and colour, and each has its letter. */
const FILLS: readonly { char: string; style: Style }[] = [
  { char: '█', style: { colour: 'accent' } },
  { char: '▒', style: { colour: 'second' } },
  { char: '▓', style: { colour: 'accent' } },
];
/** A note that has less room says nothing. */
const NOTE_LEAST = 24;
const FREE = { char: '░', style: QUIET };

interface Piece {
  name: string;
  bytes: number;
  note: string;
  isFree?: boolean;
}

export function buildPane(canvas: Canvas, state: AppState): void {
  const { built, settings, failure } = state;
  if (failure?.stage === 'build' && !failure.stopped) return diagnostics(canvas, state);
  if (!built) {
    const y = canvas.text(0, `to build: ${settings.name}.${settings.fileType}, layout ${settings.layout}, at most ${number(settings.maxSize)} bytes`); // prettier-ignore
    canvas.text(y + 1, 'Enter runs from here, r builds alone. Change with  : layout packed  or  : max-size 32768');
    return;
  }
  const { sizes, choices, origin } = built;
  const { memory } = machineNamed(settings.machine);
  const pieces: Piece[] = [
    { name: 'code and texts', bytes: sizes.code, note: '' },
    ...choices.map(({ layer, bytes, lists, packed, rows, pairs }) => ({
      name: `layer ${layer}`,
      bytes,
      note: `${rows} rows, ${pairs} shared; columns: ${lists} lists, ${packed} bits`,
    })),
    ...(sizes.tree > 0 ? [{ name: 'tree', bytes: sizes.tree, note: 'of answers' }] : []),
    { name: 'page ends', bytes: sizes.unused, note: '', isFree: true },
    { name: 'buffers', bytes: sizes.buffers, note: 'behind the program' },
    { name: 'free', bytes: sizes.free, note: `of the ${memory.name} in ${memory.of}`, isFree: true },
  ];
  let y = memoryMap(canvas, pieces, origin, memory.name);
  const name = `the .${settings.fileType}`;
  const allowed = `of ${number(settings.maxSize)} allowed`;
  const row = `${name.padEnd(15)}${number(sizes.program).padStart(7)}  ${allowed}`;
  if (5 + row.length <= canvas.width) canvas.put(5, y++, row, BOLD);
  else y = canvas.text(y, `${name} ${number(sizes.program)} ${allowed}`, BOLD);
  pieces.forEach((piece, i) => {
    const { char, style } = fillOf(pieces, i);
    canvas.put(0, y, `${letterOf(i)} `, BOLD);
    canvas.put(2, y, char.repeat(2), style);
    const x = canvas.put(5, y, `${piece.name.padEnd(15)}${number(piece.bytes).padStart(7)}`) + 2;
    if (canvas.width - x >= NOTE_LEAST) canvas.put(x, y, clip(piece.note, canvas.width - x), QUIET);
    y++;
  });
  layouts(canvas.part(0, canvas.height - y > 6 ? y + 1 : y), state);
}

/** Of the pieces before it that are not free: so no two neighbours look the same. */
function fillOf(pieces: readonly Piece[], at: number): { char: string; style: Style } {
  if (pieces[at]!.isFree) return FREE;
  return FILLS[pieces.slice(0, at).filter(({ isFree }) => !isFree).length % FILLS.length]!;
}

const letterOf = (index: number): string => String.fromCharCode(0x61 + index);

/** @returns the row below it */
function memoryMap(canvas: Canvas, pieces: readonly Piece[], origin: number, name: string): number {
  const all = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  const x0 = canvas.put(0, 0, `${name} from ${hex16(origin)} to ${hex16(origin + all)}`, BOLD);
  const free = pieces.at(-1)!.bytes;
  if (x0 + 16 <= canvas.width) canvas.putRight(0, ` ${number(free)} free`, QUIET);
  const rows = canvas.height >= 26 ? 3 : canvas.height >= 20 ? 2 : 1;
  let [x, before] = [0, 0];
  pieces.forEach(({ bytes }, i) => {
    before += bytes;
    const end = Math.round((before / all) * canvas.width);
    const width = Math.max(0, end - x);
    const { char, style } = fillOf(pieces, i);
    for (let row = 0; row < rows; row++) canvas.put(x, 1 + row, char.repeat(width), style);
    if (width > 0) canvas.put(x + Math.floor((width - 1) / 2), 1 + rows, letterOf(i), BOLD);
    x = Math.max(x, end);
  });
  return 2 + rows + (canvas.height >= 20 ? 1 : 0);
}

function layouts(canvas: Canvas, { layouts: rows, answers, settings }: AppState): void {
  const costs = answers.emulator.flatMap(({ characterTStates = [] }) => characterTStates.at(-1) ?? []);
  const characters = answers.emulator.reduce((sum, { characterTStates = [] }) => sum + characterTStates.length, 0);
  let y = canvas.heading(0, 'layouts');
  if (characters > 0) {
    const mean = costs.reduce((sum, cost) => sum + cost, 0) / characters;
    const asked = `asked in the emulator: ${number(mean)} T-states a character`;
    if (asked.length + 12 <= canvas.width) canvas.putRight(0, ` ${asked}`, QUIET);
    else y = canvas.text(y, asked, QUIET);
  }
  if (rows.length === 0) return void canvas.text(y, 'l builds and measures the other layouts');
  canvas.put(0, y++, `  layout     bytes     T-states${canvas.width < 50 ? '' : ' a character'}`, QUIET);
  for (const { layout, bytes, tStates, refused } of rows) {
    const chosen = layout === settings.layout;
    canvas.put(0, y, `${chosen ? '>' : ' '} ${layout.padEnd(8)}`, chosen ? BOLD : PLAIN);
    if (refused !== undefined) y += canvas.part(11, y).text(0, refused, BAD);
    else canvas.put(11, y++, `${number(bytes!).padStart(7)} ${number(tStates!).padStart(12)}`, chosen ? GOOD : PLAIN);
  }
}

/** What the assembler, or the builder, has against it. */
function diagnostics(canvas: Canvas, { failure }: AppState): void {
  const { message, where, hint } = failure!;
  let y = canvas.text(0, 'the build failed', BAD);
  if (canvas.height >= 12) y++;
  y = canvas.text(y, message) + (canvas.height >= 12 ? 1 : 0);
  if (where !== '') y = canvas.text(y, `in ${where}`);
  if (hint !== '') y = canvas.text(y, hint);
  if (diagnosticPlace(message) !== undefined) canvas.text(y, 'o opens the source at the first of them');
}

/** The first `file:line:column` of a message. */
export function diagnosticPlace(message: string): { path: string; line: number } | undefined {
  const match = /(?:^|\s)([\w./-]+\.(?:asm|inc|z80)):(\d+)(?::\d+)?/m.exec(message);
  return match ? { path: match[1]!, line: Number(match[2]) } : undefined;
}
