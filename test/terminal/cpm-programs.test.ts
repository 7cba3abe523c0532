/**
 * Real programs of the time on a terminal of ours. Z80LM_CPM_PROGRAMS names a folder that has them; these are public in
 * the repository wwarthen/RomWBW (version 3.5), and none of them is in this one:
 *
 *     WordStar 4       Source/Images/d_ws4/u0       WS.COM        eba1ed76cce5b09fb3da97b81f173a3e59b414a677d99dd5e9419fb6dee08389
 *                      (all of *.COM and *.OVR)     WINSTALL.COM  77ff77e5b31569b7131830e30a06dd4d71fb17e9fdb18495dc345804b7ab8d40
 *     Turbo Pascal 3   Source/Images/d_tpascal/u0   TURBO.COM     f869b77f51e66a0d5e65e38f49fdfac391ebd1b168cd222bc9641ce18a23c997
 *                                                   TURBO.MSG     bb6d210a71f147b0c26516d357ee7ca8fb2732b5393a7f856655d9afc63f44ea
 *     ZDE 1.9          Source/RomDsk/ROM_896KB      ZDE.COM       be971846af8d5a49d95920cb36e3f87d73508401d43c07fd390606bffab6e3d6
 *     PACMAN           Source/Images/d_games/u0     PACMAN95.COM  f64cd9b4dfbe727c4d7700c055794598c0d8c6c6a0e174bb7f2d333052d29f68
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Terminal } from '../../src/terminal/dialects.js';
import { describeWithFolder } from '../outside.js';
import { CpmScreen } from './cpm-screen.js';

const FILES = ['WS.COM', 'WS.OVR', 'WSMSGS.OVR', 'WINSTALL.COM', 'TURBO.COM', 'TURBO.MSG', 'ZDE.COM', 'PACMAN95.COM'];

const WORDSTAR_OPENING = `
                      WordStar, CP/M Edition, Release 4
                           O P E N I N G   M E N U
     D open a document                    L change logged drive/user
     N open a nondocument                 C protect a file
     P print a file                       E rename a file
     M merge print a file                 O copy a file
     S check spelling of document         Y delete a file
     I index a document                   F turn directory off
     T table of contents                Esc shorthand
     X exit WordStar                      R run a program
     J help
DIRECTORY   Drive A`;

const WORDSTAR_EDITING = `
   A:NEW.TXT           P01 L01 C06 Insert Align
                            E D I T   M E N U
    CURSOR      SCROLL        ERASE      OTHER               MENUS
 ^E up       ^W up         ^G char    ^J help             ^O onscreen format
 ^X down     ^Z down       ^T word    ^I tab              ^K block & save
 ^S left     ^R up screen  ^Y line    ^V turn insert off  ^P print controls
 ^D right    ^C down      Del char    ^B align paragraph  ^Q quick functions
 ^A word left   screen     ^U unerase ^N split the line  Esc shorthand
 ^F word right                        ^L find/replace again
L----!----!----!----!----!----!----!----!----!----!----!--------R
Hello                                                                          <
                                                                               <
world                                                                          ^
                                                                               ^`;

describeWithFolder('Z80LM_CPM_PROGRAMS', FILES, 'WordStar, Turbo Pascal, ZDE and a game, whole', (programs) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'z80lm-programs-'));
    for (const name of readdirSync(programs))
      if (/^(WS|WIN|TURBO|ZDE|PAC).*\.(COM|OVR|MSG)$/.test(name))
        copyFileSync(join(programs, name), join(folder, name));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function started(name: string, kind: Terminal = 'vt100'): Promise<CpmScreen> {
    const screen = new CpmScreen(folder, { kind });
    await screen.start(name, readFileSync(join(folder, name)));
    return screen;
  }
  /** The first lines, without what nobody sees at their ends. */
  const top = (screen: CpmScreen, like: string): string =>
    `\n${screen.lines.slice(0, like.split('\n').length - 1).map((line) => line.trimEnd()).join('\n')}`; // prettier-ignore

  it.each([
    ['C', 'ANSI Standard', 'vt100', ''],
    ['D', 'VT52', 'vt52', ''],
    ['W', 'Zenith Z19 or Heath H19', 'vt52', 'inverse'],
    ['J', 'Lear Siegler ADM-3A', 'adm3a', ''],
    ['T', 'TeleVideo 912', 'adm3a', 'dim'],
    ['U', 'TeleVideo 925/950', 'adm3a', 'dim'],
    ['GN', 'Kaypro II/IV', 'kaypro', ''],
    ['HN', 'Kaypro 2X/4X/10', 'kaypro', 'dim'],
  ] as const)(
    'WordStar, installed by its own program: %s, %s',
    { timeout: 60_000 },
    async (keys, name, kind, marks) => {
      const installer = await started('WINSTALL.COM');
      for (const typed of ['WS\r\r', 'AA', ...keys, 'X', 'X']) await installer.type(typed);
      expect(installer.lines).toContain(name);
      await installer.type('Y');
      const screen = await started('WS.COM', kind);
      expect(top(screen, WORDSTAR_OPENING)).toBe(WORDSTAR_OPENING);
      await screen.type('DNEW.TXT\rY');
      await screen.type('Hello\rworld\x05');
      await screen.type('\x0e');
      expect(top(screen, WORDSTAR_EDITING)).toBe(WORDSTAR_EDITING);
      expect(screen.model.cursor).toEqual({ x: 5, y: screen.model.base + 10 });
      if (marks === 'inverse') expect(screen.marked(1)).toBe('E D I T   M E N U');
      if (marks === 'dim')
        expect(screen.marked(7, 'dim')).toBe('word left   screen        unerase    split the line      shorthand');
    },
  );

  it('Turbo Pascal: the menu, the editor, a program', { timeout: 60_000 }, async () => {
    const screen = await started('TURBO.COM');
    await screen.type('Y');
    expect(screen.lines.slice(0, 8)).toEqual([
      'Logged drive: A', '', 'Work file: ', 'Main file: ', '', 'Edit     Compile  Run   Save', '', 'eXecute  Dir      Quit  compiler Options',
    ]); // prettier-ignore
    await screen.type('ETEST\r');
    await screen.type('program Test;\rbegin\r  writeln(6*7)\rend.');
    await screen.type('\x05\x05\x19');
    await screen.type('\x0e');
    expect(screen.lines.slice(0, 6).map((line) => line.trimEnd())).toEqual([
      '      Line 2    Col 1   Insert    Indent  A:TEST.PAS', 'program Test;', '', '  writeln(6*7)', '  end.', '',
    ]); // prettier-ignore
    await screen.type('begin\x0b\x04');
    await screen.type('R');
    expect(screen.lines.map((line) => line.trimEnd())).toContain('42');
  });

  it('ZDE: its lines in inverse, lines inserted and deleted, no remnants', { timeout: 60_000 }, async () => {
    const screen = await started('ZDE.COM');
    await screen.type('one\rtwo\rthree');
    await screen.type('\x05\x19');
    expect(screen.lines.slice(2, 5).map((line) => line.trimEnd())).toEqual(['one<', 'three', '']);
    await screen.type('\x0e');
    expect(screen.lines.slice(2, 6).map((line) => line.trimEnd())).toEqual(['one<', '<', 'three', '']);
    expect(screen.lines[23]!.trim()).toBe('');
    expect(screen.marked(0)).toContain('INS vt hy');
    expect(screen.marked(1)).toBe(screen.lines[1]!.trimEnd());
  });

  it('a game that draws everywhere, for a Televideo', { timeout: 60_000 }, async () => {
    const screen = await started('PACMAN95.COM', 'adm3a');
    await screen.type('\r');
    expect(screen.lines[0]).toBe('Attention: you are in a dungeon, being chased by monsters!');
    await screen.type('1');
    expect(screen.lines.map((line) => line.trimEnd())).toEqual([
      ...Array<string>(7).fill(''),
      '                     ___________________________',
      '                    |                           |',
      '                    | G A M E   O V E R         |',
      '                    |                           |',
      '                    | Game type: 1              |',
      '                    |                           |',
      '                    | Your score: 0             |',
      '                    |___________________________|',
      ...Array<string>(9).fill(''),
    ]);
  });
});
