/** The licences of what is installed with z80lm, from package-lock.json: the table of docs/dependencies.md. */
import { readFileSync } from 'node:fs';

interface Locked {
  license?: string;
  dev?: boolean;
  optional?: boolean;
}

export const BEGIN = '<!-- licences: made by `npm run licences`; do not edit -->';
export const END = '<!-- end of licences -->';

export function licenceTable(): string {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const byLicence = new Map<string, Set<string>>();
  for (const [path, { license = 'not said', dev }] of Object.entries(lock.packages)) {
    // What belongs to one platform only (ready-made binaries) has the licence of the package that it is part of.
    if (path === '' || dev) continue;
    const names = byLicence.get(license) ?? new Set();
    byLicence.set(license, names.add(path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)));
  }
  const rows = [...byLicence]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licence, names]) => `| ${licence} | ${names.size} | ${[...names].sort().join(', ')} |`);
  return ['', '| licence | packages | which |', '| --- | ---: | --- |', ...rows, ''].join('\n');
}

/** The page with its table made anew. */
export function withLicences(page: string): string {
  const [from, to] = [page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END)];
  return `${page.slice(0, from)}\n${licenceTable()}\n${page.slice(to)}`;
}
