/** Emulator and board side by side, and what they say differently. */
import { ACCENT, BAD, BOLD, GOOD, PLAIN, QUIET, WARN, clip, type Canvas, type Style } from '../../terminal/canvas.js';
import type { ExchangeComparison } from '../../hil/compare.js';
import { markedDifference } from '../../hil/describe.js';
import { isUnderWay } from '../stage-marks.js';
import { activeSide, type AppState } from '../state.js';
import { FRAME, WHOLE_WIDTH, consoleBox } from './console-view.js';

/** Below this only the console that keys mean is shown. */
const BOTH_LEAST = 60;
/** What the other one keeps where one is whole. */
const OTHER_LEAST = 32;
const LIST_LEAST = 28;
const WHOLE_HEIGHT = 24 + FRAME;
/** Of a difference, in a window of the usual height. */
const MARKS = 5;

export function consolesPane(canvas: Canvas, state: AppState): void {
  const { width } = canvas;
  const side = activeSide(state);
  const foot = footLines(state, width);
  const most = Math.max(1, Math.min(MARKS + 1, canvas.height - WHOLE_HEIGHT, foot.length));
  const marks = Math.max(most, Math.min(foot.length, Math.floor(canvas.height / 3)));
  const height = Math.max(3, canvas.height - marks);
  const [left, right] = widths(width, side);
  let different = 0;
  // The one that is typed to last: where frames touch, its own is whole.
  const draw = {
    emulator: () => void (left > 0 && consoleBox(canvas.part(0, 0, left, height), state, 'emulator')),
    board: () => void (right > 0 && (different = consoleBox(canvas.part(Math.max(0, left - 1), 0, right, height), state, 'board'))),
  }; // prettier-ignore
  draw[side === 'board' ? 'emulator' : 'board']();
  draw[side]();
  const used = left + right - 1;
  if (width - used >= LIST_LEAST) questions(canvas.part(used + 1, 0, width - used - 1, height), state);
  const below = canvas.part(0, height);
  const lines = foot.length > 0 ? foot : [standing(state, different)];
  lines.slice(0, marks).forEach(([text, style], y) => below.put(0, y, clip(text, width), style));
  if (state.scroll > 0) below.putRight(0, ` ${state.scroll} lines back`, ACCENT);
}

/** Columns of the emulator's frame and of the board's, which share a border; 0 for one that is not shown. */
function widths(width: number, active: 'emulator' | 'board'): [emulator: number, board: number] {
  const one = Math.min(width, WHOLE_WIDTH);
  if (width < BOTH_LEAST) return active === 'emulator' ? [one, 0] : [0, one];
  if (width >= 2 * WHOLE_WIDTH - 1) return [WHOLE_WIDTH, WHOLE_WIDTH];
  const rest = width - WHOLE_WIDTH + 1;
  if (rest < OTHER_LEAST) return [Math.ceil(width / 2), width - Math.ceil(width / 2) + 1];
  return active === 'emulator' ? [WHOLE_WIDTH, rest] : [rest, WHOLE_WIDTH];
}

type Line = readonly [string, Style];

/** The verdict, and where it is a bad one the first difference. */
function footLines({ comparison, typing }: AppState, width: number): Line[] {
  if (!comparison || typing) return [];
  if (comparison.equal) {
    const words = `EQUAL: ${comparison.bytes} bytes, ${comparison.exchanges.length - 1} questions`;
    return [[width < BOTH_LEAST ? words : `${words}, the same on both sides`, GOOD]];
  }
  const differing = comparison.exchanges.find(({ verdict }) => verdict !== 'same');
  const marks = differing ? markedDifference(differing, comparison) : [];
  return [
    ['DIFFERENT: emulator and board did not say the same', BAD],
    ...marks.map((line, i): Line => [line, i === 0 ? BAD : PLAIN]),
  ];
}

function standing({ typing, stages, answers, aligned }: AppState, different: number): Line {
  const shown = different === 1 ? '1 character shown differs' : `${different} characters shown differ`;
  if (isUnderWay(stages.compare))
    return [`the board is asked: ${answers.board.length} of ${answers.emulator.length} answered, ${different === 0 ? 'no difference so far' : shown}`, different === 0 ? ACCENT : BAD]; // prettier-ignore
  if (different > 0) return [shown, BAD];
  if (typing) return [aligned ? 'no difference so far' : '', PLAIN];
  return ['not compared yet: Enter asks both the same', PLAIN];
}

const VERDICTS: Readonly<Record<ExchangeComparison['verdict'], Line>> = {
  same: ['equal', GOOD],
  differs: ['differs', BAD],
  line: ['line', WARN],
  missing: ['missing', BAD],
};

/** Each question with its verdict, where there is room beside the consoles. */
function questions(canvas: Canvas, { comparison, answers }: AppState): void {
  const rows = comparison
    ? comparison.exchanges.map(({ question, verdict }) => [question ?? 'its opening', VERDICTS[verdict]] as const)
    : answers.board.map(({ question }) => [question, ['asked', QUIET]] as const);
  let y = canvas.heading(0, 'questions');
  if (rows.length === 0) canvas.text(y, 'none was asked yet', QUIET);
  for (const [question, [word, style]] of rows) {
    canvas.put(0, y, word, style);
    canvas.part(8, y, canvas.width - 8).text(0, clip(question, 2 * (canvas.width - 8)), BOLD);
    y += question.length > canvas.width - 8 ? 2 : 1;
  }
}
