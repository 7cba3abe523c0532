/** Writes the table of licences in docs/dependencies.md (`npm run licences`). */
import { writeFileSync } from 'node:fs';
import { withLicences } from './licences.js';
import { ownText } from './own-text.js';

const page = new URL('../docs/dependencies.md', import.meta.url);
writeFileSync(page, await withLicences(ownText(page)));
