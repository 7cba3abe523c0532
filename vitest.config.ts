import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What commands remember about boards is not to mix with what this user's boards are.
    env: { XDG_CONFIG_HOME: join(tmpdir(), 'z80lm-test-config') },
    // Vectors, transfers and training are real work; a test that hangs still ends.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
