/** Lines of a dialect and what they assemble to, for the tests of dialects. */
import { assemble, memoryReader, type AssembleOptions } from '../../src/z80asm/index.js';

type Dialect = AssembleOptions['dialect'];

/** The bytes in hex, or what the errors are called. Lines are apart by ¶. */
export function hexOf(dialect: Dialect, source: string, files: Record<string, string> = {}): string {
  const text = source.replaceAll('¶', '\n');
  const result = assemble({ main: 'a.asm', ...memoryReader({ 'a.asm': text, ...files }), ...(dialect && { dialect }) });
  const errors = result.diagnostics.filter((d) => d.severity === 'error');
  if (errors.length > 0) return errors.map((d) => d.name).join(' ');
  return Buffer.from(result.bytes).toString('hex');
}

/** The hint of the first error. */
export function hintOf(dialect: Dialect, source: string): string | undefined {
  const text = source.replaceAll('¶', '\n');
  const { diagnostics } = assemble({ main: 'a.asm', ...memoryReader({ 'a.asm': text }), ...(dialect && { dialect }) });
  return diagnostics.find((d) => d.severity === 'error')?.hint;
}
