/** How long a character takes: measured on the board beside what the emulator's T-states predict. */
import { BOLD, PLAIN, QUIET, WARN, clip, type Canvas, type Style } from '../../terminal/canvas.js';
import { twoBars } from '../chart.js';
import type { CharacterTime, Timing } from '../../hil/answer-times.js';
import type { AppState } from '../state.js';
import { megahertz, number } from './format.js';

/** A row without its bar, without the T-states and the question, too, and in all. */
const TABLE_WIDTH = 62;
const SHORT_WIDTH = 27;
const COLUMN_WIDTH = 92;
const BAR_LEAST = 8;
const BAR_MOST = 40;
const QUESTION_WIDTH = 24;
/** Below this only what one came for is said. */
const SMALL_WIDTH = 60;
const BAR: Style = { colour: 'accent' };

export function timePane(canvas: Canvas, { timing, settings }: AppState): void {
  if (!timing) {
    const y = canvas.text(0, `the prediction is for a clock of ${megahertz(settings.clockHz)}: change it with  : clock 7.3728MHz`); // prettier-ignore
    canvas.text(y + 1, 'Enter runs what is missing: the emulator counts T-states, the board is measured.');
    return;
  }
  const { predictedMs, measuredMs, clockHz, tStatesPerCharacter, characters } = timing;
  const off = (measuredMs / predictedMs - 1) * 100;
  const isSmall = canvas.width < SMALL_WIDTH;
  const rate = (ms: number): string =>
    isSmall ? `${ms.toFixed(2)} ms a character` : `${ms.toFixed(2)} ms a character, ${(1000 / ms).toFixed(1)} characters/s`; // prettier-ignore
  const from = isSmall ? '' : ` (${number(tStatesPerCharacter)} T-states at ${megahertz(clockHz)})`;
  let y = canvas.text(0, `predicted  ${rate(predictedMs)}${from}`);
  y = canvas.text(
    y,
    `measured   ${isSmall ? `${measuredMs.toFixed(2)} ms` : rate(measuredMs)} (${off < 0 ? '' : '+'}${off.toFixed(1)} %)`,
    BOLD,
  );
  for (const [words, style] of clockWords(timing, isSmall)) y = canvas.text(y, words, style);
  table(canvas.part(0, canvas.height - y > 6 ? y + 1 : y), characters);
}

/** A row for each character, in columns where one is too short and there is room beside it. */
function table(canvas: Canvas, characters: readonly CharacterTime[]): void {
  const hasBars = canvas.width >= TABLE_WIDTH + BAR_LEAST;
  const top = hasBars && canvas.height >= 8 ? 2 : 1;
  const room = canvas.height - top;
  if (room < 1) return;
  if (top > 1) canvas.pieces(0, [['━ both', BAR], ['╍ predicted only', BAR], ['─ measured only', BAR]]); // prettier-ignore
  const columns = Math.max(1, Math.min(Math.floor(canvas.width / COLUMN_WIDTH), Math.ceil(characters.length / room)));
  const width = Math.floor(canvas.width / columns);
  const worst = Math.max(...characters.map((one) => Math.max(one.predictedMs, one.measuredMs)));
  for (let column = 0; column < columns; column++) {
    const part = canvas.part(column * width, top - 1, width - (columns > 1 ? 2 : 0));
    const isWhole = part.width >= TABLE_WIDTH;
    const name = isWhole ? QUESTION_WIDTH : Math.max(0, part.width - SHORT_WIDTH);
    const counted = isWhole ? '   T-states' : '';
    part.put(0, 0, `${clip('question', name).padEnd(name)} char${counted}  predicted   measured`, QUIET);
    characters.slice(column * room, (column + 1) * room).forEach((one, i) => {
      const { question, character, tStates, predictedMs, measuredMs } = one;
      const isFirst = i === 0 || characters[column * room + i - 1]!.question !== question;
      const counts = isWhole ? number(tStates).padStart(11) : '';
      const times = `${predictedMs.toFixed(1).padStart(8)} ms ${measuredMs.toFixed(1).padStart(7)} ms`;
      const said = isFirst ? clip(question, name) : '';
      part.put(0, 1 + i, `${said.padEnd(name)} ${(character || 'end').padEnd(4)}${counts}${times}`);
      const most = Math.min(BAR_MOST, part.width - TABLE_WIDTH - 1);
      if (hasBars) part.put(TABLE_WIDTH + 1, 1 + i, twoBars(most, predictedMs, measuredMs, worst), BAR);
    });
  }
  const hidden = characters.length - columns * room;
  if (hidden > 0) canvas.putRight(0, ` ${hidden} more `, BOLD);
}

type Line = readonly [words: string, style: Style];

/** The clock by the measurement, with its doubt first where there is one, and what is to be held against the prediction. */
function clockWords({ clock, clockHz, characters }: Timing, isShort: boolean): Line[] {
  const mhz = (hz: number): string => (hz / 1e6).toFixed(3);
  if (!clock) return [roughly(characters)];
  const { value, low, high } = clock.hz;
  const head = isShort ? 'clock' : 'the clock by the measurement:';
  const outliers = isShort ? '' : ` (${clock.outliers} of ${clock.stamps} stamps are outliers)`;
  const interval = `95% within ${mhz(low)} to ${mhz(high)}${outliers}`;
  if (clock.doubt !== undefined)
    return [
      [`${head} about ${(value / 1e6).toFixed(1)} MHz, in doubt: ${clock.doubt}`, WARN],
      [`${interval}; z80lm time measures with a metronome`, PLAIN],
    ];
  const estimate: Line = [`${head} ${mhz(value)} MHz, ${interval}`, BOLD];
  if (clockHz >= low && clockHz <= high) return [estimate];
  return [
    estimate,
    [`${mhz(clockHz)} MHz of the prediction is outside: another clock, wait states, or a busy computer`, WARN],
  ];
}

/** Answers that are thought out for less are over before a timer of this computer tells it. */
const THOUGHT_MS = 1;

/** Where there is too little for an estimate with an interval: the clock by what was thought out, and why that is in doubt. */
function roughly(characters: readonly CharacterTime[]): Line {
  const metronome = 'z80lm time measures with a metronome';
  const thought = characters.filter(({ predictedMs }) => predictedMs >= THOUGHT_MS);
  const ms = thought.reduce((sum, { measuredMs }) => sum + measuredMs, 0);
  if (thought.length < 3 || ms === 0) return [`too few answers to tell the clock by; ${metronome}`, PLAIN];
  const tStates = thought.reduce((sum, one) => sum + one.tStates, 0);
  const each = (ms / thought.length).toFixed(1);
  return [
    `the clock: about ${(tStates / ms / 1000).toFixed(1)} MHz, in doubt: ${thought.length} characters of ${each} ms each; ${metronome}`,
    WARN,
  ];
}
