/** What lies over a pane for a while: help, the palette, messages, a source file, the search line. */
import {
  ACCENT,
  BOLD,
  CHOSEN,
  INVERSE,
  PLAIN,
  QUIET,
  clip,
  wrap,
  type Canvas,
  type Style,
} from '../terminal/canvas.js';
import { EVERYWHERE, IN_PANE, keyNames, type Binding } from './keys.js';
import { matching } from './palette.js';
import { duration, percent } from './panes/format.js';
import { STAGES } from '../pipeline/events.js';
import { STANDINGS } from './stage-bar.js';
import { isUnderWay } from './stage-marks.js';
import { PANES, TITLES, type AppState } from './state.js';

const KEY_WIDTH = 16;
/** Longer lines are hard to read; the rest of a wide window stays what it was. */
const TEXT_WIDTH = 110;
const FRAME: Style = { colour: 'accent' };

/** A line of text, or a heading. */
type TextLine = string | [string];

interface TextPlace {
  /** Lines from the first one, or from the last one. */
  top: number;
  from: 'first' | 'last';
  /** Continued lines begin so far to the right. */
  hang?: number;
}

/** Text that can be longer than the box, and whose lines can be longer than its lines. */
function textBox(canvas: Canvas, title: string, lines: readonly TextLine[], { top, from, hang = 0 }: TextPlace): void {
  const most = Math.min(TEXT_WIDTH, canvas.width);
  const wrapped = lines.flatMap((line): TextLine[] => (typeof line === 'string' ? wrap(line, most - 4, hang) : [line]));
  const box = canvas.part(Math.floor((canvas.width - most) / 2), 0, most, Math.min(canvas.height, wrapped.length + 2));
  box.clear();
  const inside = box.box(`${title}  (Up, Down, Esc)`, FRAME);
  const last = Math.max(0, wrapped.length - inside.height);
  const first = Math.max(0, Math.min(last, from === 'first' ? top : last - top));
  wrapped.slice(first, first + inside.height).forEach((line, y) => {
    if (typeof line === 'string') inside.put(1, y, line);
    else inside.part(1, 0, inside.width - 2).heading(y, line[0]);
  });
  const edge = box.part(0, box.height - 1, box.width - 2);
  const words = [first > 0 ? 'more above' : '', first < last ? 'more below' : ''].filter((word) => word !== '');
  if (words.length > 0) edge.putRight(0, ` ${words.join(', ')} `, ACCENT);
}

export function helpLines(): TextLine[] {
  const table = (bindings: readonly Binding[]): string[] =>
    bindings.map((binding) => `${keyNames(binding).padEnd(KEY_WIDTH)} ${binding.words}`);
  const signs = Object.values(STANDINGS).filter(({ word }) => word !== STANDINGS.never.word);
  const words = [...new Map(signs.map(({ sign, word }) => [sign, word]))].map(([sign, word]) => `${sign} ${word}`);
  return [
    ['Everywhere'],
    ...table(EVERYWHERE),
    ...PANES.flatMap((pane) => {
      const own = IN_PANE[pane];
      return own ? ['', [TITLES[pane]] as [string], ...table(own)] : [];
    }),
    '',
    ['The bar on top'],
    'The way, stage by stage: done means that nothing it depends on has changed since.',
    `In a small window signs stand for words: ${words.join(', ')}, - not run yet.`,
    '',
    'Whatever is done here a command does, too: z80lm --help.',
  ];
}

export function helpOverlay(canvas: Canvas, { top }: AppState): void {
  textBox(canvas, 'help', helpLines(), { top, from: 'first', hang: KEY_WIDTH + 1 });
}

/** Downwards, as one reads, and opened at its end, as that is what one looks for. */
export function logOverlay(canvas: Canvas, { log, top }: AppState): void {
  textBox(canvas, 'messages', log.length > 0 ? log : ['none yet'], { top, from: 'last', hang: 'hh:mm:ss '.length });
}

export function runsOverlay(canvas: Canvas, { runs, top }: AppState): void {
  const share = (of: number | undefined): string => (of === undefined ? '-' : percent(of)).padStart(7);
  const lines = runs.map(
    ({ name, outcome, answers, heldOut, settings, inPlace }) =>
      `${inPlace ? '*' : ' '} ${name.padEnd(8)} ${share(answers)} ${share(heldOut)}  ${outcome.padEnd(21)} ${settings}`,
  );
  const heading = '  run        right  unseen  ended                 settings';
  const foot = ['', '* is model.npz.  : take RUN  puts another in its place, with its settings.'];
  const all = runs.length > 0 ? [heading, ...lines, ...foot] : ['none yet'];
  textBox(canvas, 'runs, newest first', all, { top, from: 'first', hang: 11 });
}

