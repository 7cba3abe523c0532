/** A stage that is stopped: it may end in its own way, and a program on a board is never left between two names. */
import { expect, it } from 'vitest';
import { GRACE_MS, untilAborted, type StageEnd } from '../../src/pipeline/abort.js';
import type { PipelineEvent, Transfer } from '../../src/pipeline/events.js';
import { loadOnto } from '../../src/pipeline/on-target.js';
import { lendLink } from '../../src/tui/lent-link.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FakeCpm } from '../fakes/fake-cpm.js';
import { linkPair } from '../fakes/link-pair.js';
import { sample } from '../transfer/samples.js';

/** Far away: each command at its prompt takes seconds. */
const FAR = { msPerByte: 0.0868, latencyMs: 1_200 };
const [OLD, NEW] = [sample(256, 99), sample(256, 3)];

/** Flash as the engine does, stopped 0.3 s after that step. */
async function stoppedAt(step: string): Promise<{ files: Map<string, Uint8Array>; end: StageEnd | undefined }> {
  const clock = new FakeClock();
  const pair = linkPair(clock, { toA: FAR, toB: FAR });
  const cpm = new FakeCpm(pair.b, clock, { files: { 'CHAT.COM': OLD } });
  const { signal, abort } = stopper();
  let end: StageEnd | undefined;
  const stage = async (): Promise<void> => {
    const lent = lendLink(pair.a);
    const target = boardTarget(lent, romwbwDriver(), clock, { signal });
    const work = loadOnto('board', target, { name: 'CHAT.COM', bytes: NEW }, clock);
    try {
      for await (const event of untilAborted<PipelineEvent, Transfer>(work, clock, signal, (told) => (end = told)))
        if (event.type === 'load' && event.progress.step === step) void clock.sleep(300).then(abort);
    } catch {
      // Judged by what is on the board.
    }
    lent.takeBack();
    await clock.sleep(60_000);
    cpm.stop();
  };
  await clock.run(Promise.all([stage(), cpm.run()]));
  return { files: cpm.files, end };
}

function stopper(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

it('is not left while the new program gets its name, however long that takes', async () => {
  const { files, end } = await stoppedAt('renaming');
  expect(end).toMatchObject({ left: false });
  expect(end!.afterMs).toBeGreaterThan(2 * GRACE_MS);
  expect([...files.keys()]).toEqual(['CHAT.COM']);
  expect(Buffer.from(files.get('CHAT.COM')!).equals(NEW)).toBe(true);
});

it('is not left while it tidies up the board', async () => {
  const { files, end } = await stoppedAt('reading back');
  expect(end).toMatchObject({ left: false });
  expect(files.get('CHAT.COM')).toBe(OLD);
});

it('is left where it has said nothing and does not end', async () => {
  const clock = new FakeClock();
  const { signal, abort } = stopper();
  let end: StageEnd | undefined;
  async function* stuck(): AsyncGenerator<PipelineEvent, void> {
    yield { type: 'stage', stage: 'flash', title: '' };
    await clock.sleep(600_000);
  }
  const taken = (async () => {
    for await (const _ of untilAborted(stuck(), clock, signal, (told) => (end = told))) abort();
  })();
  await clock.run(expect(taken).rejects.toThrow('aborted'));
  expect(end).toEqual({ left: true, afterMs: GRACE_MS });
});
