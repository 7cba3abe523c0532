/** What lies over a pane for a while: help, the palette, messages, a source file, the search line. */
import { BOLD, HEADING, INVERSE, PLAIN, clip, wrap, type Canvas } from './canvas.js';
import { EVERYWHERE, IN_PANE, keyNames, type Binding } from './keys.js';
import { matching } from './palette.js';
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
