/** The library page shows what a caller has to know, and the emulator's page names nothing that cannot be imported. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { apiPage } from '../../scripts/api-page.js';
import { ownText } from '../../scripts/own-text.js';

/** In a command line: FILE, NAME. */
const PLACEHOLDER = /^[A-Z]+$/;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => ownText(`${ROOT}${path}`);

describe('docs/api.md', () => {
  const page = apiPage();

  it('shows async generators as such, and promises by their types', () => {
    expect(page).toContain(
      '```ts\nasync function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void>\n```',
    );
    expect(page).not.toMatch(/^async function [^*]/m);
    expect(page).toContain('```ts\nfunction drive( machine: EmulatedMachine,');
  });

  it('shows of a class what a caller can use', () => {
    const system = /class FileSystem \{\n[^]*?\n\}/.exec(page)![0];
    expect(system).toContain('  read(user: number, name: string, most = MOST_BYTES): Uint8Array;');
    expect(system).toContain('  /** Bytes that still fit. */\n  free(): number;');
    expect(system).not.toMatch(/#|private/);
  });
});

it('what docs/emulator.md names in code can be imported from z80lm/emu', () => {
  const sources = readdirSync(`${ROOT}src/emu`, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const declared = new Set(
    sources.flatMap((file) =>
      [
        ...read(`src/emu/${file}`).matchAll(/^export (?:async )?(?:function\*?|class|interface|type|const) (\w+)/gm),
      ].map(([, name]) => name!),
    ),
  );
  const exported = new Set([...read('src/emu.ts').matchAll(/\b\w+\b/g)].map(([name]) => name));
  const named = [...read('docs/emulator.md').matchAll(/`([^`\n]+)`|^ {4}(.*)$/gm)].flatMap(
    ([, inline, block]) => (inline ?? block!).match(/[A-Za-z_]\w+/g) ?? [],
  );
  const usable = [...new Set(named)].filter((name) => declared.has(name) && !PLACEHOLDER.test(name));
  expect(usable).toEqual(
    expect.arrayContaining(['createZ80', 'createCpm', 'RC2014_HZ', 'openDiskImage', 'createDebugger']),
  );
  expect(usable.filter((name) => !exported.has(name))).toEqual([]);
});
