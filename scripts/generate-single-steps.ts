/** Writes test/emu/single-steps.txt (`npm run single-steps`) from the vectors beside the checkout, ../shared. */
import { writeFileSync } from 'node:fs';
import { publishedSteps } from '../test/emu/published-steps.js';
import { formatSteps } from './single-steps.js';

writeFileSync(new URL('../test/emu/single-steps.txt', import.meta.url), formatSteps(publishedSteps()));
