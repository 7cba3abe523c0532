/** How long a character takes: measured on the board beside what the emulator's T-states predict. */
import { BOLD, HEADING, PLAIN, clip, type Canvas } from '../canvas.js';
import { bar } from '../chart.js';
import type { AppState } from '../state.js';
import { megahertz, number } from './format.js';

export function timePane(canvas: Canvas, { timing, settings }: AppState): void {
  if (!timing) {
    canvas.lines(0, 0, [
      `the prediction is for a clock of ${megahertz(settings.clockHz)}: change it with  : clock 7.3728MHz`,
      '',
      'Enter runs what is missing: the emulator counts T-states, the board is measured.',
    ]);
    return;
  }
  const { predictedMs, measuredMs, clock, clockHz, tStatesPerCharacter, characters } = timing;
  const off = (measuredMs / predictedMs - 1) * 100;
  canvas.lines(0, 0, [
    `predicted  ${predictedMs.toFixed(2)} ms a character, ${(1000 / predictedMs).toFixed(1)} characters/s (${number(tStatesPerCharacter)} T-states at ${megahertz(clockHz)})`,
    `measured   ${measuredMs.toFixed(2)} ms a character, ${(1000 / measuredMs).toFixed(1)} characters/s (${off < 0 ? '' : '+'}${off.toFixed(1)} %)`,
  ]);
  const mhz = (hz: number): string => (hz / 1e6).toFixed(3);
  const estimate = clock
    ? `the clock by the measurement: ${mhz(clock.hz.value)} MHz, 95% within ${mhz(clock.hz.low)} to ${mhz(clock.hz.high)} (${clock.outliers} of ${clock.stamps} stamps are outliers)`
    : 'too few characters to estimate the clock; z80lm time does it with a metronome';
  canvas.put(0, 2, clip(estimate, canvas.width), BOLD);
  canvas.put(0, 4, 'question                 char   T-states  predicted  measured', HEADING);
  const worst = Math.max(...characters.map((c) => Math.max(c.predictedMs, c.measuredMs)));
  const room = canvas.height - 5;
  characters
    .slice(0, room)
    .forEach(({ question, character, tStates, predictedMs: predicted, measuredMs: measured }, i) => {
      const first = i === 0 || characters[i - 1]!.question !== question;
      const text = `${(first ? clip(question, 24) : '').padEnd(25)}${(character || 'end').padEnd(4)} ${number(tStates).padStart(10)} ${predicted.toFixed(1).padStart(8)} ms ${measured.toFixed(1).padStart(6)} ms`;
      canvas.put(0, 5 + i, text);
      canvas.put(65, 5 + i, bar(Math.max(0, Math.min(50, canvas.width - 66)), measured / worst), PLAIN);
    });
  if (characters.length > room)
    canvas.put(0, 3, `${Math.max(0, room)} of ${characters.length} characters; a larger window shows more`, PLAIN);
}
