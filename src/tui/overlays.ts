/** What lies over a pane for a while: help, the palette, messages, a source file, the search line. */
import { BOLD, HEADING, INVERSE, PLAIN, clip, wrap, type Canvas } from '../terminal/canvas.js';
import { EVERYWHERE, IN_PANE, keyNames, type Binding } from './keys.js';
import { matching } from './palette.js';
import { duration, percent } from './panes/format.js';
import { STAGES } from '../pipeline/events.js';
import { isUnderWay } from './stage-marks.js';
import { PANES, TITLES, type AppState } from './state.js';

const KEY_WIDTH = 16;

/** Text that can be longer than the box: from line `top` on. @returns how many lines there are */
function textBox(canvas: Canvas, title: string, lines: readonly (string | [string])[], top: number): void {
  canvas.clear();
  const inside = canvas.box(`${title}  (Up, Down, Esc)`);
  const first = Math.max(0, Math.min(top, lines.length - inside.height));
  lines.slice(first, first + inside.height).forEach((line, y) => {
    if (typeof line === 'string') inside.put(1, y, clip(line, inside.width - 2));
    else inside.put(1, y, line[0], HEADING);
  });
  if (first + inside.height < lines.length) canvas.part(0, canvas.height - 1).putRight(0, ' more below ', BOLD);
}

export function helpLines(): (string | [string])[] {
  const table = (bindings: readonly Binding[]): string[] =>
    bindings.map((binding) => `${keyNames(binding).padEnd(KEY_WIDTH)} ${binding.words}`);
  return [
    ['Everywhere'],
    ...table(EVERYWHERE),
    ...PANES.flatMap((pane) => {
      const own = IN_PANE[pane];
      return own ? ['', [TITLES[pane]] as [string], ...table(own)] : [];
    }),
    '',
    'The bar on top is the way: fresh means done, and nothing it depends on has changed.',
    'Whatever is done here a command does, too: z80lm --help.',
  ];
}

export function helpOverlay(canvas: Canvas, { top }: AppState): void {
  textBox(canvas, 'help', helpLines(), top);
}

export function logOverlay(canvas: Canvas, { log, top }: AppState): void {
  const lines = log.flatMap((line) => wrap(line, canvas.width - 4));
  // Newest first, as that is what one looks for.
  textBox(canvas, 'messages, newest first', lines.reverse(), top);
}

export function runsOverlay(canvas: Canvas, { runs, top }: AppState): void {
  const share = (of: number | undefined): string => (of === undefined ? '-' : percent(of)).padStart(7);
  const lines = runs.map(
    ({ name, outcome, answers, heldOut, settings, inPlace }) =>
      `${inPlace ? '*' : ' '} ${name.padEnd(8)} ${share(answers)} ${share(heldOut)}  ${outcome.padEnd(21)} ${settings}`,
  );
  const heading: [string] = ['  run        right  unseen  ended                 settings'];
  const foot = ['', '* is model.npz.  : take RUN  puts another in its place, with its settings.'];
  textBox(canvas, 'runs, newest first', runs.length > 0 ? [heading, ...lines, ...foot] : ['none yet'], top);
}

/** What Enter would do, before it does. */
export function askOverlay(canvas: Canvas, state: AppState): void {
  const box = canvas.part(0, 0, Math.min(76, canvas.width), Math.min(18, canvas.height));
  const lines = questionLines(state).flatMap((line) => wrap(line, box.width - 4));
  const small = box.part(0, 0, box.width, Math.min(box.height, lines.length + 4));
  small.clear();
  const inside = small.box('before that');
  inside.lines(1, 0, lines.slice(0, inside.height - 2));
  inside.put(1, inside.height - 1, 'Enter: yes     Esc: no', BOLD);
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
  textBox(canvas, `${path}, line ${line}`, text, top);
}

export function paletteOverlay(canvas: Canvas, { input, choice }: AppState): void {
  const box = canvas.part(0, 0, Math.min(76, canvas.width), Math.min(16, canvas.height));
  box.clear();
  const inside = box.box('command');
  inside.put(1, 0, `:${input}`, BOLD);
  inside.restyle(2 + input.length, 0, 1, INVERSE);
  const fits = matching(input);
  if (fits.length === 0) inside.put(1, 2, 'there is no such command');
  const room = inside.height - 1;
  const first = Math.max(0, choice - room + 1);
  fits.slice(first, first + room).forEach(({ name, argument, words }, i) => {
    const text = ` ${`${name} ${argument}`.padEnd(18)} ${words}`;
    inside.put(0, 1 + i, clip(text, inside.width).padEnd(inside.width), first + i === choice ? INVERSE : PLAIN);
  });
}

export function searchOverlay(canvas: Canvas, { input }: AppState): void {
  const box = canvas.part(0, Math.max(0, canvas.height - 3), Math.min(60, canvas.width), 3);
  box.clear();
  const inside = box.box('search, upwards');
  inside.put(1, 0, `/${input}`, BOLD);
  inside.restyle(2 + input.length, 0, 1, INVERSE);
}
