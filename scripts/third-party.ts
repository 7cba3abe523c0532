/** Whose code is inside the bundles, from what esbuild took: for dist/THIRD-PARTY.txt and docs/dependencies.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

export interface Bundled {
  name: string;
  version: string;
  licence: string;
  /** Its folder, from the root of the checkout. */
  folder: string;
}

/** What a library's own build has in it already, so that the bundler does not see it. */
const WITHIN: Record<string, string[]> = {
  'node_modules/@tensorflow/tfjs-core': ['node_modules/long', 'node_modules/seedrandom'],
  'node_modules/@tensorflow/tfjs-backend-wasm': ['node_modules/@tensorflow/tfjs-backend-cpu'],
};

/** The packages of which some code is in the output, by name. */
export function bundledPackages({ outputs }: Metafile): Bundled[] {
  const folders = new Set<string>();
  for (const { inputs } of Object.values(outputs))
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
      if (folder === undefined || bytesInOutput === 0) continue;
      for (const one of [folder, ...(WITHIN[folder] ?? [])]) folders.add(one);
    }
  return [...folders]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${ROOT}${folder}/package.json`, 'utf8')) as {
        name: string;
        version: string;
        license?: string;
      };
      if (license === undefined) throw new Error(`${folder}: its package.json names no licence`);
      return { name, version, licence: license, folder };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Their licences in full, as they ask for. */
export function thirdPartyText(metafile: Metafile): string {
  const bundled = bundledPackages(metafile);
  const head = `The files beside this one contain code of these packages, minified, and here and there with\na line before it that lets it run in a bundle:\n\n${bundled
    .map(({ name, version, licence }) => `  ${name} ${version} (${licence})`)
    .join('\n')}\n`;
  return [head, ...bundled.map((one) => `${'-'.repeat(78)}\n${one.name} ${one.version}\n\n${licenceText(one)}\n`)].join(
    '\n',
  );
}

/** Who holds the rights to a package under the MIT licence that comes without the text: from its sources' headers. */
const HOLDERS: Record<string, string> = {
  '@xterm/headless':
    'Copyright (c) 2017-2022, The xterm.js authors\nCopyright (c) 2014-2017, SourceLair Private Company\nCopyright (c) 2012-2013, Christopher Jeffrey',
  seedrandom: 'Copyright 2019 David Bau.',
};

function licenceText({ name, licence, folder }: Bundled): string {
  const own = textIn(folder);
  if (own !== undefined) return own;
  // This licence reads the same for everybody; Long comes with it.
  if (licence === 'Apache-2.0') return textIn('node_modules/long')!;
  const holder = HOLDERS[name];
  if (licence !== 'MIT' || holder === undefined) throw new Error(`${name} comes without the text of its licence`);
  return textIn('.')!.replace(/^Copyright .*$/m, holder);
}

function textIn(folder: string): string | undefined {
  const files = readdirSync(`${ROOT}${folder}`).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  if (files.length === 0) return undefined;
  return files.map((file) => readFileSync(`${ROOT}${folder}/${file}`, 'utf8').trim()).join('\n\n');
}
