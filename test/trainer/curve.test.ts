import { describe, expect, it } from 'vitest';
import { curvePicture } from '../../src/trainer/curve.js';
import type { TrainEpoch } from '../../src/trainer/events.js';

function epoch(number: number, share: number, answers?: number): TrainEpoch {
  const score = { pairs: 1, characterCount: 1, characters: share, answerCeiling: 1, characterCeiling: 1 };
  return {
    type: 'epoch',
    epoch: number,
    epochs: 4,
    progress: number / 4,
    loss: 1,
    integerAccuracy: share,
    floatAccuracy: share / 2,
    overflow: { peak: 0, wrapped: 0 },
    elapsedMs: 0,
    remainingMs: 0,
    nonZero: 1,
    zeroShare: 0.25,
    weightCounts: [[1, 2, 3, 6]],
    tensors: 0,
    ...(answers !== undefined && { scored: { training: { ...score, answers }, samples: [], best: true } }),
  };
}

describe('curvePicture', () => {
  it('draws a line for each figure that there is, from the scored epochs where it needs them', () => {
    const svg = curvePicture([epoch(1, 0.5), epoch(2, 0.75, 0.5), epoch(4, 1, 1)], 'A < B & C');
    const lines = [...svg.matchAll(/<polyline points="([^"]*)"/g)].map((m) => m[1]);
    // 0 % stands at y = 320, 100 % at y = 40; epoch 4, the last, at x = 560.
    expect(lines).toEqual([
      '177.5,180.0 305.0,110.0 560.0,40.0',
      '177.5,250.0 305.0,215.0 560.0,180.0',
      '305.0,180.0 560.0,40.0',
      '177.5,250.0 305.0,250.0 560.0,250.0',
    ]);
    expect(svg).toContain('A &lt; B &amp; C');
    expect(svg).not.toContain('held out');
  });
});
