/** docs/debugger.md: its program and its transcripts, as they are really seen. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli } from '../e2e/cli.js';
import { pageText } from '../front/printed.js';

/** The fenced blocks of this kind. */
const blocks = (kind: string): string[] =>
  [...pageText('docs/debugger.md').matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text]) => text!,
  );

it('shows what the debugger shows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'z80lm-page-'));
  try {
    writeFileSync(join(folder, 'squares.asm'), blocks('asm')[0]!);
    const made = await cli(['asm', 'squares.asm', '-o', 'SQUARES.COM', '--listing', '--symbols'], { cwd: folder });
    expect(made.status).toBe(0);
    const shown = blocks('transcript').join('');
    const commands = shown.split('\n').filter((line) => line.startsWith('- '));
    expect(commands.length).toBeGreaterThan(6);
    const input = commands.map((line) => `${line.slice(2)}\n`).join('');
    const { status, stdout } = await cli(['debug', 'SQUARES.COM'], { cwd: folder, input });
    expect(stdout.replaceAll('\r', '')).toBe(shown);
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
