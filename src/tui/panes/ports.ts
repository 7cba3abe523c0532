/** Where the board may be. Nothing is opened before it was chosen, and nothing is chosen but by the user. */
import { machineNamed } from '../../machines/index.js';
import { BAD, BOLD, CHOSEN, GOOD, PLAIN, QUIET, WARN, clip, type Canvas, type Style } from '../../terminal/canvas.js';
import { VIRTUAL, type PortRow } from '../protocol.js';
import type { AppState } from '../state.js';

const NOBODY: Omit<PortRow, 'path' | 'words'> = { usb: '', stableName: '', holders: [], trap: '' };
/** Of a port's name, its mark before it. */
const PATH_WIDTH = 26;

/** Real ports, best guess first, then the virtual board, and what was named by hand. */
export function portRows({ ports, settings }: Pick<AppState, 'ports' | 'settings'>): PortRow[] {
  const virtual = { ...NOBODY, path: VIRTUAL, words: virtualWords(settings.machine) };
  const rows = [...ports, virtual];
  const named = rows.some(({ path }) => path === settings.port);
  return named ? rows : [...rows, { ...NOBODY, path: settings.port, words: 'named by you' }];
}

/** What the virtual board is, for programs of that machine. */
function virtualWords(name: string): string {
  const { title, board } = machineNamed(name);
  return board ? `${board.virtual.title}, in this computer: always there` : `there is none of a ${title}`;
}

export function portsPane(canvas: Canvas, state: AppState): void {
  const { settings, line, lost, port } = state;
  let y = 0;
  // First what holds now: in a small window the list may be longer than it.
  const how = settings.port === VIRTUAL ? '' : `, ${settings.baud} baud, flow control ${settings.flow}, pace ${settings.paceMs} ms`; // prettier-ignore
  y = canvas.text(y, `chosen: ${settings.port}${how}`, BOLD);
  const [standing, style]: [string, Style] =
    line !== undefined
      ? [`the line is open: ${line}`, GOOD]
      : lost !== undefined
        ? [`the line was lost: ${lost}`, BAD]
        : ['the line is closed; the first stage that needs it opens it', PLAIN];
  y = canvas.text(y, standing, style) + (canvas.height >= 12 ? 1 : 0);
  y = canvas.heading(y, 'ports');
  const rows = portRows(state);
  const foot = canvas.height >= 12 ? 2 : 0;
  const list = canvas.part(0, y, canvas.width, canvas.height - y - foot);
  const drawn = rows.map((row, i) => rowLines(row, i, settings.port, list.width));
  // The chosen row stays in sight.
  const before = drawn.slice(0, port + 1).reduce((sum, lines) => sum + lines.length, 0);
  let at = Math.min(0, list.height - before);
  drawn.forEach((lines, i) => {
    for (const [k, [text, look]] of lines.entries()) {
      const isRow = k === 0 && i === port;
      list.put(0, at++, isRow ? text.padEnd(Math.min(list.width, 100)) : text, isRow ? CHOSEN : look);
    }
  });
  if (foot > 0) canvas.text(Math.min(y + Math.max(0, at) + 1, canvas.height - 1), 'Another one: type  : port /dev/ttyUSB0  or  : port tcp://HOST:PORT', QUIET); // prettier-ignore
}

type Line = readonly [string, Style];

function rowLines(
  { path, words, usb, holders, trap, stableName }: PortRow,
  i: number,
  chosen: string,
  width: number,
): Line[] {
  // prettier-ignore
  const look = path === chosen ? BOLD : PLAIN;
  const mark = path === chosen ? '*' : ' ';
  const guess = i === 0 && path !== VIRTUAL ? ' (best guess)' : '';
  const what = `${words}${guess}${usb === '' ? '' : `  ${usb}`}`;
  const name = ` ${mark} ${path}`;
  const isOneLine = name.length < PATH_WIDTH && PATH_WIDTH + what.length <= width;
  const indented = (text: string, style: Style): Line => [clip(`      ${text}`, width), style];
  return [
    ...(isOneLine ? [[`${name.padEnd(PATH_WIDTH)}${what}`, look] as const] : [[clip(name, width), look] as const, indented(what, QUIET)]), // prettier-ignore
    ...(stableName === '' ? [] : [indented(`stays the same: ${stableName}`, QUIET)]),
    ...holders.map(({ pid, name: holder }) => indented(`in use by ${holder} (process ${pid})`, BAD)),
    ...(trap === '' ? [] : [indented(`note: ${trap}`, WARN)]),
  ];
}
