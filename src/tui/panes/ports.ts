/** Where the board may be. Nothing is opened before it was chosen, and nothing is chosen but by the user. */
import { machineNamed } from '../../machines/index.js';
import { BAD, BOLD, GOOD, HEADING, INVERSE, PLAIN, clip, type Canvas } from '../../terminal/canvas.js';
import { VIRTUAL, type PortRow } from '../protocol.js';
import type { AppState } from '../state.js';

const NOBODY: Omit<PortRow, 'path' | 'words'> = { usb: '', stableName: '', holders: [], trap: '' };

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
  canvas.put(0, 0, '   port                   what it is', HEADING);
  let y = 1;
  portRows(state).forEach(({ path, words, usb, holders, trap, stableName }, i) => {
    const chosen = path === settings.port;
    const guess = i === 0 && path !== VIRTUAL ? ' (best guess)' : '';
    const text = ` ${chosen ? '*' : ' '} ${clip(path, 21).padEnd(22)} ${words}${guess}${usb === '' ? '' : `  ${usb}`}`;
    canvas.put(
      0,
      y++,
      clip(text, canvas.width).padEnd(Math.min(canvas.width, 100)),
      i === port ? INVERSE : chosen ? BOLD : PLAIN,
    );
    if (stableName !== '') canvas.put(6, y++, clip(`stays the same: ${stableName}`, canvas.width - 6));
    for (const { pid, name } of holders) canvas.put(6, y++, `in use by ${name} (process ${pid})`, { colour: 'red' });
    if (trap !== '') canvas.put(6, y++, clip(`note: ${trap}`, canvas.width - 6));
  });
  y++;
  canvas.put(
    0,
    y++,
    `chosen: ${settings.port}${settings.port === VIRTUAL ? '' : `, ${settings.baud} baud, flow control ${settings.flow}, pace ${settings.paceMs} ms`}`,
    BOLD,
  );
  canvas.put(
    0,
    y++,
    line !== undefined
      ? `the line is open: ${line}`
      : lost !== undefined
        ? clip(`the line was lost: ${lost}`, canvas.width)
        : 'the line is closed; the first stage that needs it opens it',
    line !== undefined ? GOOD : lost !== undefined ? BAD : PLAIN,
  );
  canvas.put(0, y + 1, 'Another one: type  : port /dev/ttyUSB0  or  : port tcp://HOST:PORT');
}