/** What Enter would do, before it does. */
export function askOverlay(canvas: Canvas, state: AppState): void {
  const width = Math.min(76, canvas.width);
  const lines = questionLines(state).flatMap((line) => wrap(line, width - 4, line.startsWith('- ') ? 2 : 0));
  const height = Math.min(canvas.height, lines.length + 4);
  const box = canvas.part(Math.floor((canvas.width - width) / 2), 0, width, height);
  box.clear();
  const inside = box.box('before that', FRAME);
  inside.lines(1, 0, lines.slice(0, inside.height - 1));
  const x = inside.put(1, inside.height - 1, 'Enter: yes', ACCENT);
  inside.put(x, inside.height - 1, '     Esc: no', BOLD);
}

function questionLines({ question, stages }: AppState): string[] {
  if (question === 'leave') {
    const running = STAGES.find((stage) => isUnderWay(stages[stage]));
    return running === 'train'
      ? [
          'train is running. Leaving stops it; what it has come to stays in its folder in runs/, and model.npz as it is.',
        ]
      : [`${running ?? 'a stage'} is running. Leaving stops it.`];
  }
  if (!question) return [];
  const named = question.command.to;
  const total = question.stages.map(({ expectedMs }) => expectedMs);
  const known = total.filter((ms) => ms !== undefined);
  const time =
    known.length === 0
      ? 'how long is not known (a minute or two for the shipped data)'
      : `about ${duration(known.reduce((sum, ms) => sum + ms, 0))}${known.length < total.length ? ' and more' : ''}`;
  const names = question.stages.map(({ stage }) => stage).join(', ');
  return [
    named === undefined
      ? `The whole way begins with a training: ${time}.`
      : `Before ${named}, this will first run ${names}: ${time}.`,
    ...question.stages.map(
      ({ stage, why, expectedMs }) =>
        `- ${stage}: ${why}${expectedMs === undefined ? '' : ` (${duration(expectedMs)} the last time)`}`,
    ),
    ...(question.model === '' ? [] : [question.model]),
  ];
}

export function sourceOverlay(canvas: Canvas, { source, top }: AppState): void {
  const { path, from, line, lines } = source!;
  const text = lines.map((words, i) => {
    const at = from + i;
    return `${at === line ? '>' : ' '}${String(at).padStart(5)}  ${words.replaceAll('\t', '        ')}`;
  });
  textBox(canvas, `${path}, line ${line}`, text, { top, from: 'first', hang: 8 });
}

const NAME_WIDTH = 18;

export function paletteOverlay(canvas: Canvas, { input, choice }: AppState): void {
  const width = Math.min(90, canvas.width);
  const height = Math.min(Math.max(16, Math.floor(canvas.height / 2)), canvas.height);
  const box = canvas.part(Math.floor((canvas.width - width) / 2), 0, width, height);
  box.clear();
  const inside = box.box('command', FRAME);
  writtenLine(inside, `:${input}`);
  const fits = matching(input);
  if (fits.length === 0) inside.put(1, 2, 'there is no such command');
  const room = inside.height - 1;
  const first = Math.max(0, choice - room + 1);
  fits.slice(first, first + room).forEach(({ name, argument, words }, i) => {
    const isChosen = first + i === choice;
    const row = inside.part(0, 1 + i, inside.width, 1);
    const head = ` ${`${name} ${argument}`.padEnd(NAME_WIDTH)} `;
    row.put(0, 0, ' '.repeat(row.width), isChosen ? CHOSEN : PLAIN);
    const x = row.put(0, 0, head, isChosen ? CHOSEN : PLAIN);
    row.put(x, 0, clip(words, row.width - x), isChosen ? CHOSEN : QUIET);
  });
}

export function searchOverlay(canvas: Canvas, { input }: AppState): void {
  const box = canvas.part(0, Math.max(0, canvas.height - 3), Math.min(60, canvas.width), 3);
  box.clear();
  writtenLine(box.box('search, upwards', FRAME), `/${input}`);
}

/** What is being written, its end in sight, and where the next character goes. */
function writtenLine(canvas: Canvas, text: string): void {
  const room = canvas.width - 3;
  const shown = text.length > room ? `~${text.slice(text.length - room + 1)}` : text;
  const x = canvas.put(1, 0, shown, BOLD);
  canvas.restyle(x, 0, 1, INVERSE);
}
