/**
 * The frame of the HTML reports: one file, no script, nothing loaded from anywhere. It follows the reader's light or dark
 * mode, is read at the width of a telephone, and prints on A4.
 */

/**
 * Text and lines on the page have a contrast of 4.5:1 and more in both modes; the colours of series are Okabe and Ito's,
 * which people of all kinds of sight can tell apart, made lighter or darker until they are seen on either ground.
 */
const LIGHT = `--ground: #fff; --ink: #1b1b1b; --quiet: #636363; --rule: #d5d5d5; --good: #00734f; --bad: #b34700; --line: #8a6100;
  --series-1: #0072b2; --series-2: #c04f00; --series-3: #00805c; --series-4: #a8557f; --series-5: #966a00; --series-6: #26789f; --series-7: #1b1b1b;`;
const DARK = `--ground: #16181c; --ink: #e6e6e6; --quiet: #a6a6a6; --rule: #3c4046; --good: #4fd1a5; --bad: #ff9a5c; --line: #f0c04a;
  --series-1: #5db4ee; --series-2: #ff9a5c; --series-3: #4fd1a5; --series-4: #e59ac4; --series-5: #f0b429; --series-6: #8ed3f7; --series-7: #e6e6e6;`;

const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  background: var(--ground); color: var(--ink); overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; min-width: 5.5em; padding: .25rem .8rem .25rem 0; vertical-align: top; }
th { color: var(--quiet); font-weight: 600; } tr + tr, thead + tbody tr { border-top: 1px solid var(--rule); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.facts td:first-child { width: 9rem; color: var(--quiet); } code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; margin: .3rem 0; } figure { margin: 1.5rem 0; } figcaption { font-weight: 600; margin-bottom: .4rem; }
svg { display: block; max-width: 100%; height: auto; } .narrow { display: none; }
.good { color: var(--good); } .bad { color: var(--bad); } .line { color: var(--line); } .quiet { color: var(--quiet); }
.verdict { font-size: 1.1rem; font-weight: 600; } .finding { margin: .8rem 0; break-inside: avoid; }
@media screen and (max-width: 640px) {
  body { margin: 1rem auto; } .wide { display: none; } .narrow { display: block; }
  .facts td { display: block; width: auto; padding: 0; } .facts td:first-child { padding-top: .4rem; } .facts tr td:last-child { padding-bottom: .4rem; }
  .stacks thead { display: none; } .stacks tr { display: block; padding: .4rem 0; }
  .stacks td { display: flex; gap: 1rem; justify-content: space-between; padding: .1rem 0; text-align: right; white-space: normal; }
  .stacks td::before { content: attr(data-label); color: var(--quiet); text-align: left; flex: none; max-width: 45%; }
  .stacks td:first-child { display: block; font-weight: 600; text-align: left; } .stacks td:first-child::before { content: none; }
}
@page { size: A4; margin: 18mm 15mm; }
@media print {
  :root { color-scheme: light; } body { font-size: 10pt; max-width: none; margin: 0; padding: 0; } code, pre { font-size: 8.5pt; }
  h2 { break-after: avoid; } tr, figure, pre { break-inside: avoid; } pre { white-space: pre-wrap; } thead { display: table-header-group; }
  details::details-content { content-visibility: visible; block-size: auto; display: block; } summary { list-style: none; }
  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}`;

/** @param body HTML, already escaped */
export function page(title: string, body: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>`,
    ...body,
    '</body></html>',
    '',
  ].join('\n');
}

/**
 * On a narrow screen each row becomes a block of `name: value`, below its first cell.
 * @param head names of the columns, already escaped
 * @param rows cells, already escaped
 * @param numbers the columns of numbers
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[] = [],
): string {
  const kind = (column: number): string => (numbers.includes(column) ? ' class="number"' : '');
  const heads = head.map((cell, column) => `<th${kind(column)}>${cell}</th>`).join('');
  const body = rows.map(
    (row) =>
      `<tr>${row.map((cell, column) => `<td${kind(column)} data-label="${head[column] ?? ''}">${cell}</td>`).join('')}</tr>`,
  );
  return `<table class="stacks"><thead><tr>${heads}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
}

/** Names and values. @param rows already escaped */
export function facts(rows: readonly (readonly string[])[]): string {
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<table class="facts"><tbody>${body.join('\n')}</tbody></table>`;
}

/** A chart in its two widths, of which the page shows the one that fits. @param says what it shows, for those who hear it */
export function figure({ wide, narrow }: { wide: string; narrow: string }, caption: string, says: string): string {
  // Read aloud as one picture with this text.
  const named = (svg: string, width: string): string =>
    svg.replace('<svg ', `<svg role="img" aria-label="${escapeHtml(says)}" `).replace('class="', `class="${width} `);
  return `<figure><figcaption>${escapeHtml(caption)}</figcaption>${named(wide, 'wide')}${named(narrow, 'narrow')}</figure>`;
}

/** Text, for content and for attributes in double quotes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character]!);
}
