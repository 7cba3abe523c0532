/** Training with @tensorflow/tfjs-node as a user has it: installed, found, and sound or not. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeModel } from '../../src/model/npz.js';
import { finding, realOverStandIn, realPackage, standIn, type Kind } from '../fakes/tfjs-node.js';
import { SMALL_RUN } from '../trainer/small-run.js';
import { cli, type CliRun } from './cli.js';

const folder = mkdtempSync(join(tmpdir(), 'z80lm-native-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const data = join(folder, 'data.txt');
writeFileSync(data, SMALL_RUN.pairs.map(({ question, answer }) => `${question}|${answer}\n`).join(''));
const model = join(folder, 'm.npz');

function train(env: Record<string, string>, ...flags: string[]): Promise<CliRun> {
  const size = ['--hidden', '16', '--epochs', '300', '--workers', '2'];
  return cli(['train', data, '-o', model, '--free', ...size, ...flags], { env });
}

function environment(kind: Kind): Record<string, string> {
  const place = mkdtempSync(join(folder, 'p-'));
  standIn(place, kind);
  return finding(place);
}

/** Learnt by heart, by that backend. */
function expectLearnt({ status, stdout }: CliRun, backend: RegExp): void {
  expect(stdout).toContain('whole answers right 100.0% of 6 training pairs');
  expect(status).toBe(0);
  expect(decodeModel(readFileSync(model), model).about.training!['backend']).toMatch(backend);
}

describe('train', () => {
  it('takes a native backend that computes, without a word', async () => {
    const run = await train(environment('sound'));
    expect(run.stderr).not.toContain('cannot be used');
    expectLearnt(run, /^tensorflow \d/);
  });

  it.each<[Kind, string]>([
    ['calls what Node has removed', 'isNullOrUndefined) is not a function'],
    // The first worker has it and the second has not: then neither uses it.
    ['works in one thread only', 'Module did not self-register'],
  ])('that %s: auto says so in one line and trains with WASM', async (kind, reason) => {
    const run = await train(environment(kind));
    const lines = run.stderr.split('\n').filter((line) => line.includes('cannot be used'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^@tensorflow\/tfjs-node is installed and cannot be used, so the WASM backend trains: /);
    expect(lines[0]).toContain(reason);
    expectLearnt(run, /^wasm \d/);
    expect(JSON.parse((await train(environment(kind), '--json')).stdout.split('\n')[0]!)).toMatchObject({
      type: 'start',
      fallback: expect.stringContaining(reason) as string,
    });
  });

  it('by name it is an error and not a trace; a missing one comes with the line that installs it', async () => {
    const broken = await train(environment('calls what Node has removed'), '--backend', 'tensorflow');
    expect(broken.status).toBe(2);
    expect(broken.stderr).toMatch(/^error: the TensorFlow\.js backend does not load: .*is not a function\nhint: omit/);
    const missing = await train({}, '--backend', 'tensorflow');
    expect(missing.status).toBe(2);
    expect(missing.stderr).toMatch(
      /^error: .*: @tensorflow\/tfjs-node is not installed\nhint: npm i .*tfjs-node@4, or/,
    );
  });
});

describe('doctor', () => {
  it('says of the backend what train will do', async () => {
    const run = await cli(['doctor'], { env: environment('calls what Node has removed') });
    expect(run.stdout).toMatch(
      /^note {2}training +TensorFlow\.js computes with wasm .*cannot be used: .*is not a function$/m,
    );
    expect(run.status).toBe(0);
    const sound = await cli(['doctor'], { env: environment('sound') });
    expect(sound.stdout).toMatch(/^good {2}training +TensorFlow\.js computes with tensorflow \d[\d.]+$/m);
  });
});

/** Its JavaScript is the package's own; only what is native is played. TFJS_NODE says where it is (.ci/run). */
const real = realPackage();
const title = "the package's own JavaScript";
describe.skipIf(real === undefined)(real === undefined ? `${title} (skipped: no TFJS_NODE)` : title, () => {
  /** Node 23 has removed functions that it calls. */
  const works = Number(process.versions.node.split('.')[0]) < 23;

  it(works ? 'learns' : 'is not used on this Node', async () => {
    const env = realOverStandIn(mkdtempSync(join(folder, 'real-')), real!);
    expectLearnt(await train(env), works ? /^tensorflow \d/ : /^wasm \d/);
    const named = await train(env, '--backend', 'tensorflow');
    if (works) return expectLearnt(named, /^tensorflow \d/);
    expect(named.stderr).toMatch(/^error: .*it needs Node 22 or older, and this is Node .*is not a function\nhint: /);
  });
});
