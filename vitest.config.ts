import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What commands remember about boards is not to mix with what this user's boards are, nor with another user's tests.
    env: { XDG_CONFIG_HOME: join(tmpdir(), `z80lm-test-config-${process.getuid?.() ?? 'own'}`) },
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
