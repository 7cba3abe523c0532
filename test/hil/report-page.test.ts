/** The page of the HTML reports: seen in light and dark, at any width, on paper. */
import { describe, expect, it } from 'vitest';
import { pointChart, verdictChart } from '../../src/hil/chart.js';
import { facts, figure, page, table } from '../../src/hil/html.js';

/** Of the rule of a mode: the colours by name. */
function colours(rule: RegExp): Map<string, string> {
  const [, block] = rule.exec(page('x', []))!;
  return new Map([...block!.matchAll(/--([\w-]+): (#\w+)/g)].map(([, name, colour]) => [name!, colour!]));
}

/** As WCAG 2 defines it. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const full = colour.length === 4 ? colour.replace(/[^#]/g, '$&$&') : colour;
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const share = parseInt(full.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe('the page of a report', () => {
  it.each([
    ['light', /:root \{ color-scheme: light dark; ([^}]*)\}/],
    ['dark', /prefers-color-scheme: dark\) \{ :root \{ ([^}]*)\}/],
  ])('%s: text has a contrast of 4.5:1 and marks of 3:1', (_, rule) => {
    const all = colours(rule);
    const ground = all.get('ground')!;
    expect([...all.keys()]).toEqual(
      expect.arrayContaining(['ink', 'quiet', 'good', 'bad', 'line', 'series-1', 'series-7']),
    );
    for (const [name, colour] of all) {
      if (name === 'ground' || name === 'rule') continue;
      expect(contrast(colour, ground), name).toBeGreaterThanOrEqual(name.startsWith('series') ? 3 : 4.5);
    }
  });

  it('has charts in the colours of the page, once for wide and once for narrow ones', async () => {
    const points = [0, 1, 2].map((x) => ({ x, y: x, series: `s${x}` }));
    const counts = [{ board: 'b', verdict: 'same', count: 3 } as const];
    for (const chart of [
      await pointChart({ xTitle: 'x', yTitle: 'y', points, diagonal: true }),
      await verdictChart(counts),
    ]) {
      const html = figure(chart, 'Caption & co', 'what it shows');
      expect(html.startsWith('<figure><figcaption>Caption &amp; co</figcaption><svg role="img"')).toBe(true);
      expect(html.match(/aria-label="what it shows"/g)).toHaveLength(2);
      expect(html.match(/<svg [^>]*class="(wide|narrow) /g)).toHaveLength(2);
      // A telephone's page of 390 pixels has 358 for it.
      expect(Number(/width="(\d+)"/.exec(chart.narrow)![1])).toBeLessThanOrEqual(358);
      for (const svg of Object.values(chart))
        for (const [, colour] of svg.matchAll(/(?:fill|stroke)="([^"]*)"/g))
          expect(colour).toMatch(/^(none|transparent|var\(--[\w-]+, #\w+\))$/);
    }
  });

  it('has tables that become blocks where it is narrow', () => {
    expect(table(['a', 'n'], [['x', '1']], [1])).toBe(
      '<table class="stacks"><thead><tr><th>a</th><th class="number">n</th></tr></thead><tbody>' +
        '<tr><td data-label="a">x</td><td class="number" data-label="n">1</td></tr></tbody></table>',
    );
    expect(facts([['a', 'b']])).toBe('<table class="facts"><tbody><tr><td>a</td><td>b</td></tr></tbody></table>');
  });

  it('is for A4, too, with nothing folded away', () => {
    const html = page('t', []);
    expect(html).toContain('@page { size: A4;');
    expect(html).toContain('details::details-content { content-visibility: visible;');
  });
});
