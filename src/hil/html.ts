/** The frame of the HTML reports: one file, no script, nothing loaded from anywhere. */

const STYLE = `
:root { color-scheme: light dark; --good: #00734f; --bad: #b34700; --quiet: #767676; }
@media (prefers-color-scheme: dark) { :root { --good: #4fd1a5; --bad: #ff9a5c; --quiet: #9a9a9a; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; }
tr + tr { border-top: 1px solid #8884; } pre { overflow-x: auto; margin: .3rem 0; } figure { margin: 1.5rem 0; }
svg { max-width: 100%; height: auto; background: #fff; border-radius: 4px; }
.good { color: var(--good); } .bad { color: var(--bad); } .quiet { color: var(--quiet); }
.verdict { font-size: 1.1rem; font-weight: 600; }`;

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

/** @param rows cells, already escaped */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table>${head.length > 0 ? `<thead>${row(head, 'th')}</thead>` : ''}<tbody>${rows.map((r) => row(r, 'td')).join('\n')}</tbody></table>`;
}

export function figure(svg: string, says: string): string {
  // Read aloud as one picture with this text.
  const named = svg.replace('<svg ', `<svg role="img" aria-label="${escapeHtml(says)}" `);
  return `<figure>${named}</figure>`;
}

/** Text, for content and for attributes in double quotes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character]!);
}
