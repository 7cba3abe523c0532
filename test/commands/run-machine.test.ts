/** What `z80lm run` runs a program on, and the options it refuses there. */
import { beforeAll, describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { machineFor, runMachine } from '../../src/commands/run-machine.js';
import { drive } from '../../src/emu/drive.js';
import { commandFiles } from '../../src/host/command-files.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { MACHINES } from '../../src/machines/index.js';
import { UsageError } from '../../src/seams/errors.js';
import type { Program } from '../../src/seams/target.js';
import { randomClosed } from '../build/random-closed.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { ScriptConsole } from '../fakes/script-console.js';

class Typist extends ScriptConsole {
  override ended = true;
  async wait(): Promise<void> {}
}

const around = (console: ScriptConsole): Parameters<typeof runMachine>[4] => {
  return { console, files: commandFiles(), remark: () => {} };
};

describe.each(MACHINES)('$name', (machine) => {
  let program: Program;

  beforeAll(() => {
    const shape = { buckets: 128, hidden: [8], answers: 4, steps: 'answers' as const, biasReach: 9 };
    const network = randomClosed(1, { ...shape, density: [0.2, 0.5] });
    const { file } = buildProgram(network, { machine }, firmwareReader(nodeFiles));
    program = { name: `x.${machine.file.type.toLowerCase()}`, bytes: file };
  });

  const typed = async (keys: string): Promise<{ why: string; shown: string }> => {
    const console = new Typist().type(keys);
    expect(machineFor(program)).toBe(machine);
    const running = runMachine(machine, program, [], {}, around(console));
    running.start();
    const { why } = await drive(running.emulated, console, new FakeClock());
    expect(running.cutOff()).toEqual({ unclosed: [], lost: [] });
    return { why, shown: console.screen };
  };

  it('is what its file’s name says, and runs until the program leaves', async () => {
    const { why, shown } = await typed('?\r!\r');
    expect(why).toBe('ended');
    expect(shown).toContain('/TIME 5 times five answers.\r\n> !');
  });

  it('or until the input ends', async () => {
    expect(await typed('?\r')).toMatchObject({ why: 'no more input' });
  });

  it.runIf(machine.memory.isFixed)('refuses what is CP/M’s', () => {
    const on =
      (options: Parameters<typeof runMachine>[3], args: string[] = []) =>
      () =>
        runMachine(machine, program, args, options, around(new ScriptConsole()));
    expect(on({ drive: ['B=.'] })).toThrow(UsageError);
    expect(on({ drive: ['B=.'] })).toThrow(`--drive is for CP/M programs, and this one is for ${machine.name} (`);
    expect(on({ disk: ['x.img'] })).toThrow('--disk is for CP/M programs');
    expect(on({ printer: 'x' })).toThrow('--printer is for CP/M programs');
    expect(on({ bdosBase: 0xe400 })).toThrow('--bdos is for CP/M programs');
    expect(on({}, ['hello'])).toThrow('a command tail is for CP/M programs');
    expect(on({})).not.toThrow();
  });
});
