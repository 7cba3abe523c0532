/**
 * Stand-ins for @tensorflow/tfjs-node, which nobody is made to install: packages of that name in a folder of their own,
 * which a process that is started with NODE_PATH finds.
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAME = '@tensorflow/tfjs-node';
const require = createRequire(import.meta.url);

/** TensorFlow.js with kernels in plain JavaScript, under the name of the native backend. */
const SOUND = `
const tf = require(${JSON.stringify(require.resolve('@tensorflow/tfjs-core'))});
const { MathBackendCPU } = require(${JSON.stringify(require.resolve('@tensorflow/tfjs-backend-cpu'))});
tf.registerBackend('tensorflow', () => new MathBackendCPU(), 3);
for (const kernel of tf.getKernelsForBackend('cpu')) tf.registerKernel({ ...kernel, backendName: 'tensorflow' });
tf.setBackend('tensorflow');
const product = (compute) => {
  const { kernelFunc } = tf.getKernel('BatchMatMul', 'cpu');
  tf.unregisterKernel('BatchMatMul', 'tensorflow');
  tf.registerKernel({ kernelName: 'BatchMatMul', backendName: 'tensorflow', kernelFunc: (args) => compute(kernelFunc, args) });
};
module.exports = { ...tf, version: { 'tfjs-core': tf.version_core, 'tfjs-node': tf.version_core } };
`;

/** What the package may be like. */
export const KINDS = {
  sound: SOUND,
  /** As on Node 23 and newer. */
  'calls what Node has removed': `${SOUND}
product(() => { throw new TypeError('(0 , util_1.isNullOrUndefined) is not a function'); });`,
  'multiplies wrongly': `${SOUND}
product((compute, args) => compute({ ...args, inputs: { a: args.inputs.b, b: args.inputs.a } }));`,
  'does not answer': `${SOUND}
module.exports.ready = () => new Promise(() => {});`,
  'has no library': `throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found at path: x. \\nPlease run');`,
  /** In one thread it computes, in the next it does not: other libraries have been like that. */
  'works in one thread only': `${SOUND}
try {
  require('node:fs').writeFileSync(__dirname + '/taken', '', { flag: 'wx' });
} catch {
  throw new Error('Module did not self-register');
}`,
} as const;
export type Kind = keyof typeof KINDS;

/** @param folder an empty one @returns where it lies */
export function standIn(folder: string, kind: Kind): string {
  const place = join(folder, 'node_modules', NAME);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), JSON.stringify({ name: NAME, version: '4.22.0', main: 'index.js' }));
  writeFileSync(join(place, 'index.js'), KINDS[kind]);
  return place;
}

/** The environment of a process that finds it. */
export function finding(folder: string): Record<string, string> {
  return { NODE_PATH: join(folder, 'node_modules') };
}

/** Where somebody has put the package itself: `npm i --ignore-scripts` into a folder that TFJS_NODE names. */
export function realPackage(): string | undefined {
  return process.env['TFJS_NODE'] || undefined;
}

/**
 * The package's own JavaScript over a stand-in for its native part alone (tfjs-binding.cjs), in a copy.
 * @returns the environment of a process that finds it
 */
export function realOverStandIn(folder: string, real: string): Record<string, string> {
  const place = join(folder, 'node_modules', NAME);
  cpSync(join(real, 'node_modules', NAME), place, { recursive: true });
  const native = join(place, 'lib/napi-v8/tfjs_binding.node');
  mkdirSync(dirname(native), { recursive: true });
  writeFileSync(native, '');
  const binding = fileURLToPath(new URL('./tfjs-binding.cjs', import.meta.url));
  const hook = join(folder, 'hook.cjs');
  writeFileSync(
    hook,
    `const { _extensions } = require('node:module');
const before = _extensions['.node'];
_extensions['.node'] = (module, path) => {
  if (!path.endsWith('tfjs_binding.node')) return before(module, path);
  module.exports = require(${JSON.stringify(binding)});
};`,
  );
  return {
    NODE_PATH: [join(folder, 'node_modules'), join(real, 'node_modules')].join(delimiter),
    NODE_OPTIONS: `--require ${hook} --no-deprecation`,
  };
}
