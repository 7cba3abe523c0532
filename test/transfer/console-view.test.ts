import { describe, expect, it } from 'vitest';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { ConsoleView } from '../../src/terminal/console-view.js';
import { EchoTyper, TYPER_SETTINGS } from '../../src/transfer/echo-typer.js';

describe('what is seen of a console', () => {
  it('text as it comes, without escape sequences', () => {
    const view = new ConsoleView(0);
    expect(view.show(toBytes('A>\x1b[0m'), 5)).toBe('A>');
    expect(view.show(toBytes('DIR\r\n'), 6)).toBe('DIR\r\n');
    expect(view.quiet()).toBe('');
  });

  it('times stand at the first character of a line, whenever it comes', () => {
    const view = new ConsoleView(1000, { timestamps: true });
    expect(view.show(toBytes('A>D'), 2042)).toBe('[   1.042] A>D');
    expect(view.show(toBytes('IR\r\r\n'), 2050)).toBe('IR\r\r\n');
    expect(view.show(toBytes('\r\nX'), 3000)).toBe('\r\n[   2.000] X');
  });

  it('hexadecimal: rows of 16, a short one when the board is silent', () => {
    const view = new ConsoleView(0, { hex: true });
    const bytes = Uint8Array.from({ length: 18 }, (_, n) => 0x3e + n);
    expect(view.show(bytes, 0)).toBe('3e 3f 40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d  >?@ABCDEFGHIJKLM\r\n4e 4f ');
    expect(view.show(Uint8Array.of(0, 255), 0)).toBe('00 ff ');
    expect(view.quiet()).toBe(`${' '.repeat(37)}NO..\r\n`);
    expect(view.quiet()).toBe('');
  });

  it('a row that is open is ended when text follows, and before words of ours', () => {
    const view = new ConsoleView(0, { hex: true });
    view.show(toBytes('A'), 0);
    view.hex = false;
    expect(view.show(toBytes('b'), 0)).toBe(`${' '.repeat(46)}A\r\nb`);
    expect(view.breakLine()).toBe('\r\n');
    expect(view.breakLine()).toBe('');
  });
});

describe('typing a file', () => {
  const CRLF = toBytes('\r\n');
  const { echoMs, quietMs, pauseMs, silentLineMs } = TYPER_SETTINGS;

  it('waits for the echo of each character, and for silence after each line', () => {
    const typer = new EchoTyper(toBytes('ab\nc\r\n\x1a\x1a'), CRLF);
    expect(typer.total).toBe(5);
    expect(typer.next(0)).toEqual(toBytes('a'));
    expect(typer.next(1)).toBeUndefined();
    typer.heard(toBytes('x'), 2); // not its echo
    expect(typer.next(3)).toBeUndefined();
    typer.heard(toBytes('a'), 3);
    expect(typer.next(3)).toEqual(toBytes('b'));
    typer.heard(toBytes('b'), 4);
    expect(typer.next(4)).toEqual(CRLF);
    typer.heard(toBytes('\r\n10 '), 10);
    typer.heard(toBytes('OK'), 10 + quietMs - 1);
    expect(typer.next(10 + pauseMs)).toBeUndefined();
    expect(typer.next(10 + quietMs - 1 + pauseMs)).toEqual(toBytes('c'));
    typer.heard(toBytes('c'), 5000);
    expect(typer.next(5000)).toEqual(CRLF);
    expect(typer.finished(5000)).toBe(false);
    expect(typer.next(5000 + silentLineMs)).toBeUndefined();
    expect(typer.finished(5000 + silentLineMs)).toBe(true);
  });

  it.each([
    ['known', 'A>', quietMs],
    ['unknown', undefined, pauseMs],
  ])('stops no answer that pauses; a prompt that was %s ends it', (_, prompt, soon) => {
    const typer = new EchoTyper(toBytes('\n\n\n'), CRLF, prompt);
    expect(typer.next(0)).toEqual(CRLF);
    typer.heard(toBytes('\r\nB: XM       COM'), 10);
    expect(typer.next(10 + pauseMs - 1)).toBeUndefined();
    typer.heard(toBytes(' : STAT     COM\r\nA'), 4000);
    typer.heard(toBytes('>'), 4001);
    expect(typer.next(4001 + soon - 1)).toBeUndefined();
    expect(typer.next(4001 + soon)).toEqual(CRLF);
    typer.heard(toBytes('\r\nA>'), 9000);
    expect(typer.next(9000 + quietMs - 1)).toBeUndefined();
    expect(typer.next(9000 + quietMs)).toEqual(CRLF);
  });

  it("knows an editor's prompt by its shape", () => {
    const typer = new EchoTyper(toBytes('\n\n'), CRLF, '    9: *');
    typer.next(0);
    typer.heard(toBytes('\r\n   10: *'), 10);
    expect(typer.next(10 + quietMs)).toEqual(CRLF);
  });

  it('goes on without an echo after a while', () => {
    const typer = new EchoTyper(toBytes('ab'), CRLF);
    typer.next(0);
    expect(typer.next(echoMs - 1)).toBeUndefined();
    expect(latin1(typer.next(echoMs)!)).toBe('b');
  });

  it('takes any line end for one, no mark before UTF-8, and nothing from ^Z on', () => {
    const typed = (text: string): string => {
      const typer = new EchoTyper(toBytes(text), toBytes('|'));
      let all = '';
      for (let at = 0; !typer.finished(at); at += silentLineMs) all += latin1(typer.next(at) ?? new Uint8Array());
      expect([typer.done, typer.total]).toEqual([all.length, all.length]);
      return all;
    };
    expect(typed('a\nb\r\nc\rd\n\re')).toBe('a|b|c|d||e');
    expect(typed('\xef\xbb\xbfa\xef\xbb\xbf')).toBe('a\xef\xbb\xbf');
    expect(typed('a\x1ab')).toBe('a');
  });

  it('takes silence after a line for a prompt only where the board has said something', () => {
    const typer = new EchoTyper(toBytes('\n\n\n'), CRLF);
    typer.heard(toBytes('OK'), 0); // before anything is typed: no answer
    typer.next(0);
    expect(typer.next(silentLineMs - 1)).toBeUndefined();
    expect(typer.next(silentLineMs)).toEqual(CRLF);
    // Nothing came after the first line, so OK is no prompt yet.
    typer.heard(toBytes('\r\nOK'), 2_000);
    expect(typer.next(2_000 + quietMs)).toBeUndefined();
    expect(typer.next(2_000 + pauseMs)).toEqual(CRLF);
    typer.heard(toBytes('\r\nOK'), 9_000);
    expect(typer.finished(9_000 + quietMs - 1)).toBe(false);
    expect(typer.finished(9_000 + quietMs)).toBe(true);
  });

  it('knows a line by its end where it is long, and an empty one by nothing', () => {
    const typer = new EchoTyper(toBytes('\n\n'), CRLF, 'x'.repeat(80));
    typer.next(0);
    typer.heard(toBytes(`A>${'x'.repeat(80)}`), 10);
    expect(typer.next(10 + quietMs)).toEqual(CRLF);
    const empty = new EchoTyper(toBytes('\n\n'), CRLF, '');
    empty.next(0);
    empty.heard(toBytes('A>\r\n'), 10);
    expect(empty.next(10 + quietMs)).toEqual(CRLF);
  });

  it('an empty file is finished at once', () => {
    const typer = new EchoTyper(toBytes('\x1a'), CRLF);
    expect(typer.finished(0)).toBe(true);
    expect(typer.next(0)).toBeUndefined();
  });
});
