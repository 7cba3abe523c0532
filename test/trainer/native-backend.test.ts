/** The native backend is believed when it has computed something, and not before. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/trainer/backend.js';
import { BackendError, loadNative, nativeIsInstalled, type Load } from '../../src/trainer/native-backend.js';
import { standIn, type Kind } from '../fakes/tfjs-node.js';

const folder = mkdtempSync(join(tmpdir(), 'z80lm-native-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
// The stand-ins share one TensorFlow.js with this thread.
afterEach(async () => {
  const tf = await import('@tensorflow/tfjs-core');
  if (tf.findBackendFactory('tensorflow')) tf.removeBackend('tensorflow');
});

/** As from a program beside which the package lies. */
function beside(kind: Kind): Load {
  const place = mkdtempSync(join(folder, 'p-'));
  standIn(place, kind);
  return createRequire(join(place, 'program.js'));
}

const NOWHERE: Load = createRequire(join(folder, 'program.js'));

describe('the native backend', () => {
  it('is taken by auto and by name if it computes', async () => {
    for (const choice of ['auto', 'tensorflow'] as const) {
      const { name, fallback } = await loadBackend(choice, beside('sound'));
      expect(name).toMatch(/^tensorflow \d/);
      expect(fallback).toBeUndefined();
    }
  });

  it.each<[Kind, RegExp]>([
    ['calls what Node has removed', /isNullOrUndefined\) is not a function$/],
    ['multiplies wrongly', /^it multiplies wrongly: .* instead of 0\.5, -2, 2, -2$/],
    ['has no library', /^The Node\.js native addon module .* can not be found at path: x\.$/],
  ])('that %s is refused by name, and auto takes another and says why', async (kind, reason) => {
    await expect(loadBackend('tensorflow', beside(kind))).rejects.toThrow(reason);
    const { name, fallback } = await loadBackend('auto', beside(kind));
    expect(name).toMatch(/^wasm \d/);
    expect(fallback).toMatch(reason);
  });

  it('that does not answer is given up', async () => {
    await expect(loadNative(beside('does not answer'), 20)).rejects.toThrow('no answer to a small product within');
  });

  it('that is not there is nothing to speak of with auto, and missing by name', async () => {
    expect(nativeIsInstalled(NOWHERE)).toBe(false);
    expect((await loadBackend('auto', NOWHERE)).fallback).toBeUndefined();
    const error: unknown = await loadBackend('tensorflow', NOWHERE).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(BackendError);
    expect(error).toMatchObject({ missing: true, message: '@tensorflow/tfjs-node is not installed' });
  });
});
