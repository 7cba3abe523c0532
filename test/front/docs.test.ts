/**
 * The pages say what is: every printed command line is one that the tool takes, every link leads somewhere, every
 * message in docs/troubleshooting.md is still in the sources, every file that docs/firmware.md names is there.
 */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { withLicences } from '../../scripts/licences.js';
import { ownText } from '../../scripts/own-text.js';
import { EXAMPLES, SUB_EXAMPLES } from '../../src/commands/examples.js';
import { COMMANDS } from '../../src/commands/table.js';
import { mentionedCommands, PAGES, pageText, parseOnly, printedCommands, splitWords } from './printed.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Synopses with words to be replaced ("DATA.."), which are no command lines. */
const SYNOPSIS = /\.\.|^\[|\|/;

describe('printed command lines', () => {
  it('are found: README.md alone has ten', () => {
    expect(printedCommands('README.md').length).toBeGreaterThanOrEqual(7);
    expect(printedCommands('docs/first-model.md').length).toBeGreaterThanOrEqual(12);
    expect(splitWords(' run X.COM --type "a b"   says it')).toEqual(['run', 'X.COM', '--type', 'a b']);
  });

  it.each(PAGES.filter((page) => printedCommands(page).length > 0))('%s: the tool takes each', async (page) => {
    for (const { file, line, words } of printedCommands(page)) {
      if (words.some((word) => SYNOPSIS.test(word))) continue;
      await parseOnly(words).catch((error: unknown) => {
        throw new Error(`${file}:${line}: z80lm ${words.join(' ')}: ${(error as Error).message}`);
      });
    }
  });

  it('within sentences: the tool has each command, and each option', async () => {
    const mentioned = PAGES.flatMap((page) => mentionedCommands(page));
    expect(mentioned.length).toBeGreaterThanOrEqual(30);
    for (const { file, line, words } of mentioned)
      await parseOnly(words).catch((error: unknown) => {
        // A mention need not have what the command cannot do without.
        if (/missing required argument|required option/.test((error as Error).message)) return;
        throw new Error(`${file}:${line}: z80lm ${words.join(' ')}: ${(error as Error).message}`);
      });
  });

  it('refuses what is none', async () => {
    await expect(parseOnly(['build', 'my.npz', '-o', 'X.COM', '--layouts', 'auto'])).rejects.toThrow(/unknown option/);
    await expect(parseOnly(['nonsense'])).rejects.toThrow('there is no command');
  });
});

describe('examples in --help', () => {
  it('are two for every command, and the tool takes each', async () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
    for (const [name, lines] of Object.entries(EXAMPLES))
      for (const line of lines) {
        const [tool, ...words] = splitWords(line);
        expect([tool, words[0]]).toEqual(['z80lm', name]);
        await parseOnly(words);
      }
  });

  it("are two for every command's own command, too", async () => {
    const program = new Command();
    for (const { load } of COMMANDS) (await load())(program);
    const names = program.commands.flatMap((one) => one.commands.map((sub) => `${one.name()} ${sub.name()}`));
    expect(Object.keys(SUB_EXAMPLES).sort()).toEqual(names.sort());
    for (const [name, lines] of Object.entries(SUB_EXAMPLES))
      for (const line of lines) {
        expect(line.startsWith(`z80lm ${name} `)).toBe(true);
        await parseOnly(splitWords(line).slice(1));
      }
  });
});

describe('pages', () => {
  it.each(PAGES)('%s: links lead somewhere', (page) => {
    const base = page.slice(0, page.lastIndexOf('/') + 1);
    for (const [, target] of pageText(page).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g))
      expect(existsSync(`${ROOT}${base}${target}`), `${page} → ${target}`).toBe(true);
  });

  it('docs/troubleshooting.md: each heading is a message of the tool', () => {
    const sources = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => ownText(`${ROOT}src/${file}`))
      .join('\n');
    const headings = [...pageText('docs/troubleshooting.md').matchAll(/^### (.*)$/gm)].map(([, text]) => text!);
    expect(headings.length).toBeGreaterThanOrEqual(25);
    for (const heading of headings) {
      // Something has to be left to search for, and each part stands in the sources, where `…` is what differs.
      const parts = heading.split('…').map((part) => part.trim());
      expect(parts.join('').length, heading).toBeGreaterThanOrEqual(12);
      for (const part of parts) expect(sources, heading).toContain(part);
    }
  });

  it('docs/firmware.md: each file is there', () => {
    const text = pageText('docs/firmware.md');
    const folders = [...text.matchAll(/^## `(firmware\/\w+)`/gm)].map(([, folder]) => folder!);
    expect(folders.map((folder) => folder.slice('firmware/'.length)).sort()).toEqual(
      readdirSync(`${ROOT}firmware`)
        .filter((name) => !name.endsWith('.md'))
        .sort(),
    );
    for (const [, name] of text.matchAll(/`(\w[\w-]*\.asm)`/g))
      expect(
        folders.some((folder) => existsSync(`${ROOT}${folder}/${name}`)),
        name,
      ).toBe(true);
  });

  it('docs/dependencies.md: every dependency has its line, and the licences are those of the lock file', () => {
    const page = pageText('docs/dependencies.md');
    const { dependencies, peerDependencies } = JSON.parse(ownText(`${ROOT}package.json`)) as Record<
      'dependencies' | 'peerDependencies',
      Record<string, string>
    >;
    const short = (name: string): string => name.replace('@tensorflow/tfjs-backend-wasm', '-backend-wasm');
    for (const name of Object.keys({ ...dependencies, ...peerDependencies }))
      expect(page, name).toContain(`\`${short(name)}\``);
    expect(withLicences(page), 'npm run licences').toBe(page);
  });
});
