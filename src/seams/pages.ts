/** Where the pages that hints, help texts and new projects name can be read, from wherever one stands. */

/** package.json's homepage without its anchor (test/front/package.test.ts). */
const HOME = 'https://github.com/z80lm/z80lm';

/** `pageUrl('compare')`: docs/compare.md in a browser. */
export function pageUrl(name: string): string {
  return `${HOME}/blob/main/docs/${name}.md`;
}

/** `schemaUrl('config')`: docs/config.schema.json as an editor fetches it. */
export function schemaUrl(name: 'config' | 'script'): string {
  return `${HOME.replace('//github.com/', '//raw.githubusercontent.com/')}/main/docs/${name}.schema.json`;
}
