/** A timing report in words: one sentence, and a table. */
import { counted, grouped } from '../seams/words.js';
import type { Interval } from './timing.js';
import type { TimingReport } from './timing-run.js';

/** Where the measurement cannot tell: "the board's clock could not be told: 2 of …". Else: "this board runs at 7.37 MHz with no wait states; a character takes 41 ms; prediction off by 0.4 %" */
export function timingSentence({ clock, perCharacter }: TimingReport): string {
  const { waitStates, doubt } = clock;
  if (doubt !== undefined)
    return (
      `the board's clock could not be told: ${doubt}; ` +
      `a character took ${significant(perCharacter.measuredMs)} ms, which may be too much, too`
    );
  const waits =
    waitStates === undefined
      ? ''
      : ` with ${waitStates.whole === undefined ? fraction(waitStates) : whole(waitStates.whole)}`;
  return (
    `this board runs at ${megahertz(clock.hz.value)} MHz${waits}; ` +
    `a character takes ${significant(perCharacter.measuredMs)} ms; ` +
    `prediction off by ${(100 * Math.abs(perCharacter.off)).toFixed(1)} %`
  );
}

function whole(waitStates: number): string {
  return waitStates === 0 ? 'no wait states' : counted(waitStates, 'wait state');
}

function fraction({ value }: Interval): string {
  return `${value.toFixed(2)} T-states more than predicted per opcode fetch`;
}

/** Name and value of each row. */
export function timingRows(report: TimingReport): [name: string, value: string][] {
  const { clock, line, perCharacter, answers, bare, leftOut, effectiveHz } = report;
  const { hz, waitStates, consoleTStates } = clock;
  const rows: [string, string][] = [
    [
      'clock',
      clock.doubt === undefined
        ? `${megahertz(hz.value, 4)} MHz (95 %: ${megahertz(hz.low, 4)} to ${megahertz(hz.high, 4)})`
        : `not told: ${clock.doubt}`,
    ],
    [
      'wait states',
      waitStates === undefined
        ? 'not told apart from the clock: that takes the metronome'
        : `${clock.doubt === undefined ? (waitStates.whole ?? 'no one whole number') : 'not told'}; measured ${signed(waitStates.value)} T-states an opcode fetch ` +
          `(95 %: ${signed(waitStates.low)} to ${signed(waitStates.high)})`,
    ],
    ['measured', `${perCharacter.measuredMs.toFixed(2)} ms a character, over ${answers.length} answers`],
    [
      'predicted',
      `${perCharacter.predictedMs.toFixed(2)} ms: ${grouped(perCharacter.tStates)} T-states, ` +
        `${grouped(perCharacter.fetches)} opcode fetches; off by ${signed(100 * perCharacter.off)} %`,
    ],
  ];
  if (bare)
    rows.push([
      'bare',
      `${bare.measuredMs.toFixed(2)} ms a character between the marks of /TIME, ${bare.predictedMs.toFixed(2)} predicted`,
    ]);
  const console = consoleTStates.metronome;
  if (console)
    rows.push([
      'console',
      `${Math.round(console.value)} T-states a character (95 %: ${Math.round(console.low)} to ${Math.round(console.high)}): ` +
        `${(100 * perCharacter.consoleShare).toFixed(2)} % of the time`,
    ]);
  rows.push(['line', lineWords(line)]);
  rows.push(['stamps', `${clock.stamps}, scattered by ${clock.residualMs.toFixed(2)} ms, ${clock.outliers} left out`]);
  if (leftOut > 0) rows.push(['left out', `${leftOut} answers that the board gave otherwise`]);
  if (clock.doubt === undefined)
    rows.push(['like', `an emulator at ${megahertz(effectiveHz, 4)} MHz without wait states is as fast`]);
  return rows;
}

function lineWords({ charMs, baud, latencyMs, correctionMs }: TimingReport['line']): string {
  const parts = [
    ...(charMs === undefined ? [] : [`${charMs.toFixed(3)} ms a character at ${baud} baud`]),
    ...(latencyMs === undefined
      ? []
      : [
          `adapter ${latencyMs.median.toFixed(1)} ms there and back (${latencyMs.least.toFixed(1)} to ${latencyMs.most.toFixed(1)})`,
        ]),
    `${correctionMs.toFixed(3)} ms an answer corrected`,
  ];
  return parts.join(', ');
}

function megahertz(hz: number, digits = 2): string {
  return (hz / 1e6).toFixed(digits);
}

function significant(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(2);
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return `${value < 0 && Number(text) !== 0 ? '-' : '+'}${text}`;
}
