/** `z80lm lsp` as an editor sees it: the real process, and the library's client. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  CompletionRequest,
  DefinitionRequest,
  DocumentHighlightRequest,
  DocumentSymbolRequest,
  HoverRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  type CompletionList,
  type DocumentSymbol,
  type Location,
  type MarkupContent,
} from 'vscode-languageserver/node';
import { Editor, type EditorOptions } from './client.js';

const MAIN = `; The program.
BDOS    EQU 5           ; CP/M's door
        ORG 100h
        INCLUDE "lib/print.asm"
start:  ld de,text
        call print      ; say it
.loop:  djnz .loop
        twice inc a
        jp start
text:   db "hi$"
`;
const PRINT = `; Prints a text.
; DE: the text
print:  ld c,9
        call BDOS
        ret
twice   MACRO what
        what
        what
        ENDM
`;

let editor: Editor;
afterEach(() => editor.remove());

async function opened(files: Record<string, string>, options: EditorOptions = {}): Promise<Editor> {
  editor = await new Editor(files).start(options);
  return editor;
}

/** The place of a text: of the nth character behind it. */
function at(
  name: string,
  source: string,
  text: string,
  offset = 0,
): { textDocument: { uri: string }; position: { line: number; character: number } } {
  // prettier-ignore
  const index = source.indexOf(text);
  expect(index, text).toBeGreaterThanOrEqual(0);
  const before = source.slice(0, index).split('\n');
  return {
    textDocument: { uri: editor.uri(name) },
    position: { line: before.length - 1, character: before.at(-1)!.length + offset },
  };
}

const shown = ({ uri, range: { start, end } }: Location): string =>
  `${uri.slice(uri.lastIndexOf('/') + 1)}:${start.line + 1}:${start.character}-${end.character}`;

describe('findings', () => {
  it('come as one types, and go', async () => {
    await opened({});
    await editor.open('a.asm', ' org 100h\n ld a,\n');
    const [error] = await editor.published('a.asm', (list) => list.length > 0);
    expect(error).toMatchObject({
      range: { start: { line: 1, character: 6 }, end: { line: 1, character: 6 } },
      severity: 1,
      source: 'z80lm',
    });
    await editor.type('a.asm', 2, ' org 100h\n ld a,5\n');
    expect(await editor.published('a.asm', (list) => list.length === 0)).toEqual([]);
    expect(await editor.quit()).toBe(0);
    expect(editor.stderr).toBe('');
  });

  it('stand in the files where they are, found from the part that is open', async () => {
    await opened({ 'main.asm': MAIN, 'lib/print.asm': PRINT });
    // The program is looked for: the part alone does not know BDOS.
    await editor.open('lib/print.asm', PRINT.replace('call BDOS', 'call BDOSS'));
    const [error] = await editor.published('lib/print.asm', (list) => list.length > 0);
    expect(error).toMatchObject({
      code: 'E201',
      message: "'BDOSS' is not defined\nhint: did you mean BDOS?",
      range: { start: { line: 3, character: 13 }, end: { line: 3, character: 18 } },
      relatedInformation: [
        { location: { uri: editor.uri('main.asm'), range: { start: { line: 3 } } }, message: 'included here' },
      ],
    });
    await editor.type('lib/print.asm', 2, PRINT);
    expect(await editor.published('lib/print.asm', (list) => list.length === 0)).toEqual([]);
  });

  it('in a macro name the call', async () => {
    const source = ' org 100h\nbad MACRO n\n ld b,n*200\n ENDM\n bad 2\n';
    await opened({});
    await editor.open('m.asm', source);
    const [error] = await editor.published('m.asm', (list) => list.length > 0);
    expect(error).toMatchObject({
      code: 'E301',
      range: { start: { line: 2, character: 1 }, end: { line: 2, character: 11 } },
      relatedInformation: [
        { location: { uri: editor.uri('m.asm'), range: { start: { line: 4 } } }, message: 'in macro bad, called here' },
      ],
    });
  });

  it('of a part that several programs have: unused is what none uses', async () => {
    const part = 'one: ret\ntwo: ret\nnone: ret\n';
    await opened({
      'a.asm': ' org 100h\n call one\n include "part.asm"\n',
      'b.asm': ' org 100h\n call two\n include "part.asm"\n',
      'part.asm': part,
    });
    await editor.open('part.asm', part);
    const found = await editor.published('part.asm', (list) => list.length > 0);
    expect(found.map(({ code, message, tags }) => [code, message, tags])).toEqual([
      ['W105', "nothing uses the label 'none'", [1]],
    ]);
  });

  it('follow the settings: a main source, symbols, hints, and what is left out', async () => {
    const part = ' IFDEF FAST\n ld a,(x)\n ENDIF\n jp done\nx: nop\ndone: ret\n';
    await opened(
      { 'src/all.asm': ' org 100h\nname DEFL "part.asm"\n include "part.asm"\n', 'src/part.asm': part },
      {
        initializationOptions: {
          main: 'src/all.asm',
          defines: { FAST: 1 },
          hints: true,
          warnings: false,
          format: 'com',
        },
      },
    );
    await editor.open('src/part.asm', part);
    const found = await editor.published('src/part.asm', (list) => list.length > 0);
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([['H101', 4]]);
  });
});

