/** `z80lm doctor` of a board behind a network. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli } from '../e2e/cli.js';

it('asks no adapter of this computer about it, and ends when the line is lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'z80lm-doctor-'));
  const server = createServer((socket) => socket.on('error', () => undefined).on('data', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const port = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { status, stdout, stderr } = await cli(['doctor', '--port', port], {
      cwd: folder,
      env: { XDG_CONFIG_HOME: folder },
    });
    expect(stdout).toContain(`${port} is open`);
    expect(stderr).not.toContain('no port fits');
    expect(status).toBe(3);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}, 30_000);
