import { describe, expect, it } from 'vitest';
import { frontierOf, frontierPicture } from '../../src/trainer/frontier.js';

const WIDE = { name: '256,192', accuracy: 0.95, bytes: 36_864, tStates: 300_000 };
const NARROW = { name: '128,64', accuracy: 0.85, bytes: 9216, tStates: 150_000 };
const BEATEN = { name: '256', accuracy: 0.85, bytes: 10_000, tStates: 150_000 };

describe('frontierOf', () => {
  it('leaves out what another beats, and keeps equals', () => {
    expect(frontierOf([WIDE, BEATEN, NARROW])).toEqual([WIDE, NARROW]);
    expect(frontierOf([NARROW, { ...NARROW, name: 'again' }])).toHaveLength(2);
    expect(frontierOf([])).toEqual([]);
  });
});

describe('frontierPicture', () => {
  it('shows a disc for each model, and a line through the frontier from the quickest on', () => {
    const svg = frontierPicture([WIDE, BEATEN, NARROW], 'A < B');
    // T-states 0 stand at x = 60, 1.15 times the most at 620; 80 % at y = 340, 100 % at 50.
    expect(svg).toContain('<polyline points="303.5,267.5 547.0,122.5"');
    expect([...svg.matchAll(/<circle .*? r="([\d.]+)" fill="([^"]*)"/g)].map((m) => [m[1], m[2]])).toEqual([
      ['15.4', '#4477aa'],
      ['8.0', 'none'],
      ['7.7', '#4477aa'],
    ]);
    expect(svg).toContain('256,192: 36.0 KB');
    expect(svg).toContain('A &lt; B');
  });

  it('draws what there is, even nothing', () => {
    expect(frontierPicture([], 'x')).toMatch(/^<svg .*<\/svg>\n$/s);
    expect(frontierPicture([{ ...WIDE, tStates: Infinity }], 'x')).not.toContain('<circle');
    expect(frontierPicture([{ ...WIDE, accuracy: 1 }], 'x')).not.toContain('NaN');
  });
});
