/** What the language server finds in sources without an editor: names and their scopes, who includes whom, and no fault in any text. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSources } from '../../src/host/find-sources.js';
import { diagnosticsOf } from '../../src/lsp/diagnostics.js';
import { hoverAt } from '../../src/lsp/hover.js';
import { IncludeGraph, includesIn } from '../../src/lsp/include-graph.js';
import type { ProjectIndex } from '../../src/lsp/project-index.js';
import { DEFAULTS } from '../../src/lsp/settings.js';
import { completionsAt, outlineOf } from '../../src/lsp/symbols.js';
import { Workspace, type Assembly } from '../../src/lsp/workspace.js';
import { seeded } from '../random.js';

function opened(files: Record<string, string>, settings = DEFAULTS): Workspace {
  const workspace = new Workspace({ read: () => undefined, sourcesIn: () => [] }, () => 0, '/p');
  workspace.configure(settings, ['/p']);
  for (const [name, text] of Object.entries(files)) workspace.setOpen(`/p/${name}`, text);
  return workspace;
}

function indexOf(workspace: Workspace, name: string): { assembly: Assembly; index: ProjectIndex } {
  const assembly = workspace.assembliesOf(`/p/${name}`)[0]!;
  return { assembly, index: workspace.projectIndex(assembly) };
}

const SOURCE = `        ORG 100h
        MODULE screen
print:  ld a,5
.loop:  dec a
        jr nz,.loop
        jp print
        ENDMODULE
print:  call screen.print
        ex af,af' : ld a,'x' : jr .loop   ; two more
.loop:  nop
@@:     djnz @B
wait    MACRO count
        LOCAL again
again:  ld b,count
.l:     djnz .l
        jr again
        ENDM
        wait 5
point   STRUCT
x       DB 0
        ENDS
        ld a,(ix+point.x)
        jp @F
@@:     ret
/* wait: no
label: here */
`;

/** Where the name at each of these places is defined: by line, from 1. */
function resolved(index: ProjectIndex, text: string, offset = 0): number[] {
  const at = SOURCE.indexOf(text) + offset;
  const before = SOURCE.slice(0, at).split('\n');
  const use = index.nameAt('/p/a.asm', before.length - 1, before.at(-1)!.length);
  return use ? index.resolve(use).map(({ line }) => line + 1) : [];
}

describe('a name', () => {
  const { index, assembly } = indexOf(opened({ 'a.asm': SOURCE }), 'a.asm');

  it('is looked for as the assembler does', () => {
    expect(assembly.result.diagnostics.filter(({ severity, line }) => severity === 'error' && line < 25)).toEqual([]);
    expect(resolved(index, 'jr nz,.loop', 6)).toEqual([4]);
    expect(resolved(index, 'jp print', 3)).toEqual([3]);
    expect(resolved(index, 'call screen', 5)).toEqual([3]);
    expect(resolved(index, 'jr .loop', 3)).toEqual([10]);
    expect(resolved(index, 'djnz @B', 5)).toEqual([11]);
    expect(resolved(index, 'jp @F', 3)).toEqual([24]);
    expect(resolved(index, 'ld b,count', 5)).toEqual([12]);
    expect(resolved(index, 'djnz .l\n', 5)).toEqual([15]);
    expect(resolved(index, 'jr again', 3)).toEqual([14]);
    expect(resolved(index, 'wait 5')).toEqual([12]);
    expect(resolved(index, 'point.x')).toEqual([20]);
    expect(resolved(index, "af'")).toEqual([]);
  });

  it('is in an outline with what belongs to it', () => {
    expect(outlineOf('/p/a.asm', index).map(({ name, children }) => [name, children!.length])).toEqual([
      ['screen', 1],
      ['print', 1],
      ['wait', 2],
      ['point', 1],
    ]);
  });

  it('of a preprocessor is one, in the dialects that have it', () => {
    const source = '#DEFINE BASE 8000h\n .org BASE\n ld hl,BASE\n .end\n';
    const tasm = opened({ 't.asm': source }, { ...DEFAULTS, dialect: 'tasm' });
    const found = indexOf(tasm, 't.asm');
    expect(found.assembly.result.ok).toBe(true);
    const use = found.index.nameAt('/p/t.asm', 2, 8)!;
    expect(found.index.resolve(use)).toMatchObject([{ line: 0, at: 8, end: 12, kind: 'constant' }]);
  });

  it('of an instruction of the Z180 is told apart', () => {
    const z180 = opened({ 'z.asm': ' .z180\n org 100h\n tst b\n otimr\n' });
    const found = indexOf(z180, 'z.asm');
    const words = (line: number): unknown => hoverAt({ path: '/p/z.asm', line, character: 2 }, found.index, found.assembly, String)?.contents; // prettier-ignore
    expect(words(2)).toMatchObject({
      value: '`TST r`\n\n7 T-states of a Z180, 2 bytes `ED 04`\n\nFlags: S, Z by the result; H 1; P/V parity; N, C 0\n\nHere: `ED 04` at 0100h'.replace('TST r', 'TST B'), // prettier-ignore
    });
    expect(words(3)).toMatchObject({
      value: expect.stringContaining('16 T-states of a Z180 a round, 14 the last') as string,
    });
  });
});

describe('files', () => {
  it('are found by their INCLUDE lines', () => {
    const text = ' include "a.asm"\nx: INCLUDE b.inc ; c\n#include <c.asm>\n ; include "d"\n db "include e"\n';
    expect(includesIn(text)).toEqual(['a.asm', 'b.inc', 'c.asm']);
    const graph = new IncludeGraph();
    graph.set('/p/main.asm', ' include "lib\\a.asm"', []);
    graph.set('/p/lib/a.asm', ' include "../b.asm"\n include "c.asm"', ['/inc']);
    graph.set('/p/other.asm', ' include "b.asm"', []);
    expect(graph.rootsOf('/p/b.asm')).toEqual(['/p/main.asm', '/p/other.asm']);
    expect(graph.rootsOf('/inc/c.asm')).toEqual(['/p/main.asm']);
    expect(graph.rootsOf('/p/main.asm')).toEqual([]);
    graph.set('/p/b.asm', ' include "main.asm"', []);
    expect(graph.rootsOf('/p/main.asm')).toEqual(['/p/other.asm']);
    graph.set('/p/other.asm', undefined, []);
    expect(graph.rootsOf('/p/main.asm')).toEqual([]);
  });

  it('are looked for in a folder as far as there are not too many, and not behind links', () => {
    const folder = mkdtempSync(join(tmpdir(), 'z80lm-sources-'));
    try {
      mkdirSync(join(folder, 'sub/deep'), { recursive: true });
      mkdirSync(join(folder, '.git'));
      for (const name of ['b.ASM', 'a.txt', 'sub/c.inc', 'sub/deep/d.z80', '.git/e.asm'])
        writeFileSync(join(folder, name), '');
      symlinkSync(folder, join(folder, 'sub/up'));
      const found = (below: boolean, limits?: { files: number; folders: number }): string[] =>
        findSources(folder, below, limits).map((path) => path.slice(folder.length + 1));
      expect(found(true)).toEqual(['b.ASM', 'sub/c.inc', 'sub/deep/d.z80']);
      expect(found(false)).toEqual(['b.ASM']);
      expect(found(true, { files: 2, folders: 9 })).toEqual(['b.ASM', 'sub/c.inc']);
      expect(found(true, { files: 9, folders: 2 })).toEqual(['b.ASM', 'sub/c.inc']);
      expect(findSources(join(folder, 'none'))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('any text', () => {
  it('is answered: lines cut, doubled, torn and strewn with characters', () => {
    const chance = seeded(5);
    const pick = (below: number): number => Math.floor(chance() * below);
    const workspace = opened({});
    const strewn = [
      '"',
      "'",
      '(',
      ':',
      '\\',
      '@@',
      '.',
      '\0',
      '\t',
      'é',
      '\u2028',
      'MACRO',
      'ENDM',
      'STRUCT',
      'include "a.asm"',
      '/*',
      '#define',
    ];
    for (let round = 0; round < 50; round++) {
      let text = SOURCE;
      for (let i = pick(8); i >= 0; i--) {
        const [from, to] = [pick(text.length), pick(text.length)];
        const put = [strewn[pick(strewn.length)]!, text.slice(from, to), '', '\r'][pick(4)]!;
        text = text.slice(0, from) + put + text.slice(from + pick(20));
      }
      workspace.setOpen('/p/a.asm', text);
      const assembly = workspace.assembled('/p/a.asm');
      const index = workspace.projectIndex(assembly);
      const lines = text.split(/\r\n|\n|\r/);
      outlineOf('/p/a.asm', index);
      for (const [, list] of diagnosticsOf([assembly], { ...DEFAULTS, hints: true }, String))
        for (const { range, message } of list) {
          expect(range.start.character).toBeLessThanOrEqual(range.end.character);
          expect(range.end.character, String(message)).toBeLessThanOrEqual(lines[range.end.line]?.length ?? 0);
        }
      for (let i = 0; i < 30; i++) {
        const place = { path: '/p/a.asm', line: pick(lines.length + 1), character: pick(60) };
        hoverAt(place, index, assembly, String);
        completionsAt(place, index);
        const use = index.nameAt(place.path, place.line, place.character);
        if (use) index.usesOf(index.resolve(use));
      }
    }
  });
});
