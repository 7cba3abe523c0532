/** What was measured beside what was predicted, for each character of each answer. */
import { estimateClock, type ClockEstimate, type Run } from './timing.js';
import { msPerCharacter, tStatesPerCharacter, type Transcript } from './transcript.js';

export interface Timing {
  clockHz: number;
  /** By the emulator: exact, and at `clockHz` the prediction. */
  tStatesPerCharacter: number;
  predictedMs: number;
  /** On the board, by the arrival of bytes. */
  measuredMs: number;
  /** The board's clock by the measurement, if there is enough to say it. */
  clock: ClockEstimate | undefined;
  characters: CharacterTime[];
}

/** One character of an answer, from the one before it; '' is the end mark. */
export interface CharacterTime {
  question: string;
  character: string;
  tStates: number;
  predictedMs: number;
  measuredMs: number;
}

/** Characters of the answers beside each other; the exchanges that both sides have in whole. */
export function timingOf(predicted: Transcript, measured: Transcript, clockHz: number): Timing {
  const characters: CharacterTime[] = [];
  const runs: Run[] = [];
  predicted.exchanges.forEach(({ question, answer, characterTStates = [], characterFetches = [] }, i) => {
    const board = measured.exchanges[i];
    if (board?.question !== question || board.answer !== answer) return;
    const stamps = characterTStates.map((tStates, at) => ({
      atMs: board.characterMs[at]!,
      tStates,
      fetches: characterFetches[at] ?? 0,
    }));
    runs.push({ kind: 'answer', stamps });
    characterTStates.forEach((total, at) => {
      const tStates = total - (characterTStates[at - 1] ?? 0);
      const measuredMs = board.characterMs[at]! - (board.characterMs[at - 1] ?? 0);
      const predictedMs = (tStates / clockHz) * 1000;
      characters.push({ question, character: answer[at] ?? '', tStates, predictedMs, measuredMs });
    });
  });
  return {
    clockHz,
    tStatesPerCharacter: tStatesPerCharacter(predicted) ?? NaN,
    predictedMs: msPerCharacter(predicted),
    measuredMs: msPerCharacter(measured),
    clock: estimateClock(runs),
    characters,
  };
}
