import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { harmlessJson, harmlessText } from '../../src/commands/harmless.js';
import { environment, settingText } from '../../src/commands/report.js';
import { SETTINGS } from '../../src/commands/settings.js';
import { here } from './here.js';

/** A line, and the part of it that must be nowhere. Made up, in the shapes that the real ones have. */
const SECRETS: readonly (readonly [line: string, secret: string])[] = [
  ['Authorization: Bearer abc.def-123', 'abc.def-123'],
  ['Authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
  ['password: "a b"', '"a b"'],
  ['password = hunter2', 'hunter2'],
  ['the password is Tr0ub4dor&3', 'Tr0ub4dor&3'],
  ['my passphrase is correct horse battery staple', 'battery staple'],
  ['AWS key AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
  ['aws_secret_access_key=wJalrXUtnFEMI/K7MDENG', 'wJalrXUtnFEMI'],
  ['github_pat_11ABCDEFG0123456789_abc', 'github_pat_11ABCDEFG0123456789_abc'],
  ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', 'ghp_abcdefghijklmnopqrstuvwxyz'],
  ['glpat-ABCdef123456_7890', 'glpat-ABCdef123456_7890'],
  ['AIzaSyA-1234567890abcdefghijklmnopqrstu', 'AIzaSyA-1234567890'],
  ['hf_abcdefghijklmnopqrstuvwxyz', 'hf_abcdefghij'],
  ['sk-ant-api03-abcdef', 'sk-ant-api03-abcdef'],
  ['npm_abcdefghijklmnop0123', 'npm_abcdefghijklmnop0123'],
  ['xoxb-123456789012-abcdef', 'xoxb-123456789012'],
  ['https://ada:letmein@example.org/x', 'letmein'],
  ['postgres://ada:pw@db.example/x', 'db.example'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig', 'eyJhbGciOiJIUzI1NiJ9'],
  [
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----',
    'b3BlbnNzaC1rZXktdjE',
  ],
  ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA ada@workbench', 'AAAAC3NzaC1lZDI1NTE5'],
  ['mail ada.lovelace@example.org', 'ada.lovelace'],
  ['connect to 192.168.1.20 failed', '192.168.1.20'],
  ['from fe80::1ff:fe23:4567:890a', 'fe80::1ff'],
  ['hardware address 00:1b:44:11:3a:b7', '00:1b:44'],
  ['call +1 415 555 2671', '555 2671'],
  ['on 4111 1111 1111 1111', '1111 1111'],
  ['12 Elm Street, Springfield', 'Elm Street'],
  ['in /home/ada/z80/out', '/home/ada'],
  ['in C:\\Users\\ada\\z80', 'ada'],
  ['serial number FT9ABC12', 'FT9ABC12'],
  ['SESSION=0123456789abcdef0123456789abcdef', '0123456789abcdef'],
  ['i live with alice in rome', 'alice'],
  ['caf\u00e9 \u5bc6\u7801', '\u5bc6'],
];

const folder = mkdtempSync(join(tmpdir(), 'z80lm-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(SECRETS)('%j', (line, secret) => {
  it('is in no text, JSON, setting or variable', () => {
    const texts = [
      harmlessText(line),
      harmlessText(`A>DIR\n${line}\nthe port went away`),
      JSON.stringify(harmlessJson({ name: line, error: line, places: [line, { [line]: 1 }], [line]: line })),
      environment({ TERM: line, LANG: line, CI: line, Z80LM_PORT: line, Z80LM_BAUD: line, MY_TOKEN: line }),
      ...SETTINGS.map((setting) => settingText(setting, line)),
    ];
    for (const text of texts) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
  });
});

describe('what is harmless stays', () => {
  it.each([
    'the port went away at block 3 of 11; waiting for it',
    '/dev/ttyUSB0 may be opened',
    'A>DIR',
    '95 of 256 come back as they are',
    '115200 baud: what comes is text',
    '20.11.0 (>=20 is needed)',
  ])('%s', (line) => expect(harmlessText(line)).toBe(line));

  it('and of the rest, how much it is; a name of this user or computer is none of ours', () => {
    expect(harmlessText('the port\nfor alice\n\x1b[2J\n\nthe board', ['board'])).toBe(
      'the port\n[2 lines, 13 characters]\n\n[1 line, 9 characters]',
    );
    expect(harmlessJson({ equal: true, pairs: 4, hash: 'x', error: 'alice', type: 'done' })).toEqual({
      equal: true,
      pairs: 4,
      error: '[text, 5 characters]',
      type: 'done',
      '[others]': 1,
    });
  });

  it('and of settings and variables what has a form that we know', () => {
    const setting = (key: string) => SETTINGS.find((one) => one.key === key)!;
    expect(settingText(setting('port'), 'tcp://board.lan:2217')).toBe('tcp://[host]:2217');
    expect(settingText(setting('port'), '/dev/ttyUSB0')).toBe('/dev/ttyUSB0');
    expect(settingText(setting('baud'), 9600)).toBe('9600');
    expect(settingText(setting('flow'), 'none')).toBe('none');
    expect(environment({ TERM: 'xterm-256color', LANG: 'de_DE.UTF-8', HOME: '/x', Z80LM_BAUD: '9600' })).toBe(
      'LANG=de_DE.UTF-8\nTERM=xterm-256color\nZ80LM_BAUD=9600\n',
    );
  });
});

describe('z80lm report', () => {
  it('zips what a developer asks for, none of the secrets, and says what is in it', async () => {
    const run = join(folder, 'run');
    mkdirSync(run);
    const all = SECRETS.map(([line]) => line).join('\n');
    writeFileSync(join(run, 'board.log'), `A>DIR\nhello from ${hostname()}\n${all}\n`);
    writeFileSync(join(run, 'ada-secret.txt'), all);
    writeFileSync(join(run, 'x.json'), JSON.stringify({ equal: false, all }));
    writeFileSync(join(run, 'model.npz'), 'not text');
    const zip = join(folder, 'r.zip');
    vi.stubEnv('Z80LM_PORT', 'tcp://board.lan:99');
    const { status, stdout, stderr } = await here(['report', '-o', zip, '--out', run]);
    vi.unstubAllEnvs();
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const entries = Object.entries(unzipSync(new Uint8Array(readFileSync(zip))));
    const files = new Map(entries.map(([name, bytes]) => [name, strFromU8(bytes)]));
    expect([...files.keys()]).toEqual([
      'versions.txt',
      'doctor.txt',
      'settings.txt',
      'environment.txt',
      'run/file-1.txt',
      'run/board.log',
      'run/file-2.json',
    ]);
    for (const name of files.keys()) expect(stdout).toContain(name);
    expect(files.get('versions.txt')).toMatch(/^z80lm \d+\.\d+\.\d+\nnode \d+/);
    expect(files.get('settings.txt')).toBe('port = tcp://[host]:99  (Z80LM_PORT)\n');
    expect(files.get('run/board.log')).toMatch(/^A>DIR\n\[\d+ lines, \d+ characters\]\n$/);
    expect(files.get('run/file-2.json')).toBe('{\n "equal": false,\n "[others]": 1\n}\n');
    for (const [name, text] of files)
      for (const [, secret] of [...SECRETS, ['', 'board.lan'], ['', 'not text']] as const)
        expect(name + text).not.toContain(secret);
  });

  it('is not written over a log that it is about', async () => {
    const { status, stderr } = await here([
      'report',
      '-o',
      join(folder, 'run/board.log'),
      '--out',
      join(folder, 'run'),
    ]);
    expect(stderr).toContain('this file is read, and would be written over');
    expect(status).toBe(2);
  });
});
