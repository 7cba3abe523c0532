import { describe, expect, it } from 'vitest';
import { REFERENCE, renderReference } from '../../scripts/generate-assembler-reference.js';
import { ownText } from '../../scripts/own-text.js';
import { assemble, formatDiagnostic, memoryReader } from '../../src/z80asm/index.js';
import { HANDLERS } from '../../src/z80asm/directives.js';
import { DIRECTIVES } from '../../src/z80asm/directive-table.js';
import { FINDINGS } from '../../src/z80asm/diagnostics.js';

const text = ownText(REFERENCE);

describe('docs/assembler.md', () => {
  it('is not stale: npx tsx scripts/generate-assembler-reference.ts', async () => {
    expect(await renderReference(text)).toBe(text);
  });

  it('has examples that assemble', () => {
    const examples = [...text.matchAll(/```z80\n([\s\S]*?)```/g)].map((match) => match[1]!);
    expect(examples.length).toBe(5);
    for (const example of examples) {
      const result = assemble({ main: 'a.asm', format: 'com', ...memoryReader({ 'a.asm': example }) });
      expect(result.diagnostics.filter((d) => d.severity === 'error').map(formatDiagnostic)).toEqual([]);
    }
  });
});

describe('the tables', () => {
  it('have a handler for each directive', () => {
    const handled = Object.keys(HANDLERS);
    expect(DIRECTIVES.map((d) => d.names[0]).filter((name) => !handled.includes(name!))).toEqual([]);
  });

  it('give no code twice', () => {
    const codes = Object.values(FINDINGS).map(([code]) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
