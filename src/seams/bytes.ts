/**
 * Bytes as text and back, without Node's Buffer, so that rooms which also run in a browser can use it. Latin-1 here is
 * ISO 8859-1: code and byte are one number (TextDecoder's "latin1" is Windows-1252, which differs from 80h to 9Fh).
 */

/** Few enough arguments for any engine's call stack. */
const CHUNK = 8192;

export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

/** Bytes that are written as text, one per character: the low eight bits of each UTF-16 code unit. Any other text: utf8. */
export const toBytes = (text: string): Uint8Array =>
  Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));

/** What a keyboard or a terminal sends for a text. */
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Two capital digits per byte. */
export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();

/** @param digits hexadecimal and nothing else; a last odd one is left out */
export const fromHex = (digits: string): Uint8Array =>
  Uint8Array.from({ length: digits.length >> 1 }, (_, at) => parseInt(digits.slice(2 * at, 2 * at + 2), 16));

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
