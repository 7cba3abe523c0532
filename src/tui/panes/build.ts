/** Where the program's bytes lie in the TPA, and what each layout costs. */
import { machineNamed } from '../../machines/index.js';
import { BAD, BOLD, GOOD, HEADING, PLAIN, wrap, type Canvas, type Style } from '../../terminal/canvas.js';
import type { AppState } from '../state.js';
import { number } from './format.js';

/** Neighbours on the map must look different, with colours and without. */
const FILLS: readonly { char: string; style: Style }[] = [
  { char: '█', style: PLAIN },
  { char: '▓', style: { colour: 'cyan' } },
  { char: '▒', style: { colour: 'green' } },
  { char: '█', style: { colour: 'magenta' } },
  { char: '▓', style: PLAIN },
  { char: '▒', style: { colour: 'cyan' } },
];
const FREE = { char: '░', style: PLAIN };

interface Piece {
  name: string;
  bytes: number;
  note: string;
  fill: { char: string; style: Style };
}

export function buildPane(canvas: Canvas, state: AppState): void {
  const { built, settings, failure } = state;
  if (failure?.stage === 'build' && !failure.stopped) return diagnostics(canvas, state);
  if (!built) {
    canvas.lines(0, 0, [
      `to build: ${settings.name}.${settings.fileType}, layout ${settings.layout}, at most ${number(settings.maxSize)} bytes`,
      '',
      'Enter runs from here, r builds alone. Change with  : layout packed  or  : max-size 32768',
    ]);
    return;
  }
  const { sizes, choices, origin } = built;
  const { memory } = machineNamed(settings.machine);
  // The tree's is that of one layer more, so that it differs from its neighbours, too.
  const layerFill = (index: number): Piece['fill'] => FILLS[1 + (index % (FILLS.length - 2))]!;
  const pieces: Piece[] = [
    { name: 'code and texts', bytes: sizes.code, note: '', fill: FILLS[0]! },
    ...choices.map(({ layer, bytes, lists, packed, rows, pairs }) => ({
      name: `layer ${layer}`,
      bytes,
      note: `${rows} rows, ${lists} columns as lists, ${packed} as bits, ${pairs} shared rows`,
      fill: layerFill(layer - 1),
    })),
    ...(sizes.tree > 0
      ? [{ name: 'tree', bytes: sizes.tree, note: 'of answers', fill: layerFill(choices.length) }]
      : []),
    { name: 'page ends', bytes: sizes.unused, note: '', fill: FREE },
    { name: 'buffers', bytes: sizes.buffers, note: 'behind the program', fill: FILLS[FILLS.length - 1]! },
    { name: 'free', bytes: sizes.free, note: `of the ${memory.name} in ${memory.of}`, fill: FREE },
  ];
  memoryMap(canvas, pieces, origin, memory.name);
  let y = 4;
  for (const { name, bytes, note, fill } of pieces) {
    canvas.put(0, y, fill.char.repeat(2), fill.style);
    canvas.put(3, y, `${name.padEnd(15)}${number(bytes).padStart(7)}  ${note}`);
    y++;
  }
  canvas.put(
    3,
    y,
    `${`the .${settings.fileType}`.padEnd(15)}${number(sizes.program).padStart(7)}  of ${number(settings.maxSize)} allowed`,
    BOLD,
  );
  layouts(canvas.part(0, y + 2), state);
}

function memoryMap(canvas: Canvas, pieces: readonly Piece[], origin: number, name: string): void {
  const all = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  canvas.put(0, 0, `${name} from ${hex(origin)} to ${hex(origin + all)}`, HEADING);
  let [x, before] = [0, 0];
  for (const { bytes, fill } of pieces) {
    before += bytes;
    const end = Math.round((before / all) * canvas.width);
    for (const row of [1, 2]) canvas.put(x, row, fill.char.repeat(Math.max(0, end - x)), fill.style);
    x = Math.max(x, end);
  }
}

function layouts(canvas: Canvas, { layouts: rows, emulator: _emulator, answers, settings }: AppState): void {
  const costs = answers.emulator.flatMap(({ characterTStates = [] }) => characterTStates.at(-1) ?? []);
  const characters = answers.emulator.reduce((sum, { characterTStates = [] }) => sum + characterTStates.length, 0);
  if (characters > 0) {
    const mean = costs.reduce((sum, cost) => sum + cost, 0) / characters;
    canvas.put(0, 0, `${number(mean)} T-states a character, as asked in the emulator`);
  }
  canvas.put(
    0,
    1,
    rows.length === 0 ? 'l builds and measures the other layouts' : 'layout       bytes   T-states a character',
    rows.length === 0 ? PLAIN : HEADING,
  );
  rows.forEach(({ layout, bytes, tStates, refused }, i) => {
    const chosen = layout === settings.layout;
    canvas.put(0, 2 + i, `${chosen ? '>' : ' '} ${layout.padEnd(8)}`, chosen ? BOLD : PLAIN);
    if (refused !== undefined) canvas.put(11, 2 + i, refused, BAD);
    else canvas.put(11, 2 + i, `${number(bytes!).padStart(7)} ${number(tStates!).padStart(12)}`, chosen ? GOOD : PLAIN);
  });
}

/** What the assembler, or the builder, has against it. */
function diagnostics(canvas: Canvas, { failure }: AppState): void {
  const { message, where, hint } = failure!;
  canvas.put(0, 0, 'the build failed', BAD);
  const lines = [
    ...wrap(message, canvas.width),
    '',
    ...(where === '' ? [] : [`in ${where}`]),
    ...wrap(hint, canvas.width),
  ];
  const y = canvas.lines(0, 2, lines);
  if (diagnosticPlace(message) !== undefined) canvas.put(0, y + 1, 'o opens the source at the first of them');
}

/** The first `file:line:column` of a message. */
export function diagnosticPlace(message: string): { path: string; line: number } | undefined {
  const match = /(?:^|\s)([\w./-]+\.(?:asm|inc|z80)):(\d+)(?::\d+)?/m.exec(message);
  return match ? { path: match[1]!, line: Number(match[2]) } : undefined;
}

function hex(value: number): string {
  return `${value.toString(16).toUpperCase().padStart(4, '0')}h`;
}
