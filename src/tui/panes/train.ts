/** A training as it goes: the curves, the scores, what it answers by now, and where the weights lie. */
import { WEIGHTS } from '../../model/network.js';
import { BAD, BOLD, BUSY, GOOD, HEADING, PLAIN, clip, type Canvas, type Style } from '../../terminal/canvas.js';
import { bar, plot, type Series } from '../chart.js';
import type { AppState, Sampled, TrainView } from '../state.js';
import { duration, number, percent } from './format.js';

const LOSS: Style = PLAIN;
const INTEGER: Style = { colour: 'green', bold: true };
const FLOAT: Style = { colour: 'cyan' };
/** An accumulator beyond this share of 16 bits is near to wrapping. */
const NEAR_OVERFLOW = 0.95;
const SIDE_WIDTH = 46;

export function trainPane(canvas: Canvas, state: AppState): void {
  const { train, settings } = state;
  const { start, now } = train;
  if (!start) {
    canvas.put(
      0,
      0,
      `to train: ${settings.hidden ? `widths ${settings.hidden.join(',')}, ` : ''}${settings.epochs} epochs, seed ${settings.seed}`,
    );
    const known = state.stages.train.mark === 'fresh' ? 'The model of an earlier session is fresh and is used.' : '';
    canvas.lines(
      0,
      2,
      [known, 'Enter runs from here, r trains anew. Change with  : epochs 8  or  : hidden 128,96'].filter(Boolean),
    );
    return;
  }
  canvas.put(
    0,
    0,
    `${number(start.pairs)} pairs, ${number(start.examples)} examples, ${start.widths.join('-')}, ${start.backend}, ${start.workers} workers`,
  );
  if (now) progressLines(canvas.part(0, 1, canvas.width, 3), train);
  // Where its model is, which may not be where the one is that counts.
  if (state.kept) canvas.put(0, 4, clip(state.kept.words, canvas.width), train.ended === 'stopped' ? BOLD : PLAIN);
  const sideWidth = Math.min(SIDE_WIDTH, Math.floor(canvas.width / 2));
  curves(canvas.part(0, 5, canvas.width - sideWidth - 1), train.curve);
  answers(canvas.part(canvas.width - sideWidth, 5), train);
}

function progressLines(canvas: Canvas, { now, nonZero, ended }: TrainView): void {
  const { epoch, epochs, progress, loss, integerAccuracy, floatAccuracy, overflow, elapsedMs, remainingMs } = now!;
  const left = ended === undefined ? `${duration(remainingMs)} left` : ended;
  canvas.put(0, 0, bar(20, progress), BUSY);
  canvas.put(21, 0, `epoch ${epoch} of ${epochs}, ${duration(elapsedMs)}, ${left}`, ended === 'done' ? GOOD : PLAIN);
  let x = canvas.put(0, 1, `loss ${loss.toFixed(3)}`, LOSS);
  x = canvas.put(x + 3, 1, `integer ${percent(integerAccuracy)}`, INTEGER);
  x = canvas.put(x + 3, 1, `float ${percent(floatAccuracy)}`, FLOAT);
  const near = overflow.peak >= NEAR_OVERFLOW;
  canvas.put(
    x + 3,
    1,
    `sums reach ${percent(overflow.peak, 0)} of 16 bits${overflow.wrapped > 0 ? `, ${percent(overflow.wrapped, 3)} wrap` : ''}`,
    near ? BAD : PLAIN,
  );
  if (nonZero !== undefined) canvas.put(0, 2, `${number(nonZero)} weights are not zero`);
}

/** Loss and both accuracies over the whole run; the loss has a scale of its own. */
function curves(canvas: Canvas, curve: readonly Sampled[]): void {
  const inside = canvas.box('loss, integer and float accuracy');
  if (curve.length === 0) return;
  const worst = Math.max(...curve.map(({ loss }) => loss));
  const series = (style: Style, letter: string, of: (point: Sampled) => number): Series => ({
    points: curve.map((point) => ({ x: point.progress, y: of(point) })),
    style,
    letter,
  });
  plot(
    inside,
    [
      series(LOSS, '.', ({ loss }) => loss / worst),
      series(FLOAT, 'f', ({ float }) => float),
      series(INTEGER, 'i', ({ integer }) => integer),
    ],
    [0, 1],
  );
  inside.put(0, 0, '100%');
  inside.putRight(0, `loss ${worst.toFixed(2)}`);
}

function answers(canvas: Canvas, train: TrainView): void {
  const score = train.scores.at(-1);
  if (score) {
    const heldOut = score.heldOut ? `, held out ${percent(score.heldOut.answers)}` : '';
    canvas.put(0, 0, `answers right ${percent(score.training.answers)}${heldOut}`, BOLD);
  } else canvas.put(0, 0, 'answers are not scored yet');
  const layers = train.weights?.length ?? 1;
  const room = Math.max(0, Math.min(train.samples.length, canvas.height - layers - 4));
  const half = Math.floor(canvas.width / 2);
  train.samples.slice(0, room).forEach(({ question, expected, answer }, i) => {
    const before = train.before[i]?.answer;
    const changed = before !== undefined && before !== answer ? ` (was ${before || 'nothing'})` : '';
    const right = expected !== '' && answer === expected;
    canvas.put(0, 1 + i, clip(question, half - 1));
    canvas.put(half, 1 + i, clip(`${answer || '(nothing)'}${changed}`, canvas.width - half), right ? GOOD : PLAIN);
  });
  histogram(canvas.part(0, room + 2), train.weights);
}

/** How the weights of each layer spread over their four values. */
function histogram(canvas: Canvas, weights: number[][] | undefined): void {
  canvas.put(0, 0, 'weights by layer', HEADING);
  if (!weights) {
    canvas.put(0, 1, 'counted at the end of an epoch');
    return;
  }
  canvas.put(0, 1, `layer${WEIGHTS.map((weight) => String(weight).padStart(8)).join('')}`);
  const rows = canvas.height >= 2 + 2 * weights.length ? 2 : 1;
  weights.forEach((counts, layer) => {
    const all = counts.reduce((sum, count) => sum + count, 0);
    const y = 2 + rows * layer;
    canvas.put(0, y, String(layer + 1).padStart(5));
    counts.forEach((count, i) => {
      canvas.put(5 + 8 * i, y, number(count).padStart(8));
      if (rows === 2) canvas.put(6 + 8 * i, y + 1, bar(7, count / all));
    });
  });
}
