/** The text pairs: how many, and which answers they have. */
import { BOLD, PLAIN, QUIET, clip, type Canvas } from '../../terminal/canvas.js';
import { bar } from '../chart.js';
import type { AppState } from '../state.js';
import { number, percent } from './format.js';

/** Pairs and their share, behind an answer. */
const FIGURES_WIDTH = 16;
/** An answer may take this part of the width. */
const ANSWER_SHARE = 0.4;
const COLUMN_WIDTH = 60;

export function dataPane(canvas: Canvas, { data, settings }: AppState): void {
  let y = canvas.text(0, `training pairs  ${settings.data.training}`);
  y = canvas.text(y, `held out        ${settings.data.heldOut ?? 'none'}`);
  if (!data) {
    canvas.text(y + 1, 'Not read yet. Enter runs the whole way from here; r reads the data alone.');
    return;
  }
  const { stats, heldOutPairs } = data;
  const { questionLength, answerLength } = stats;
  if (canvas.height >= 14) y++;
  y = canvas.text(
    y,
    `${number(stats.pairs)} pairs${stats.followUps > 0 ? ` (${number(stats.followUps)} follow-ups)` : ''}, ${number(stats.questions)} different questions, ${number(heldOutPairs)} pairs held out`,
    BOLD,
  );
  const more = [
    `questions of ${questionLength.mean.toFixed(1)} characters (longest ${questionLength.longest}), answers of ${answerLength.mean.toFixed(1)} (longest ${answerLength.longest})`,
    `it learns to write ${stats.charset.length} characters: ${stats.charset}`,
    `${number(stats.examples)} characters to learn, ends of answers included`,
  ];
  if (canvas.height >= 14) for (const line of more) y = canvas.text(y, line);
  if (canvas.height >= 14) y++;
  y = canvas.heading(y, `${stats.answers.length} different answers`);
  const most = stats.answers[0]?.pairs ?? 1;
  const room = Math.max(0, canvas.height - y);
  // In columns, where one is too short and there is room beside it.
  const columns = Math.max(1, Math.min(Math.floor(canvas.width / COLUMN_WIDTH), Math.ceil(stats.answers.length / Math.max(1, room)))); // prettier-ignore
  const width = Math.floor(canvas.width / columns);
  const hidden = stats.answers.length - columns * room;
  const shown = stats.answers.slice(0, columns * room);
  const longest = Math.max(...shown.map(({ answer }) => answer.length));
  const name = Math.min(
    longest,
    Math.max(width - FIGURES_WIDTH - 4, 0),
    Math.max(20, Math.floor(width * ANSWER_SHARE)),
  );
  shown.forEach(({ answer, pairs }, i) => {
    const cell = canvas.part(Math.floor(i / room) * width, y + (i % room), width - (columns > 1 ? 3 : 0), 1);
    cell.put(0, 0, clip(answer, name));
    cell.put(name + 1, 0, `${number(pairs).padStart(7)} ${percent(pairs / stats.pairs).padStart(6)}`, PLAIN);
    const x = name + 1 + FIGURES_WIDTH;
    cell.put(x, 0, bar(Math.max(0, Math.min(60, cell.width - x)), pairs / most), { colour: 'accent' });
  });
  if (hidden > 0) canvas.putRight(y - 1, ` ${hidden} more `, QUIET);
}
