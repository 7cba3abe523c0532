import { describe, expect, it } from 'vitest';
import { HERE, installFindings, type InstallFinding, type Surroundings } from '../../src/commands/install-checks.js';
import { LinkError } from '../../src/seams/errors.js';

const USB = '/dev/ttyUSB0';
const facts = { path: USB, mode: 0o660, owner: 'root', group: 'dialout', user: 'ada', member: false, inSession: false };
const sound: Surroundings = {
  nodeVersion: '22.1.0',
  engines: '>=20',
  platform: 'linux',
  load: async () => ({}),
  backend: async () => 'wasm 4.22.0',
  ports: async () => [USB],
  facts: () => ({ ...facts, member: true, inSession: true }),
  runs: () => false,
};

async function findings(change: Partial<Surroundings> = {}): Promise<InstallFinding[]> {
  const all: InstallFinding[] = [];
  for await (const finding of installFindings({ ...sound, ...change })) all.push(finding);
  return all;
}

const bad = async (change: Partial<Surroundings>) =>
  (await findings(change)).filter(({ verdict }) => verdict !== 'good');

describe('the install', () => {
  it('is sound: every check says so', async () => {
    const all = await findings();
    expect(all.map(({ check }) => check)).toEqual(['Node', 'serialport', 'node-pty', 'training', 'ports']);
    expect(all.every(({ verdict }) => verdict === 'good')).toBe(true);
  });

  it('an old Node', async () => {
    const [finding] = await bad({ nodeVersion: '18.19.0' });
    expect(finding).toMatchObject({ check: 'Node', verdict: 'bad', words: '18.19.0, and >=20 is needed' });
  });

  it('a native part that does not load, and what still works', async () => {
    const load = async (name: string): Promise<unknown> => {
      if (name === 'serialport') throw new Error('No native build was found\nfor platform=sunos');
      return {};
    };
    const [finding] = await bad({ load });
    expect(finding).toMatchObject({
      check: 'serialport',
      verdict: 'bad',
      words: 'no serial ports, for it does not load: No native build was found',
    });
    expect(finding!.remedy).toContain('tcp://HOST:PORT still works');
  });

  it('no backend', async () => {
    const [finding] = await bad({ backend: () => Promise.reject(new Error('no wasm here')) });
    expect(finding).toMatchObject({ check: 'training', verdict: 'bad', words: 'no backend loads: no wasm here' });
  });

  it.each([
    [{ ...facts }, 'sudo usermod -aG dialout ada'],
    [{ ...facts, member: true }, 'newgrp dialout'],
    [{ ...facts, mode: 0o600 }, 'sudo chmod a+rw /dev/ttyUSB0'],
  ])('a port that this user may not open: %j', async (node, remedy) => {
    const [finding] = await bad({ facts: () => node });
    expect(finding).toMatchObject({ check: 'ports', verdict: 'bad', words: `${USB} may not be opened by ada` });
    expect(finding!.remedy).toContain(remedy);
  });

  it('the owner, the world and root need no group', async () => {
    for (const node of [
      { ...facts, owner: 'ada' },
      { ...facts, mode: 0o666 },
      { ...facts, user: 'root' },
    ])
      expect(await bad({ facts: () => node })).toEqual([]);
  });

  it('no ports, and a list of ports that cannot be had', async () => {
    expect(await bad({ ports: async () => [] })).toMatchObject([{ verdict: 'note', words: 'no serial port is there' }]);
    const ports = () => Promise.reject(new LinkError('no list', { hint: 'do this' }));
    expect(await bad({ ports })).toMatchObject([{ verdict: 'bad', words: 'no list', remedy: 'do this' }]);
  });

  it('ModemManager, on Linux only', async () => {
    const runs = (name: string): boolean => name === 'ModemManager';
    expect(await bad({ runs })).toMatchObject([{ check: 'ModemManager', verdict: 'note' }]);
    expect(await bad({ runs, platform: 'darwin' })).toEqual([]);
  });

  it('here and now: Node is new enough, the native parts load, a backend trains', async () => {
    const all: InstallFinding[] = [];
    for await (const finding of installFindings({ ...HERE, ports: async () => [] })) all.push(finding);
    const verdicts = Object.fromEntries(all.map(({ check, verdict }) => [check, verdict]));
    expect(verdicts).toMatchObject({ Node: 'good', serialport: 'good', 'node-pty': 'good', training: 'good' });
  });
});
