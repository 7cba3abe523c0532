/** The program in the emulator: its terminal, and beside it what the machine is doing. */
import { BOLD, BUSY, HEADING, PLAIN, clip, type Canvas } from '../../terminal/canvas.js';
import { bar } from '../chart.js';
import type { AppState } from '../state.js';
import { drawConsole } from '../../terminal/draw.js';
import { megahertz, number, percent } from './format.js';

const SIDE_WIDTH = 32;

export function emulatePane(canvas: Canvas, state: AppState): void {
  const width = Math.min(82, canvas.width - SIDE_WIDTH - 1);
  const typing = state.typing === 'emulator' || state.typing === 'both';
  const terminal = canvas.part(0, 0, width, Math.min(26, canvas.height));
  const inside = terminal.box(typing ? 'emulator: you type, Ctrl-] ends it' : 'emulator', typing ? BUSY : PLAIN);
  drawConsole(inside, state.consoles.emulator, {
    scroll: state.scroll,
    times: state.consoles.emulator.stamping,
    cursor: typing,
  });
  if (state.consoles.emulator.received === 0 && !typing)
    inside.lines(1, 1, ['i starts the program and types to it.', 'Enter asks it the questions.']);
  machine(canvas.part(width + 1, 0), state);
}

function machine(canvas: Canvas, { emulator, answers, settings }: AppState): void {
  const asked = answers.emulator.flatMap(({ characterTStates = [] }) =>
    characterTStates.map((total, i) => total - (characterTStates[i - 1] ?? 0)),
  );
  const characters = emulator?.characters.length ? emulator.characters : asked;
  canvas.put(0, 0, 'T-states a character', HEADING);
  let y = 1;
  if (characters.length > 0) {
    const mean = characters.reduce((sum, count) => sum + count, 0) / characters.length;
    canvas.put(0, y++, `last ${number(characters.at(-1)!)}   mean ${number(mean)}`);
    canvas.put(0, y++, `${((mean / settings.clockHz) * 1000).toFixed(1)} ms at ${megahertz(settings.clockHz)}`);
    const worst = Math.max(...characters);
    const shown = characters.slice(-Math.max(1, Math.min(8, canvas.height - 16)));
    for (const count of shown)
      canvas.put(
        0,
        y++,
        `${number(count).padStart(9)} ${bar(Math.max(0, Math.min(20, canvas.width - 10)), count / worst)}`,
      );
  } else canvas.put(0, y++, 'none yet');
  if (!emulator) return;
  canvas.put(0, y++, 'machine', HEADING);
  canvas.put(0, y++, clip(emulator.state, canvas.width), emulator.running ? BUSY : BOLD);
  canvas.put(0, y++, `${emulator.trueSpeed ? `true speed, ${megahertz(settings.clockHz)}` : 'full speed'}`);
  canvas.put(0, y++, `${number(emulator.tStates)} T-states`);
  if (emulator.breakpoints.length > 0)
    canvas.put(0, y++, clip(`break ${emulator.breakpoints.join(', ')}`, canvas.width));
  // The registers come as two long lines; the pane is narrow.
  const words = emulator.registers.flatMap((line) => line.split(/\s{2,}/));
  for (const line of pack(words, canvas.width).slice(0, 6)) canvas.put(0, y++, line);
  canvas.put(0, y++, clip(emulator.next, canvas.width), BOLD);
  if (!emulator.profiling) return;
  canvas.put(0, y++, 'profile', HEADING);
  for (const { name, share } of emulator.profile.slice(0, canvas.height - y))
    canvas.put(0, y++, `${percent(share).padStart(6)} ${clip(name, canvas.width - 7)}`);
}

function pack(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + word.length <= width) lines[lines.length - 1] = `${last}  ${word}`;
    else lines.push(word);
  }
  return lines;
}
