/** A training as it goes: the curves, the scores, what it answers by now, and where the weights lie. */
import { WEIGHTS } from '../../model/network.js';
import { ACCENT, BAD, BOLD, GOOD, PLAIN, QUIET, WARN, clip, type Canvas, type Style } from '../../terminal/canvas.js';
import { bar, chart, meter, type Series } from '../chart.js';
import type { AppState, Sampled, TrainView } from '../state.js';
import { duration, number, percent } from './format.js';

const INTEGER: Style = { colour: 'accent', bold: true };
const FLOAT: Style = { colour: 'second' };
/** An accumulator beyond this share of 16 bits is near to wrapping. */
const NEAR_OVERFLOW = 0.95;
/** Beside the curves, for answers and weights, frames included. */
const SIDE_WIDTH = 48;
const SIDE_LARGEST = 90;
/** Below these, there are no curves. */
const CHART_WIDTH = 70;
const CHART_HEIGHT = 12;
const WEIGHT_WIDTH = 8;

export function trainPane(canvas: Canvas, state: AppState): void {
  const { train, settings } = state;
  const { start, now } = train;
  if (!start) {
    const widths = settings.hidden ? `widths ${settings.hidden.join(',')}, ` : '';
    const y = canvas.text(0, `to train: ${widths}${settings.epochs ?? 'as many'} epochs${settings.epochs === undefined ? ' as the data calls for' : ''}, seed ${settings.seed}`); // prettier-ignore
    const known = state.stages.train.mark === 'fresh' ? 'The model of an earlier session is done and is used.\n' : '';
    canvas.text(y + 1, `${known}Enter runs from here, r trains anew. Change with  : epochs 8  or  : hidden 128,96`);
    return;
  }
  const { pairs, examples, widths, backend, workers } = start;
  let y = 0;
  if (now) y = progress(canvas, train);
  if (canvas.height >= CHART_HEIGHT)
    y = canvas.text(y, `${number(pairs)} pairs, ${number(examples)} examples, ${widths.join('-')}, ${backend}, ${workers} workers`); // prettier-ignore
  // Where its model is, which may not be where the one is that counts.
  if (state.kept) y = canvas.text(y, state.kept.words, train.ended === 'stopped' ? BOLD : PLAIN);
  const rest = canvas.part(0, y);
  if (canvas.width < CHART_WIDTH || rest.height < CHART_HEIGHT) return answers(rest, train);
  const side = Math.min(SIDE_LARGEST, Math.max(SIDE_WIDTH, Math.floor(canvas.width * 0.42)), Math.floor(canvas.width * 0.55)); // prettier-ignore
  const left = rest.part(0, 0, canvas.width - side + 1);
  const right = rest.part(canvas.width - side, 0);
  curves(left.box('accuracy, and loss in nats'), train);
  const inside = right.box(answersTitle(train)).part(1, 0, side - 4);
  const layers = train.weights?.length ?? 1;
  const rows = layers + 1;
  const bars = inside.height >= 2 * layers + 8 ? layers : 0;
  const split = Math.max(1, inside.height - rows - bars - 1);
  samples(inside.part(0, 0, inside.width, split), train);
  right.divide(split + 1, 'weights by layer');
  histogram(inside.part(0, split + 1), train.weights, bars > 0);
}

/** How far it is, and how good. @returns the row below */
function progress(canvas: Canvas, { now, nonZero, ended }: TrainView): number {
  const {
    epoch,
    epochs,
    progress: share,
    loss,
    integerAccuracy,
    floatAccuracy,
    overflow,
    elapsedMs,
    remainingMs,
  } = now!;
  const style = ended === 'done' ? GOOD : ended === 'stopped' ? WARN : ACCENT;
  const words = `epoch ${epoch} of ${epochs}, ${duration(elapsedMs)}, ${ended ?? `${duration(remainingMs)} left`}`;
  const room = Math.min(44, canvas.width - words.length - 2);
  const isBeside = room >= 20;
  const x = meter(canvas, 0, isBeside ? room : canvas.width, share, style);
  canvas.put(isBeside ? x + 2 : 0, isBeside ? 0 : 1, clip(words, canvas.width), style);
  const wrapped = overflow.wrapped > 0 ? `, ${percent(overflow.wrapped, 3)} wrap` : '';
  return canvas.pieces(isBeside ? 1 : 2, [
    [`loss ${loss.toFixed(3)}`, PLAIN],
    [`integer ${percent(integerAccuracy)}`, INTEGER],
    [`float ${percent(floatAccuracy)}`, FLOAT],
    [`sums reach ${percent(overflow.peak, 0)} of 16 bits${wrapped}`, overflow.peak >= NEAR_OVERFLOW ? BAD : PLAIN],
    [nonZero === undefined ? '' : `${number(nonZero)} weights are not zero`, PLAIN],
  ]);
}

