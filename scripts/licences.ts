/**
 * The licences of what a user gets with z80lm: packages that are installed with it, by package-lock.json, and those whose
 * code is inside its files, by what the bundler took. The table of docs/dependencies.md.
 */
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { bundleOptions } from './bundle.js';
import { bundledPackages } from './third-party.js';

interface Locked {
  license?: string;
  dev?: boolean;
}

export const BEGIN = '<!-- licences: made by `npm run licences`; do not edit -->';
export const END = '<!-- end of licences -->';

export async function licenceTable(): Promise<string> {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const byLicence = new Map<string, { installed: Set<string>; inside: Set<string> }>();
  const of = (licence: string) => {
    const sets = byLicence.get(licence) ?? { installed: new Set(), inside: new Set() };
    byLicence.set(licence, sets);
    return sets;
  };
  for (const [path, { license = 'not said', dev }] of Object.entries(lock.packages)) {
    if (path === '' || dev) continue;
    of(license).installed.add(path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  }
  const { metafile } = await build(bundleOptions());
  for (const { name, licence } of bundledPackages(metafile)) of(licence).inside.add(name);
  const list = (names: Set<string>): string => [...names].sort().join(', ');
  const rows = [...byLicence]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licence, { installed, inside }]) => `| ${licence} | ${list(installed)} | ${list(inside)} |`);
  return ['', '| licence | installed | inside dist/ |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** The page with its table made anew. */
export async function withLicences(page: string): Promise<string> {
  const table = await licenceTable();
  const [from, to] = [page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END)];
  return `${page.slice(0, from)}\n${table}\n${page.slice(to)}`;
}
