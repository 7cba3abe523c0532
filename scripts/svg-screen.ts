/** A terminal's screen as an SVG picture: text in cells, so that it can be read, searched and scaled. */
import type xterm from '@xterm/headless';

const CELL = { width: 8, height: 17 };
const MARGIN = 8;
/** The 8 colours as usual terminals have them, on white. */
const COLOURS = ['#000000', '#b00020', '#1a7f37', '#7a5900', '#1a56db', '#8b2fc9', '#00707a', '#6e7781'];
const INK = '#1f2328';
const PAPER = '#ffffff';

interface Look {
  ink: string;
  paper: string;
  bold: boolean;
  underline: boolean;
}

export function screenSvg(terminal: xterm.Terminal, title: string): string {
  const { cols, rows } = terminal;
  const { active } = terminal.buffer;
  const width = cols * CELL.width + 2 * MARGIN;
  const height = rows * CELL.height + 2 * MARGIN;
  const parts: string[] = [];
  for (let y = 0; y < rows; y++) {
    const line = active.getLine(active.baseY + y);
    let x = 0;
    while (line && x < cols) {
      const look = lookOf(line.getCell(x));
      let text = '';
      const from = x;
      for (; x < cols && same(look, lookOf(line.getCell(x))); x++) text += line.getCell(x)?.getChars() || ' ';
      parts.push(...run(text, from, y, look));
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escaped(title)}</title>`,
    '<!-- Made by scripts/tui-pictures.ts from the running program; not a file to edit. -->',
    `<rect width="100%" height="100%" rx="6" fill="${PAPER}" stroke="#d0d7de"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13.29" xml:space="preserve">`,
    ...parts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Its background, and its text without the spaces around it, stretched to its cells. */
function run(text: string, x: number, y: number, { ink, paper, bold, underline }: Look): string[] {
  const left = MARGIN + x * CELL.width;
  const top = MARGIN + y * CELL.height;
  const back =
    paper === PAPER
      ? []
      : [`<rect x="${left}" y="${top}" width="${text.length * CELL.width}" height="${CELL.height}" fill="${paper}"/>`];
  const style = `${bold ? ' font-weight="bold"' : ''}${underline ? ' text-decoration="underline"' : ''}`;
  // Anchored anew after every gap, for viewers that do not know textLength.
  const words = [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: word, index }) => {
    const length = word.length * CELL.width;
    return `<text x="${left + index * CELL.width}" y="${top + 13}" fill="${ink}"${style} textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped(word)}</text>`;
  });
  return [...back, ...words];
}

function lookOf(cell: ReturnType<NonNullable<ReturnType<xterm.IBuffer['getLine']>>['getCell']>): Look {
  const colour = cell?.isFgPalette() ? (COLOURS[cell.getFgColor() % 8] ?? INK) : INK;
  const inverse = (cell?.isInverse() ?? 0) !== 0;
  return {
    ink: inverse ? PAPER : colour,
    paper: inverse ? colour : PAPER,
    bold: (cell?.isBold() ?? 0) !== 0,
    underline: (cell?.isUnderline() ?? 0) !== 0,
  };
}

function same(a: Look, b: Look): boolean {
  return a.ink === b.ink && a.paper === b.paper && a.bold === b.bold && a.underline === b.underline;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