/** Loss and both accuracies over the whole run; the loss has a scale of its own, on the right. */
function curves(canvas: Canvas, { curve, now }: TrainView): void {
  if (curve.length === 0) {
    canvas.put(1, 0, 'waits for the first step', QUIET);
    return;
  }
  const worst = Math.max(...curve.map(({ loss }) => loss));
  const points = (of: (point: Sampled) => number): Series['points'] =>
    curve.map((point) => ({ x: point.progress, y: of(point) }));
  chart(
    canvas,
    [
      { name: 'loss', points: points(({ loss }) => loss / worst), style: PLAIN, letter: '.', dash: [1, 2] },
      { name: 'float', points: points(({ float }) => float), style: FLOAT, letter: 'f', dash: [4, 2] },
      { name: 'integer', points: points(({ integer }) => integer), style: INTEGER, letter: 'i' },
    ],
    {
      left: ['100%', '50%', '0%'],
      right: [worst, worst / 2, 0].map((loss) => loss.toFixed(2)),
      below: ['epoch 0', String(now?.epochs ?? '')],
    },
  );
}

function answersTitle({ scores }: TrainView): string {
  const score = scores.at(-1);
  if (!score) return 'answers, not scored yet';
  const heldOut = score.heldOut ? `, held out ${percent(score.heldOut.answers)}` : '';
  return `right ${percent(score.training.answers)}${heldOut}`;
}

/** Without room for frames. */
function answers(canvas: Canvas, train: TrainView): void {
  const y = canvas.text(0, answersTitle(train), BOLD);
  samples(canvas.part(0, y), train);
}

function samples(canvas: Canvas, { samples: list, before }: TrainView): void {
  const half = Math.floor(canvas.width * 0.55);
  const rows = list.map(({ question, expected, answer }, i) => {
    const was = before[i]?.answer;
    const changed = was !== undefined && was !== answer ? ` (was ${was || 'nothing'})` : '';
    return { question, answer: `${answer || '(nothing)'}${changed}`, isRight: expected !== '' && answer === expected };
  });
  const isTight = rows.some(({ question, answer }) => question.length >= half || answer.length > canvas.width - half);
  // An answer below its question, where they are too long to stand side by side and there is room.
  const isBelow = isTight && 2 * rows.length <= canvas.height;
  rows.forEach(({ question, answer, isRight }, i) => {
    const [x, y] = isBelow ? [2, 2 * i + 1] : [half, i];
    canvas.put(0, isBelow ? y - 1 : y, clip(question, isBelow ? canvas.width : half - 1));
    canvas.put(x, y, clip(answer, canvas.width - x), isRight ? GOOD : PLAIN);
  });
}

/** How the weights of each layer spread over their four values. */
function histogram(canvas: Canvas, weights: number[][] | undefined, withBars: boolean): void {
  if (!weights) {
    canvas.put(0, 0, 'counted at the end of an epoch', QUIET);
    return;
  }
  const width = Math.max(WEIGHT_WIDTH, Math.min(16, Math.floor((canvas.width - 5) / WEIGHTS.length)));
  canvas.put(0, 0, `layer${WEIGHTS.map((weight) => ` ${weight}`.padEnd(width)).join('')}`, QUIET);
  weights.forEach((counts, layer) => {
    const all = counts.reduce((sum, count) => sum + count, 0);
    const y = 1 + (withBars ? 2 : 1) * layer;
    canvas.put(0, y, String(layer + 1).padStart(5));
    counts.forEach((count, i) => {
      const x = 5 + width * i;
      canvas.put(x + 1, y, number(count));
      // Thick where a weight adds, thin where it is zero, and broken where it takes away.
      const fill = WEIGHTS[i]! > 0 ? '━' : WEIGHTS[i] === 0 ? '─' : '╍';
      const cells = bar(width - 1, count / all).trimEnd().length;
      if (withBars) canvas.put(x + 1, y + 1, fill.repeat(cells), ACCENT);
    });
  });
}
