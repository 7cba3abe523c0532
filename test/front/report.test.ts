import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/commands/report.js';
import { cli } from '../e2e/cli.js';

const about = { host: 'workbench', user: 'ada', home: '/home/ada' };

describe('redact', () => {
  it.each([
    ['/home/ada/z80/out', '~/z80/out'],
    ['on WORKBENCH it fails', 'on (host) it fails'],
    ['ada@workbench: adapter of ada', '(user)@(host): adapter of (user)'],
    ['port tcp://board.lan:2217 is silent', 'port tcp://(host):2217 is silent'],
    ['tcp://[fe80::1]:99', 'tcp://(host):99'],
    ['tcp://localhost:6850 and 127.0.0.1', 'tcp://localhost:6850 and 127.0.0.1'],
    ['connect to 192.168.1.20 failed', 'connect to (address) failed'],
    ['mail ada.l@example.org', 'mail (mail)'],
    ['"token": "abc123"', '"token": "(secret)"'],
    ['API_KEY=s3cr3t', 'API_KEY=(secret)'],
    ['used ghp_abcdefghijklmnop', 'used (secret)'],
    ['Adagio, ada-pter, 1.2.3', 'Adagio, ada-pter, 1.2.3'],
  ])('%j', (text, expected) => expect(redact(text, about)).toBe(expected));
});

describe('z80lm report', () => {
  it('zips what a developer asks for, names taken out, and says what is in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'z80lm-report-'));
    mkdirSync(join(folder, 'run'));
    writeFileSync(join(folder, 'run/board.log'), `hello from ${hostname()} in ${homedir()}/x\n`);
    writeFileSync(join(folder, 'run/model.npz'), 'not text');
    const zip = join(folder, 'r.zip');
    const { status, stdout, stderr } = await cli(['report', '-o', zip, '--out', join(folder, 'run')], {
      env: { Z80LM_PORT: 'tcp://board.lan:99', MY_TOKEN: 'hunter2' },
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const entries = Object.entries(unzipSync(new Uint8Array(readFileSync(zip))));
    const files = new Map(entries.map(([name, bytes]) => [name, strFromU8(bytes)]));
    expect([...files.keys()]).toEqual([
      'versions.txt',
      'doctor.txt',
      'settings.txt',
      'environment.txt',
      'run/board.log',
    ]);
    for (const name of files.keys()) expect(stdout).toContain(name);
    expect(files.get('versions.txt')).toMatch(/^z80lm \d+\.\d+\.\d+\nnode \d+/);
    expect(files.get('settings.txt')).toBe('port = tcp://(host):99  (Z80LM_PORT)\n');
    expect(files.get('run/board.log')).toBe('hello from (host) in ~/x\n');
    for (const text of files.values()) {
      expect(text).not.toContain('hunter2');
      expect(text).not.toContain('board.lan');
    }
  });
});
