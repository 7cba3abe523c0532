/** The assemblers we are compared with: pasmo and z80asm, as Debian packages them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Peer = 'pasmo' | 'z80asm';

/** Assemble with a peer; throws with its words if it refuses. */
export function assembleWith(peer: Peer, source: string, files: Record<string, string | Uint8Array> = {}): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'z80lm-peer-'));
  try {
    writeFileSync(join(folder, 'in.asm'), source);
    for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents);
    const args = peer === 'pasmo' ? ['in.asm', 'out.bin'] : ['-o', 'out.bin', 'in.asm'];
    execFileSync(peer, args, { cwd: folder, stdio: 'pipe' });
    return new Uint8Array(readFileSync(join(folder, 'out.bin')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where two programs part, in a few words; 'none' if they are equal. */
export function firstDifference(ours: Uint8Array, theirs: Uint8Array): string {
  const at = ours.findIndex((byte, i) => byte !== theirs[i]);
  if (at < 0) return ours.length === theirs.length ? 'none' : `lengths ${ours.length} and ${theirs.length}`;
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(at, at + 8)).toString('hex');
  return `at ${at}: ${hex(ours)} and ${hex(theirs)}`;
}
