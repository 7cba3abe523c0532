import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Vectors, transfers and training are real work; a test that hangs still ends.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
