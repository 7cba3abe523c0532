/**
 * The pages say what is: every printed command line is one that the tool takes, every link leads somewhere, every
 * message in docs/troubleshooting.md is still in the sources, every file that docs/firmware.md names is there.
 */
import { existsSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { bundleOptions } from '../../scripts/bundle.js';
import { withLicences } from '../../scripts/licences.js';
import { ownText } from '../../scripts/own-text.js';
import { bundledPackages } from '../../scripts/third-party.js';
import { MACHINE_NAMES } from '../../src/machines/index.js';
import { EXAMPLES, SUB_EXAMPLES } from '../../src/commands/examples.js';
import { COMMANDS } from '../../src/commands/table.js';
import {
  mentionedCommands,
  PAGES,
  pageText,
  parseOnly,
  printedCommands,
  shellCommands,
  splitWords,
} from './printed.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Synopses with words to be replaced ("DATA.."), which are no command lines. */
const SYNOPSIS = /\.\.|^\[|\|/;

interface PackageJson {
  name: string;
  version: string;
  homepage: string;
  repository: { url: string };
  scripts: Record<string, string>;
}

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

describe('printed lines that get z80lm', () => {
  const { name, version, homepage, repository, scripts } = JSON.parse(ownText(`${ROOT}package.json`)) as PackageJson;
  const home = homepage.replace(/#readme$/, '');
  const tarball = `./${name}-${version}.tgz`;

  /** Each is one of these; a new kind of line has to be given its rule here. */
  const RULES: [RegExp, (words: string[]) => boolean][] = [
    [/^git clone /, (words) => words.length === 3 && words[2] === home],
    [/^cd /, (words) => words[1] === home.split('/').at(-1)],
    [/^npm (ci|pack|test|start)$/, (words) => ['ci', 'pack'].includes(words[1]!) || words[1]! in scripts],
    [/^npm start -- --machine /, (words) => MACHINE_NAMES.includes(words[4]!)],
    [/^npm pack git/, (words) => words.length === 3 && words[2] === repository.url],
    [/^npm run /, (words) => words[2]! in scripts],
    [/^npm i -g /, (words) => words.at(-1) === tarball],
    [/^npx vitest run /, () => true],
  ];

  it.each(PAGES.filter((page) => shellCommands(page).length > 0))('%s: each is of package.json', (page) => {
    for (const { file, line, words } of shellCommands(page)) {
      const command = words.join(' ');
      const rule = RULES.find(([form]) => form.test(command));
      expect(rule, `${file}:${line}: ${command}`).toBeDefined();
      expect(rule![1](words), `${file}:${line}: ${command}`).toBe(true);
    }
  });

  it('are found, and one that is wrong is', () => {
    expect(shellCommands('README.md').map(({ words }) => words.join(' '))).toEqual([
      `git clone ${home}`,
      `cd ${name}`,
      'npm ci',
      'npm start',
      'npm ci',
      'npm test',
    ]);
    expect(shellCommands('docs/install.md').length).toBeGreaterThanOrEqual(7);
    const holds = (command: string): boolean =>
      RULES.some(([form, fits]) => form.test(command) && fits(command.split(' ')));
    expect(holds(`npm i -g ${tarball}`)).toBe(true);
    for (const wrong of ['npm i -g z80lm', 'git clone https://github.com/somebody/z80lm', 'npm run nonsense'])
      expect(holds(wrong), wrong).toBe(false);
  });

  it.each(PAGES)('%s: addresses of our own are those of package.json', (page) => {
    for (const [address] of pageText(page).matchAll(/https:\/\/[\w.]*github[\w.]*\/[\w-]+\/z80lm\b/g))
      expect(address).toBe(home);
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

describe('docs/pictures/board.svg', () => {
  const svg = ownText(`${ROOT}docs/pictures/board.svg`);

  it('is small, needs no script and nothing from elsewhere, and stands still where less motion is wanted', () => {
    expect(svg.length).toBeLessThan(60_000);
    expect(svg).not.toMatch(/<script|<foreignObject|\bhref=|url\(|@import|<set|<animate/);
    const [still, moving] = svg.split('@media (prefers-reduced-motion:no-preference){');
    expect(still).not.toContain('animation');
    expect(moving).toContain('infinite');
  });

  it('shows what the board says to what the demo asks', () => {
    const text = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, run]) => run!.replace('&gt;', '>')).join('');
    expect(text).toMatch(
      /A>GUESS.*1> is it alive\?No\..*2> is it bigger than a carYes\..*is it a lighthouse\?Yes! It is a lighthouse\. You took 4 of 20\./,
    );
  });
});

describe('pages', () => {
  /** As a page of GitHub names its headings. */
  const anchors = (page: string): string[] =>
    [...pageText(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );

  it.each(PAGES)('%s: links lead somewhere', (page) => {
    const base = page.slice(0, page.lastIndexOf('/') + 1);
    for (const [, target, anchor] of pageText(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
      const path = target === '' ? page : posix.join(base, target!);
      expect(existsSync(`${ROOT}${path}`), `${page} → ${target}`).toBe(true);
      if (anchor !== undefined) expect(anchors(path), `${page} → ${target}`).toContain(anchor);
    }
  });

  it('docs/troubleshooting.md: each heading is a message of the tool, or of a program on the board', () => {
    const sources = ['src', 'firmware']
      .flatMap((folder) =>
        readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' }).map(
          (file) => `${ROOT}${folder}/${file}`,
        ),
      )
      .filter((file) => /\.(ts|asm|inc)$/.test(file))
      .map(ownText)
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

  it('docs/dependencies.md: every dependency has its line, and the licences are those of what a user gets', async () => {
    const page = pageText('docs/dependencies.md');
    const manifest = JSON.parse(ownText(`${ROOT}package.json`)) as Record<string, Record<string, string>>;
    const { metafile } = await build(bundleOptions());
    const bundled = bundledPackages(metafile).map(({ name }) => name);
    const wanted = [
      ...Object.keys({ ...manifest['dependencies'], ...manifest['optionalDependencies'] }),
      ...Object.keys(manifest['peerDependencies']!),
      // Inside dist/, and named in package.json: the others came with these.
      ...Object.keys(manifest['devDependencies']!).filter((name) => bundled.includes(name)),
    ];
    expect(wanted.length).toBeGreaterThanOrEqual(18);
    const short = (name: string): string => name.replace('@tensorflow/tfjs-backend-wasm', '-backend-wasm');
    for (const name of wanted) expect(page, name).toContain(`\`${short(name)}\``);
    expect(await withLicences(page), 'npm run licences').toBe(page);
  });
});
