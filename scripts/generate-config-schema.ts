/** Writes docs/config.schema.json from the table in src/commands/settings.ts. */
import { writeFileSync } from 'node:fs';
import { configSchema } from '../src/commands/settings.js';

writeFileSync(new URL('../docs/config.schema.json', import.meta.url), configSchema());
