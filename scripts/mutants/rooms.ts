/** Which tests judge the mutants of a room: those of its own folder that run in the test's process and are quick. */

export interface Room {
  /** Globs of the sources that are mutated. */
  readonly mutate: readonly string[];
  /** Globs of the tests that are to notice. */
  readonly tests: readonly string[];
  /** Tests of the room that are left out: each takes longer than all others of its room, or needs another program. */
  readonly without: readonly string[];
  /** Each test file in a process, not in a thread. */
  readonly processes?: true;
}

export const ROOMS: Readonly<Record<string, Room>> = {
  link: {
    // adapters.ts is a table of names: to test it would be to write it twice.
    mutate: ['src/link/**/*.ts', '!src/link/adapters.ts'],
    tests: ['test/link/**/*.test.ts'],
    without: ['test/link/ser2net.test.ts'],
    processes: true,
  },
  transfer: {
    mutate: ['src/transfer/**/*.ts', '!src/transfer/**/*.d.ts'],
    tests: ['test/transfer/**/*.test.ts'],
    without: [
      'test/transfer/boards-matrix.test.ts',
      'test/transfer/fault-matrix.test.ts',
      'test/transfer/interop.test.ts',
      'test/transfer/personalities.test.ts',
      'test/transfer/talk-on-board.test.ts',
      'test/transfer/virtual-board.test.ts',
    ],
  },
  hil: {
    mutate: ['src/hil/**/*.ts', '!src/hil/{timing-,metronome,history}*.ts'],
    tests: ['test/hil/**/*.test.ts'],
    without: ['test/hil/board.test.ts', 'test/hil/timing.test.ts'],
  },
  // A part of hil with tests that play a board for minutes of its time: it takes as long as the rest.
  'hil-timing': {
    mutate: ['src/hil/{timing-,metronome,history}*.ts'],
    tests: ['test/hil/timing.test.ts'],
    without: [],
  },
  trainer: {
    mutate: ['src/trainer/**/*.ts'],
    tests: ['test/trainer/**/*.test.ts'],
    without: [
      'test/trainer/budget.test.ts',
      'test/trainer/checkpoint.test.ts',
      'test/trainer/native-backend.test.ts',
      'test/trainer/scorer.test.ts',
      'test/trainer/train.test.ts',
      'test/trainer/closed/odd-data.test.ts',
      'test/trainer/closed/resume.test.ts',
      'test/trainer/closed/run.test.ts',
    ],
  },
};
