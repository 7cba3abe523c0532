/**
 * The public test data that lies beside the checkout (../shared): vectors, models and texts of other
 * projects that we test against but never commit. Where it is missing a suite is skipped with a plain
 * message; in CI it must be there, so the suite fails instead.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, it } from 'vitest';

const ROOT = new URL('../../shared/', import.meta.url);

export function sharedPath(name: string): string {
  return new URL(name, ROOT).pathname;
}

/** The bytes of a shared file; `.gz` is unpacked. */
export function shared(name: string): Uint8Array {
  const bytes = readFileSync(new URL(name, ROOT));
  return new Uint8Array(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

/** A suite that needs the shared files named. */
export function describeShared(title: string, needs: string[], suite: () => void): void {
  const missing = needs.filter((name) => !existsSync(new URL(name, ROOT)));
  if (missing.length === 0) describe(title, suite);
  else if (process.env['CI'] === 'true')
    describe(title, () =>
      it('has its test data', () => {
        throw new Error(`missing beside the checkout: shared/${missing.join(', shared/')}`);
      }),
    );
  else describe.skip(`${title} (skipped: no ../shared/${missing.join(', ../shared/')})`, suite);
}
