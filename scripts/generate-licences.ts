/** Writes the table of licences in docs/dependencies.md (`npm run licences`). */
import { readFileSync, writeFileSync } from 'node:fs';
import { withLicences } from './licences.js';

const page = new URL('../docs/dependencies.md', import.meta.url);
writeFileSync(page, await withLicences(readFileSync(page, 'utf8')));
