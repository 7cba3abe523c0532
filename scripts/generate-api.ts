/** Writes docs/api.md (`npm run api`). */
import { writeFileSync } from 'node:fs';
import { apiPage } from './api-page.js';

writeFileSync(new URL('../docs/api.md', import.meta.url), apiPage());
