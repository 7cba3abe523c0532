/** Texts of the program that come from the model, as assembler lines. */
import type { ModelAbout } from '../model/network.js';

const LINE_WIDTH = 78;
const BYTES_A_LINE = 16;
const CR = 13;
const LF = 10;

export function byteLines(bytes: readonly number[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE)
    lines.push(`            db ${bytes.slice(at, at + BYTES_A_LINE).join(', ')}`);
  return lines;
}

/** The model's name as the banner and the header of a mind show it. @param name of the program, where it has its own */
export function titleOf(about: ModelAbout, name: string | undefined): string {
  return name ?? about.name ?? 'Z80 language model';
}

/** The banner: the model's name, what it knows, how to get help. Ends in a zero byte. */
export function bannerBytes(about: ModelAbout, name: string | undefined): number[] {
  const lines = ['', titleOf(about, name), ...wrap(about.description ?? ''), 'Type ? for help.'];
  const bytes = lines.flatMap((line) => [...[...line].map(printable), CR, LF]);
  // The prompt that follows begins a new line.
  return [...bytes.slice(0, -2), 0];
}

function printable(character: string): number {
  const code = character.codePointAt(0)!;
  return code >= 0x20 && code < 0x7f ? code : 0x3f;
}

/** Break at spaces. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line ? `${line} ${word}` : word;
  }
  return line ? [...lines, line] : lines;
}
