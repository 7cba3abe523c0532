/** The program in the emulator: its terminal, and beside it what the machine is doing. */
import { ACCENT, BOLD, GOOD, PLAIN, QUIET, clip, type Canvas } from '../../terminal/canvas.js';
import { bar } from '../chart.js';
import type { AppState } from '../state.js';
import { WHOLE_WIDTH, consoleBox } from './console-view.js';
import { megahertz, number, percent } from './format.js';

/** What the machine needs beside the terminal, its frame included. */
export const SIDE_LEAST = 33;
/** Below this the machine has one line, under the terminal. */
const SIDE_BY_SIDE = 70;
const LAST_CHARACTERS = 8;

export function emulatePane(canvas: Canvas, state: AppState): void {
  const { width, height } = canvas;
  const isBeside = width >= SIDE_BY_SIDE;
  const left = isBeside ? Math.min(WHOLE_WIDTH, width - SIDE_LEAST + 1) : width;
  const terminal = canvas.part(0, 0, left, isBeside ? height : height - 1);
  if (isBeside) machine(canvas.part(left - 1, 0), state);
  else canvas.pieces(height - 1, shortly(state));
  consoleBox(terminal, state, 'emulator');
  if (state.consoles.emulator.received === 0 && state.typing === undefined)
    terminal.part(2, 2, left - 4).pieces(0, [
      ['i starts the program and types to it.', PLAIN],
      ['Enter asks it the questions.', PLAIN],
    ]);
}

/** T-states of each character of the last answer, or of all answers to the questions. */
function charactersOf({ emulator, answers }: AppState): number[] {
  if (emulator?.characters.length) return emulator.characters;
  return answers.emulator.flatMap(({ characterTStates = [] }) =>
    characterTStates.map((total, i) => total - (characterTStates[i - 1] ?? 0)),
  );
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function shortly(state: AppState): [string, typeof PLAIN][] {
  const { emulator, settings } = state;
  const characters = charactersOf(state);
  const ms = (meanOf(characters) / settings.clockHz) * 1000;
  return [
    [emulator?.state ?? '', emulator?.running ? ACCENT : BOLD],
    [characters.length > 0 ? `${ms.toFixed(1)} ms a character` : '', PLAIN],
  ];
}

function machine(canvas: Canvas, state: AppState): void {
  const { emulator, settings } = state;
  const characters = charactersOf(state);
  const inside = canvas.box('T-states a character').part(1, 0, canvas.width - 4);
  let y = 0;
  if (characters.length > 0) {
    const mean = meanOf(characters);
    inside.put(0, y++, `last ${number(characters.at(-1)!)}   mean ${number(mean)}`);
    inside.put(0, y++, `${((mean / settings.clockHz) * 1000).toFixed(1)} ms at ${megahertz(settings.clockHz)}`, BOLD);
    const worst = Math.max(...characters);
    // Of a large window the upper half.
    const room = Math.max(
      1,
      Math.min(inside.height - 16, Math.max(LAST_CHARACTERS, Math.floor(inside.height / 2) - 4)),
    );
    for (const count of characters.slice(-room)) {
      const x = inside.put(0, y, `${number(count).padStart(9)} `);
      inside.put(x, y++, bar(Math.max(0, Math.min(50, inside.width - x)), count / worst), ACCENT);
    }
  } else inside.put(0, y++, 'none yet', QUIET);
  if (!emulator) return;
  canvas.divide(++y, 'machine');
  inside.put(0, y++, clip(emulator.state, inside.width), emulator.running ? ACCENT : BOLD);
  inside.put(0, y++, emulator.trueSpeed ? `true speed, ${megahertz(settings.clockHz)}` : 'full speed');
  inside.put(0, y++, `${number(emulator.tStates)} T-states`);
  if (emulator.breakpoints.length > 0) inside.put(0, y++, clip(`break ${emulator.breakpoints.join(', ')}`, inside.width)); // prettier-ignore
  // The registers come as two long lines; the pane is narrow.
  const words = emulator.registers.flatMap((line) => line.split(/\s{2,}/)).filter((word) => word !== '');
  y = inside.pieces(y, words.map((word) => [word, PLAIN] as const), 2); // prettier-ignore
  inside.put(0, y++, clip(emulator.next, inside.width), GOOD);
  if (!emulator.profiling) return;
  canvas.divide(++y, 'profile');
  const most = Math.max(...emulator.profile.map(({ share }) => share));
  for (const { name, share } of emulator.profile.slice(0, Math.max(0, inside.height - y))) {
    inside.put(0, y, `${percent(share).padStart(6)} ${clip(name, 22)}`);
    inside.put(31, y++, bar(Math.max(0, Math.min(50, inside.width - 31)), share / most), ACCENT);
  }
}
