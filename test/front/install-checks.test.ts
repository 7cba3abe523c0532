import { describe, expect, it } from 'vitest';
import { HERE, installFindings, type InstallFinding, type Surroundings } from '../../src/commands/install-checks.js';
import { LinkError } from '../../src/seams/errors.js';

const USB = '/dev/ttyUSB0';
const facts = {
  path: USB,
  mode: 0o660,
  owner: 'root',
  group: 'dialout',
  groupId: 20,
  user: 'ada',
  member: false,
  inSession: false,
  mayOpen: false,
};
const sound: Surroundings = {
  nodeVersion: '22.1.0',
  engines: '>=20',
  platform: 'linux',
  serial: async () => ({}),
  pty: async () => ({ close: () => {} }),
  backend: async () => ({ name: 'wasm 4.22.0' }),
  ports: async () => [USB],
  chosenPort: async () => undefined,
  facts: () => ({ ...facts, member: true, inSession: true, mayOpen: true }),
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
    expect(all.map(({ check }) => check)).toEqual(['Node', 'serialport', 'virtual board', 'training', 'ports']);
    expect(all.every(({ verdict }) => verdict === 'good')).toBe(true);
  });

  it.each(['18.19.0', '20.15.9', '20.9.0'])('an old Node: %s', async (nodeVersion) => {
    const [finding] = await bad({ nodeVersion, engines: '>=20.16' });
    expect(finding).toMatchObject({ check: 'Node', verdict: 'bad', words: `${nodeVersion}, and >=20.16 is needed` });
  });

  it.each(['20.16.0', '20.20.2', '22.1.0'])('a Node that will do: %s', async (nodeVersion) => {
    expect(await bad({ nodeVersion, engines: '>=20.16' })).toEqual([]);
  });

  it('a native part that does not load, and what still works', async () => {
    const serial = () => Promise.reject(new Error('No native build was found\nfor platform=sunos'));
    const [finding] = await bad({ serial });
    expect(finding).toMatchObject({
      check: 'serialport',
      verdict: 'bad',
      words: 'serial ports cannot be opened, because the native part does not load: No native build was found',
    });
    expect(finding!.remedy).toContain('works, as tcp://HOST:PORT');
  });

  it('a system without pseudo-terminals, which breaks nothing', async () => {
    const pty = () => Promise.reject(new LinkError('stty, which makes it raw, is not installed'));
    expect(await bad({ pty })).toMatchObject([
      {
        check: 'virtual board',
        verdict: 'note',
        words: 'it listens on TCP, because there is no pseudo-terminal: stty, which makes it raw, is not installed',
      },
    ]);
  });

  it('no backend', async () => {
    const [finding] = await bad({ backend: () => Promise.reject(new Error('no wasm here')) });
    expect(finding).toMatchObject({ check: 'training', verdict: 'bad', words: 'no backend computes: no wasm here' });
  });

  it('a native backend that cannot be used, which breaks nothing', async () => {
    const fallback = 'it multiplies wrongly';
    expect(await bad({ backend: async () => ({ name: 'wasm 4.22.0', fallback }) })).toMatchObject([
      {
        check: 'training',
        verdict: 'note',
        words:
          'TensorFlow.js computes with wasm 4.22.0, because @tensorflow/tfjs-node is installed and cannot be used: it multiplies wrongly',
      },
    ]);
  });

  it.each([
    [{ ...facts }, 'sudo usermod -aG dialout ada'],
    [{ ...facts, member: true }, 'newgrp dialout'],
    [{ ...facts, mode: 0o600 }, 'sudo chmod a+rw /dev/ttyUSB0'],
  ])(
    'a port that this user may not open is a note, and bad if it is the one that was chosen: %j',
    async (node, remedy) => {
      for (const [chosen, verdict] of [
        [undefined, 'note'],
        ['/dev/ttyUSB1', 'note'],
        [USB, 'bad'],
      ]) {
        const [finding] = await bad({ facts: () => node, chosenPort: async () => chosen });
        expect(finding).toMatchObject({ check: 'ports', verdict, words: `${USB} may not be opened by ada` });
        expect(finding!.remedy).toContain(remedy);
      }
    },
  );

  it('names no package that is not published', async () => {
    const refused = () => Promise.reject(new Error('no'));
    const all = await findings({ nodeVersion: '18.0.0', serial: refused, pty: refused, backend: refused });
    for (const { remedy } of all) expect(remedy ?? '').not.toContain('npm i');
  });

  it('a port that a container was not given', async () => {
    const all = await bad({ facts: () => undefined });
    expect(all).toMatchObject([
      { verdict: 'note', words: `${USB} is listed by the system, but there is no such device here` },
    ]);
    expect(await bad({ facts: () => undefined, platform: 'darwin' })).toEqual([]);
  });

  it('no ports, and a list of ports that cannot be had', async () => {
    expect(await bad({ ports: async () => [] })).toMatchObject([{ verdict: 'note', words: 'there is no serial port' }]);
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
    expect(verdicts).toMatchObject({ Node: 'good', serialport: 'good', training: 'good' });
  });
});
