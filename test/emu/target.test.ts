/** The emulator as a Target: outputs with exact times, waiting, the end of a program, a crash. */
import { expect, describe, it } from 'vitest';
import { emulatorTarget } from '../../src/emu/target.js';
import type { Target, TargetOutput } from '../../src/seams/target.js';

const bdos = (call: number, e = 0): number[] => [0x0e, call, 0x1e, e, 0xcd, 0x05, 0x00];
/** LD C / LD E / CALL / JP / OUT, up to where the call is made. */
const CALL_T = 7 + 7 + 17 + 10 + 11;
const RET_T = 10;

async function started(bytes: number[], clockHz = 1_000_000): Promise<ReturnType<typeof emulatorTarget>> {
  const target = emulatorTarget({ clockHz });
  for await (const { doneBytes, totalBytes } of target.load({ name: 'T.COM', bytes: Uint8Array.from(bytes) }))
    expect(doneBytes).toBe(totalBytes);
  await target.start('');
  return target;
}

async function readAll(target: Target): Promise<TargetOutput[]> {
  const outputs: TargetOutput[] = [];
  for (;;) {
    const output = await target.read(1000);
    if (!output) return outputs;
    outputs.push(output);
  }
}

describe('emulatorTarget', () => {
  it('gives each character with the T-state it was printed at', async () => {
    const target = await started([...bdos(2, 0x61), ...bdos(2, 0x62), 0xc9]);
    const outputs = await readAll(target);
    expect(outputs.map(({ bytes, tStates }) => [String.fromCharCode(...bytes), tStates])).toEqual([
      ['a', CALL_T],
      ['b', 2 * CALL_T + RET_T],
    ]);
    expect(outputs[0]!.atMs).toBe(CALL_T / 1000);
    expect(target.ended).toMatchObject({ why: 'ended', code: 0 });
  });

  it('lets the time pass while it waits for a key, and answers when one is typed', async () => {
    const target = await started([...bdos(1), 0xc9]);
    expect(await target.read(500)).toBeUndefined();
    expect(target.machine.cpu.tStates).toBe(500_000);
    await target.type(Uint8Array.of(0x6b));
    const output = await target.read(500);
    expect(output).toMatchObject({ bytes: Uint8Array.of(0x6b), tStates: 500_000 });
  });

  it('gives up after the time asked for when the program is silent', async () => {
    const target = await started([0x18, 0xfe]);
    expect(await target.read(2000)).toBeUndefined();
    expect(target.machine.cpu.tStates).toBeGreaterThanOrEqual(2_000_000);
    expect(target.machine.cpu.tStates).toBeLessThan(2_000_012);
  });

  it('reports a crash after the last output', async () => {
    const target = await started([...bdos(2, 0x61), 0xc3, 0x00, 0x30]);
    expect((await target.read(1000))?.bytes).toEqual(Uint8Array.of(0x61));
    await expect(target.read(1000)).rejects.toThrow('the program crashed at 3000h');
  });

  it('starts again from a clean machine, with T-states going on', async () => {
    const target = await started([0x3a, 0x00, 0x02, 0x3c, 0x32, 0x00, 0x02, 0x5f, 0x0e, 2, 0xcd, 5, 0, 0xc9]);
    const first = await readAll(target);
    await target.start('');
    const second = await readAll(target);
    expect(second[0]!.bytes).toEqual(first[0]!.bytes);
    expect(second[0]!.tStates).toBeGreaterThan(first[0]!.tStates!);
  });
});
