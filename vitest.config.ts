import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, and begins first, so that nothing long is left for the end with the other workers idle. */
const FIRST = [
  'front/examples',
  'front/consumer',
  'commands/console',
  'host/virtual-board',
  'build/exact',
  'hil/board',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      FIRST.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`)) >>> 0;
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/bundled.ts',
    // What commands remember about boards is not to mix with what this user's boards are, nor with another user's tests.
    env: { XDG_CONFIG_HOME: join(tmpdir(), `z80lm-test-config-${process.getuid?.() ?? 'own'}`) },
    sequence: { sequencer: LongestFirst },
    // One more than there are cores: some test always waits for a line, whose pace is real time.
    maxWorkers: availableParallelism() + 1,
    // Vectors, transfers and training are real work; a test that hangs still ends. Wide, as a machine with
    // other work to do may take ten times as long.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // `npm run coverage`: what tests reach in their own process. The code that runs in others (commands, the terminal
    // UI's engine, the trainer's workers) is tested too, but not counted.
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      include: ['src/{build,emu,hil,link,model,trainer,transfer,z80asm}/**/*.ts'],
      reporter: ['json-summary'],
    },
  },
});
