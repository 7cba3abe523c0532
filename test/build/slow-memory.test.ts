/** On a machine whose low memory is slow, next to nothing of an answer's work falls there. */
import { describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { startTalkOn } from '../../src/build/talk.js';
import { RAM_FROM } from '../../src/emu/zx48/system.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { ZX48 } from '../../src/machines/zx48.js';
import { randomClosed } from './random-closed.js';
import { accessesOf } from './slow-memory.js';

describe('a large closed model on a Spectrum', () => {
  it('runs in fast memory, and reads little but its first columns from below', () => {
    const shape = { buckets: 2048, hidden: [90], answers: 20, steps: 'answers' as const, biasReach: 60 };
    const network = randomClosed(2, { ...shape, density: [0.1, 0.5] });
    const built = buildProgram(network, { machine: ZX48 }, firmwareReader(nodeFiles));
    const { hotFrom } = ZX48.memory;
    expect(built.origin).toBeLessThan(0x6100);
    expect(built.image.entry).toBeGreaterThan(hotFrom!);
    const talk = startTalkOn(ZX48, built.file);
    const counted = accessesOf(talk, ['go north'], RAM_FROM, hotFrom!);
    const { fetched, fetchedSlow, data, dataSlow } = counted;
    expect(fetchedSlow).toBe(0);
    expect(fetched).toBeGreaterThan(10_000);
    expect(dataSlow).toBeGreaterThan(100);
    expect(dataSlow / (fetched + data)).toBeLessThan(0.03);
  });
});
