/**
 * Rebuilds the shipped data sets from their specs: npm run datasets
 *
 *     datasets/NAME.spec  →  NAME.txt, NAME.heldout.txt, NAME.prompts, NAME.json
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expandSpec } from '../src/trainer/data-expand.js';
import { renderSpec } from '../src/trainer/data-files.js';
import { parseSpec } from '../src/trainer/data-spec.js';

export const SETS = ['twenty-questions', 'small-talk', 'cpm-commands', 'adventure'];

export function datasetPath(file: string): string {
  return fileURLToPath(new URL(`../datasets/${file}`, import.meta.url));
}

/** The files of a set as its spec says they must be: content by file name. */
export function datasetFiles(set: string): Map<string, string> {
  const title = `${set}.spec`;
  const spec = parseSpec(readFileSync(datasetPath(title), 'utf8'), `datasets/${title}`);
  const files = renderSpec(spec, expandSpec(spec), title);
  return new Map([...files].map(([suffix, content]) => [`${set}${suffix}`, content]));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const set of SETS)
    for (const [file, content] of datasetFiles(set)) {
      writeFileSync(datasetPath(file), content);
      console.log(`datasets/${file}: ${content.split('\n').length - 1} lines`);
    }
