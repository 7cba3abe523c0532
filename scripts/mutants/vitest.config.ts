/** The project's tests as mutants are judged by: those of one room, which `npm run mutants` names in the environment. */
import { defineConfig, mergeConfig } from 'vitest/config';
import type { TestProject } from 'vitest/node';
import project from '../../vitest.config.js';
import { ROOMS } from './rooms.js';

const room = ROOMS[process.env['MUTANTS_ROOM'] ?? ''];
if (room === undefined) throw new Error(`MUTANTS_ROOM names none of ${Object.keys(ROOMS).join(', ')}`);

/** Stryker asks for threads. The binding of serialport aborts the process where a thread ends that used it. */
const processes = {
  name: 'processes',
  configureVitest: ({ project }: { project: TestProject }) => void (project.config.pool = 'forks'),
};

const config = mergeConfig(
  project,
  defineConfig({ test: { exclude: [...room.without] }, plugins: room.processes ? [processes] : [] }),
);
config.test = { ...config.test, include: [...room.tests] }; // mergeConfig would add to the list, not replace it
export default config;
