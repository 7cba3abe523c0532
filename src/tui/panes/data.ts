/** The text pairs: how many, and which answers they have. */
import { HEADING, PLAIN, clip, type Canvas } from '../../terminal/canvas.js';
import { bar } from '../chart.js';
import type { AppState } from '../state.js';
import { number, percent } from './format.js';

const ANSWER_WIDTH = 20;

export function dataPane(canvas: Canvas, { data, settings }: AppState): void {
  canvas.put(0, 0, `training pairs  ${settings.data.training}`);
  canvas.put(0, 1, `held out        ${settings.data.heldOut ?? 'none'}`);
  if (!data) {
    canvas.put(0, 3, 'Not read yet. Enter runs the whole way from here; r reads the data alone.');
    return;
  }
  const { stats, heldOutPairs } = data;
  const { questionLength, answerLength } = stats;
  let y = canvas.lines(0, 3, [
    `${number(stats.pairs)} pairs${stats.followUps > 0 ? ` (${number(stats.followUps)} follow-ups)` : ''}, ${number(stats.questions)} different questions, ${number(heldOutPairs)} pairs held out`,
    `questions of ${questionLength.mean.toFixed(1)} characters (longest ${questionLength.longest}), answers of ${answerLength.mean.toFixed(1)} (longest ${answerLength.longest})`,
    `it learns to write ${stats.charset.length} characters: ${stats.charset}`,
    `${number(stats.examples)} characters to learn, ends of answers included`,
  ]);
  canvas.put(0, ++y, `${stats.answers.length} different answers`, HEADING);
  const most = stats.answers[0]?.pairs ?? 1;
  const room = canvas.height - y - 1;
  for (const { answer, pairs } of stats.answers.slice(0, room)) {
    y++;
    canvas.put(0, y, clip(answer, ANSWER_WIDTH));
    canvas.put(ANSWER_WIDTH + 1, y, `${number(pairs).padStart(7)} ${percent(pairs / stats.pairs).padStart(6)}`);
    canvas.put(
      ANSWER_WIDTH + 17,
      y,
      bar(Math.max(0, Math.min(60, canvas.width - ANSWER_WIDTH - 18)), pairs / most),
      PLAIN,
    );
  }
}
