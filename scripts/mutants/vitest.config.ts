/** The project's tests as mutants are judged by: those of one room, which `npm run mutants` names in the environment. */
import { defineConfig, mergeConfig } from 'vitest/config';
import project from '../../vitest.config.js';
import { ROOMS } from './rooms.js';

const room = ROOMS[process.env['MUTANTS_ROOM'] ?? ''];
if (room === undefined) throw new Error(`MUTANTS_ROOM names none of ${Object.keys(ROOMS).join(', ')}`);

const config = mergeConfig(project, defineConfig({ test: { exclude: [...room.without] } }));
config.test = { ...config.test, include: [...room.tests] }; // mergeConfig would add to the list, not replace it
export default config;
