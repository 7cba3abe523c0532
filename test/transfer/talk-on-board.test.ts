/**
 * TALK and its minds on the virtual board: sent by XM, read back, loaded from its disk by its own BDOS, and as exact there
 * as in the emulator. In virtual time.
 */
import { describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildMind } from '../../src/build/program.js';
import { buildShell } from '../../src/build/shell.js';
import { converse } from '../../src/hil/converse.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { toBytes } from '../../src/model/encoder.js';
import { answer } from '../../src/model/inference.js';
import { latin1 } from '../../src/seams/bytes.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { CpmLine } from '../../src/transfer/cpm-line.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { randomClosed } from '../build/random-closed.js';
import { VirtualLine } from '../fakes/virtual-board-link.js';

const firmware = firmwareReader(nodeFiles);
const model = (seed: number) => {
  const network = randomClosed(seed, {
    buckets: 1024, hidden: [60], answers: 20, steps: 'answers', density: [0.2, 0.4], biasReach: 40,
  }, Array.from({ length: 20 }, (_, i) => `${seed} SAYS ${i}`).sort()); // prettier-ignore
  network.about = { name: `MODEL ${seed}` };
  return network;
};

describe('TALK on the virtual board', () => {
  it('loads what was flashed, takes another, and comes back to CP/M', async () => {
    const [one, two] = [model(1), model(2)];
    const line = new VirtualLine();
    const target = boardTarget(line, romwbwDriver(), line);
    // More than one extent of 16 KB, so that more than one directory entry is gone through.
    const first = buildMind(one, {}, firmware).file;
    expect(first.length).toBeGreaterThan(16_384);
    const send = async (name: string, bytes: Uint8Array): Promise<void> => {
      for await (const step of target.load({ name, bytes })) expect(step.retries).toBe(0);
    };
    await send('ONE.MND', first);
    await send('TWO.MND', buildMind(two, {}, firmware).file);
    await send('TALK.COM', buildShell(firmware).program);

    const questions = ['hello', '/load two', 'hello', '/list', '/load nosuch', '/load one', 'how are you'];
    const talk = converse(target, questions);
    let shown = '';
    let next = await talk.next();
    for (; !next.done; next = await talk.next()) if (next.value.type === 'console') shown += latin1(next.value.bytes);
    const answers = next.value.exchanges.map((exchange) => latin1(toBytes(exchange.answer)));
    expect(shown).toMatch(/^[^]*TALK: minds from disk\. Type \? for help\.\r\nMinds on A:\r\n {2}ONE {8}TWO/);
    expect(answers).toEqual([
      'No mind is loaded: /LOAD NAME, or /LIST.',
      expect.stringContaining('MODEL 2'),
      answer(two, toBytes('hello')),
      'Minds on A:\r\n  ONE      * TWO      ',
      'NOSUCH is not on this disk.',
      expect.stringContaining('MODEL 1'),
      answer(one, toBytes('how are you')),
    ]);

    await target.type(toBytes('/bye\r'));
    const end = await new CpmLine(line, line).reader.expect(/\n[A-C]>/, 60_000, 'the prompt');
    expect(end.before + end.text).toContain('Good-bye.');
  });
});
