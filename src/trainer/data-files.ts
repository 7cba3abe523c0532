/**
 * What a spec turns into on disk: training pairs, held-out pairs, prompts to try, and what the program says
 * about itself. A change of these texts is a change of the shipped data sets (npm run datasets).
 */
import type { SpecData, SpecPair } from './data-expand.js';
import type { Spec } from './data-spec.js';
import { headText } from './head.js';
import { pairText } from './pairs.js';

/** A model's words about itself, for its banner and help; the content of a set's .json file. */
export interface SetAbout {
  name: string;
  description: string;
  /** Questions it answers well. */
  examples: string[];
}

/**
 * The files of a data set.
 * @param title what the spec is called, in the files' first line
 * @returns content by suffix: `.txt`, `.heldout.txt`, `.prompts`, `.json`
 */
export function renderSpec(spec: Spec, data: SpecData, title: string): Map<string, string> {
  const head = `# Generated from ${title}; edit that and rebuild, not this file.`;
  const top = headText(spec.head);
  const pairs = (part: SpecPair[], what: string): string =>
    [`${head} ${what}`, ...top, ...part.map(pairText), ''].join('\n');
  const about: SetAbout = { name: spec.name, description: spec.description, examples: spec.examples };
  return new Map([
    ['.txt', pairs(data.training, 'Training part.')],
    ['.heldout.txt', pairs(data.heldOut, 'Held-out part: none of its phrasings occurs in training.')],
    ['.prompts', [head, ...spec.prompts, ''].join('\n')],
    ['.json', `${JSON.stringify(about, undefined, 2)}\n`],
  ]);
}
