/** How long a character takes: measured on the board beside what the emulator's T-states predict. */
import { BAD, BOLD, HEADING, PLAIN, clip, type Canvas } from '../../terminal/canvas.js';
import { bar } from '../chart.js';
import type { Timing } from '../../hil/answer-times.js';
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
  const { predictedMs, measuredMs, clockHz, tStatesPerCharacter, characters } = timing;
  const off = (measuredMs / predictedMs - 1) * 100;
  canvas.lines(0, 0, [
    `predicted  ${predictedMs.toFixed(2)} ms a character, ${(1000 / predictedMs).toFixed(1)} characters/s (${number(tStatesPerCharacter)} T-states at ${megahertz(clockHz)})`,
    `measured   ${measuredMs.toFixed(2)} ms a character, ${(1000 / measuredMs).toFixed(1)} characters/s (${off < 0 ? '' : '+'}${off.toFixed(1)} %)`,
  ]);
  const [estimate, remark] = clockWords(timing);
  canvas.put(0, 2, clip(estimate, canvas.width), BOLD);
  canvas.put(0, 3, clip(remark, canvas.width), BAD);
  canvas.put(0, 5, 'question                 char   T-states  predicted  measured', HEADING);
  const worst = Math.max(...characters.map((c) => Math.max(c.predictedMs, c.measuredMs)));
  const room = canvas.height - 6;
  characters
    .slice(0, room)
    .forEach(({ question, character, tStates, predictedMs: predicted, measuredMs: measured }, i) => {
      const first = i === 0 || characters[i - 1]!.question !== question;
      const text = `${(first ? clip(question, 24) : '').padEnd(25)}${(character || 'end').padEnd(4)} ${number(tStates).padStart(10)} ${predicted.toFixed(1).padStart(8)} ms ${measured.toFixed(1).padStart(6)} ms`;
      canvas.put(0, 6 + i, text);
      canvas.put(65, 6 + i, bar(Math.max(0, Math.min(50, canvas.width - 66)), measured / worst), PLAIN);
    });
  if (characters.length > room)
    canvas.put(0, 4, `${Math.max(0, room)} of ${characters.length} characters; a larger window shows more`, PLAIN);
}

/** An interval wider than this part of its middle says little of a clock: boards differ by less. */
const LOOSE = 0.1;

/** @returns the clock by the measurement, and what is to be held against it or against the prediction */
function clockWords({ clock, clockHz }: Timing): [estimate: string, remark: string] {
  if (!clock) return ['too few characters to estimate the clock; z80lm time does it with a metronome', ''];
  const mhz = (hz: number): string => (hz / 1e6).toFixed(3);
  const { value, low, high } = clock.hz;
  const estimate = `the clock by the measurement: ${mhz(value)} MHz, 95% within ${mhz(low)} to ${mhz(high)} (${clock.outliers} of ${clock.stamps} stamps are outliers)`;
  if (!(high - low <= LOOSE * value))
    return [
      estimate,
      'that is too wide to tell a clock by: was this computer busy? z80lm time measures with a metronome',
    ];
  if (clockHz < low || clockHz > high)
    return [
      estimate,
      `${mhz(clockHz)} MHz of the prediction is outside: another clock, wait states, or a busy computer`,
    ];
  return [estimate, ''];
}