describe('a question', () => {
  it('where something is defined', async () => {
    await opened({ 'main.asm': MAIN, 'lib/print.asm': PRINT });
    await editor.open('main.asm', MAIN);
    const asked = async (name: string, source: string, text: string, offset = 0): Promise<string[]> =>
      ((await editor.connection.sendRequest(DefinitionRequest.type, at(name, source, text, offset))) as Location[]).map(
        shown,
      );
    expect(await asked('main.asm', MAIN, 'print      ; say', 2)).toEqual(['print.asm:3:0-5']);
    expect(await asked('main.asm', MAIN, '.loop\n')).toEqual(['main.asm:7:0-5']);
    expect(await asked('main.asm', MAIN, 'twice inc')).toEqual(['print.asm:6:0-5']);
    expect(await asked('main.asm', MAIN, 'lib/print')).toEqual(['print.asm:1:0-0']);
    expect(await asked('main.asm', MAIN, 'db "hi')).toEqual([]);
    await editor.open('lib/print.asm', PRINT);
    expect(await asked('lib/print.asm', PRINT, 'BDOS')).toEqual(['main.asm:2:0-4']);
    expect(await asked('lib/print.asm', PRINT, '        what', 9)).toEqual(['print.asm:6:14-18']);
  });

  it('what something is', async () => {
    await opened({ 'main.asm': MAIN, 'lib/print.asm': PRINT });
    await editor.open('main.asm', MAIN);
    const asked = async (text: string, offset = 0): Promise<string | undefined> => {
      const hover = await editor.connection.sendRequest(HoverRequest.type, at('main.asm', MAIN, text, offset));
      return (hover?.contents as MarkupContent | undefined)?.value;
    };
    expect(await asked('djnz')).toBe(
      '`DJNZ e`\n\n13 T-states if taken, 8 if not, 2 bytes `10 e`\n\nFlags: unchanged\n\nHere: `10 FE` at 010Ch',
    );
    expect(await asked('print      ; say')).toBe(
      'label `print`: `0100h`, `256`\n\n```text\nPrints a text.\nDE: the text\n```\n\nlib/print.asm:3',
    );
    expect(await asked('BDOS')).toBe(
      "constant `BDOS`: `05h`, `5`, `00000101b`\n\n```text\nCP/M's door\n```\n\nmain.asm:2",
    );
    expect(await asked('ORG')).toMatch(/^`ORG address`\n\nGo on at this address/);
    expect(await asked('100h')).toBe('`100h` is `0100h`, `256`');
    expect(await asked('say it')).toBeUndefined();
    await editor.type('main.asm', 2, MAIN.replace('ld de,text', 'ld de,'));
    expect(await asked('ld de')).toMatch(/^```\nLD B,B {11}4 T-states\n/);
  });

  it('where it is used, here and in other files', async () => {
    await opened({ 'main.asm': MAIN, 'lib/print.asm': PRINT });
    await editor.open('main.asm', MAIN);
    const place = at('main.asm', MAIN, 'BDOS');
    const found = await editor.connection.sendRequest(ReferencesRequest.type, { ...place, context: { includeDeclaration: true } }); // prettier-ignore
    expect(found!.map(shown)).toEqual(['main.asm:2:0-4', 'print.asm:4:13-17']);
    const local = await editor.connection.sendRequest(DocumentHighlightRequest.type, at('main.asm', MAIN, '.loop:'));
    expect(local!.map(({ range }) => range.start)).toEqual([
      { line: 6, character: 0 },
      { line: 6, character: 13 },
    ]);
  });

  it('what is in the file', async () => {
    await opened({ 'main.asm': MAIN, 'lib/print.asm': PRINT });
    await editor.open('main.asm', MAIN);
    const outline = (await editor.connection.sendRequest(DocumentSymbolRequest.type, at('main.asm', MAIN, ';'))) as DocumentSymbol[]; // prettier-ignore
    expect(outline.map(({ name, children }) => [name, children!.map((child) => child.name)])).toEqual([
      ['BDOS', []],
      ['start', ['start.loop']],
      ['text', []],
    ]);
  });

  it('what may be typed', async () => {
    await opened({ 'main.asm': MAIN, 'lib/print.asm': PRINT });
    const source = MAIN.replace('jp start\n', 'jp st\n        dj\n        tw\n        jr .\n');
    await editor.open('main.asm', source);
    const asked = async (text: string): Promise<string[]> => {
      const list = (await editor.connection.sendRequest(CompletionRequest.type, at('main.asm', source, text, text.length - 1))) as CompletionList; // prettier-ignore
      return list.items.map(({ label }) => label);
    };
    expect(await asked('jp st\n')).toEqual(['start']);
    expect(await asked(' dj\n')).toEqual(['djnz']);
    expect(await asked(' tw\n')).toEqual(['twice']);
    expect(await asked('jr .\n')).toEqual(['.loop']);
    expect(await asked('; The p')).toEqual([]);
  });
});

describe('another name', () => {
  const source = ` org 100h
start: ld b,2
.loop: djnz .loop
 jp start.loop
data: db "start"   ; start
`;
  const named = async (text: string, newName: string): Promise<string[] | string> => {
    const request = { ...at('r.asm', source, text), newName };
    try {
      const edit = await editor.connection.sendRequest(RenameRequest.type, request);
      return edit!.changes![editor.uri('r.asm')]!.map(
        ({ range, newText }) => `${range.start.line + 1}:${range.start.character}-${range.end.character} ${newText}`,
      );
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('goes everywhere, and nowhere else', async () => {
    await opened({});
    await editor.open('r.asm', source);
    expect(await named('start:', 'begin')).toEqual(['2:0-5 begin', '4:4-9 begin']);
    expect(await named('.loop:', '.again')).toEqual(['3:1-5 again', '3:13-17 again', '4:10-14 again']);
    const range = await editor.connection.sendRequest(PrepareRenameRequest.type, at('r.asm', source, '.loop:'));
    expect(range).toMatchObject({ start: { line: 2, character: 1 }, end: { line: 2, character: 5 } });
  });

  it('is refused where the program would be another', async () => {
    await opened({});
    await editor.open('r.asm', source);
    expect(await named('start:', 'data')).toBe("the program would not assemble then: 'data' is already defined");
    expect(await named('start:', 'hl')).toBe("the program would not assemble then: 'hl' is a reserved word");
    expect(await named('start:', 'a b')).toBe('"a b" is not a name');
    expect(await named('b,2', 'x')).toBe('nothing defines b');
    expect(await named('ld b', 'x')).toBe('there is no name here');
  });
});
