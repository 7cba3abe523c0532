/** Writes docs/script.schema.json from the form that src/hil/script.ts reads. */
import { writeFileSync } from 'node:fs';
import { scriptSchema } from '../src/hil/script.js';

writeFileSync(new URL('../docs/script.schema.json', import.meta.url), scriptSchema());
