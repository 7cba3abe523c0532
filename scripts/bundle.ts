/** What esbuild is told: the entries, what stays outside, and how each library has to be taken. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import { build, transform, type BuildOptions, type Metafile, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const require = createRequire(import.meta.url);

/** Entries that other programs import and that run in a browser, too: `z80lm/emu` is src/emu.ts. */
export const PORTABLE = ['model', 'asm', 'emu', 'transfer'];
/** The command, the library, and what they start as threads and processes (src/package.ts). */
const NODE_ONLY = [
  'cli',
  'index',
  'trainer/worker',
  'trainer/closed/closed-worker',
  'tui/engine-process',
  'host/board-process',
];

/**
 * What the bundle leaves to be found at run time: native parts and what reads files of its own package, which are
 * dependencies; optional peers; and what libraries ask for and do without.
 */
const OUTSIDE = [
  '@serialport/bindings-cpp',
  '@lydell/node-pty',
  'blessed',
  '@tensorflow/tfjs-node',
  '@anthropic-ai/sdk',
  'openai',
  'canvas',
  'supports-color',
];

export function bundleOptions(): BuildOptions & { metafile: true; write: false; outdir: string } {
  return {
    absWorkingDir: ROOT,
    entryPoints: [...PORTABLE, ...NODE_ONLY].map((name) => ({ in: `src/${name}.ts`, out: basename(name) })),
    outdir: 'dist',
    // All files lie side by side: src/package.ts counts on it.
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.16',
    // fflate's build for Node asks for worker threads, which we do not use; the other's cannot be taken apart.
    alias: { fflate: 'fflate/browser', 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    external: OUTSIDE,
    plugins: [libraries],
    sourcemap: 'linked',
    // Our own lines stay as they are, for stack traces; the libraries are minified one by one.
    minify: false,
    charset: 'utf8',
    metafile: true,
    write: false,
    logLevel: 'warning',
  };
}

const IN_LIBRARY = /[\\/]node_modules[\\/]/;
const STAND_IN = 'stand-in';
/** In the place of modules that are asked for and not needed. */
const STAND_INS: Readonly<Record<string, string>> = {
  fs: 'module.exports = {};',
  'node-fetch': 'module.exports = globalThis.fetch;',
};

/**
 * `require` for CommonJS libraries that want a module of Node's, or a native package. Not an import, which would keep
 * browsers from loading a chunk that has this and never runs it; before its first line, so that the map stays right.
 */
const NODE_REQUIRE = `const require = globalThis.process?.getBuiltinModule?.('module').createRequire(import.meta.url); `;

/** What some files count on and no ES module has. */
const HEADS: [file: RegExp, head: string][] = [
  // Its buffers are made with `new Buffer`, which Node warns of and browsers lack; its counter is declared nowhere.
  [/xmodem\.js[\\/]lib/, 'var i; var { Buffer } = require("buffer");\n'],
  // Looks for its .wasm files there, unless it is told where they are, as it is.
  [/tf-backend-wasm\.node\.js$/, 'var __dirname = "";\n'],
];

const libraries: Plugin = {
  name: 'libraries',
  setup(builder) {
    // xmodem.js asks for modules of Node's. Buffers and events are there as packages, too; files are for its receiver,
    // which we do not use.
    builder.onResolve({ filter: /^(buffer|events|fs)$/ }, ({ path, importer }) => {
      if (!/[\\/]node_modules[\\/](xmodem\.js|crc|buffer)[\\/]/.test(importer)) return undefined;
      return path === 'fs' ? { path, namespace: STAND_IN } : { path: require.resolve(`${path}/`) };
    });
    // TensorFlow.js fetches nothing here: its node-fetch would be 400 KB that nothing calls.
    builder.onResolve({ filter: /^node-fetch$/ }, ({ path }) => ({ path, namespace: STAND_IN }));
    builder.onLoad({ filter: /.*/, namespace: STAND_IN }, ({ path }) => ({ contents: STAND_INS[path]! }));

    builder.onLoad({ filter: /\.[cm]?js$/ }, async ({ path }) => {
      if (!IN_LIBRARY.test(path)) return undefined;
      const head = HEADS.find(([file]) => file.test(path))?.[1] ?? '';
      const { code } = await transform(head + readFileSync(path, 'utf8'), { minify: true, legalComments: 'none' });
      return { contents: code, loader: 'js' };
    });
    builder.onEnd(({ outputFiles = [] }) => {
      for (const file of outputFiles)
        if (file.path.endsWith('.map')) file.contents = Buffer.from(ownMap(file.text));
        else if (/typeof require\b/.test(file.text)) file.contents = Buffer.from(NODE_REQUIRE + file.text);
    });
  },
};

/** The source map without the libraries, whose lines are minified: theirs would be twice as long as ours. */
function ownMap(text: string): string {
  const map = JSON.parse(text) as { sources: string[]; sourcesContent: string[]; mappings: string };
  const own = map.sources.map((source) => !IN_LIBRARY.test(source) && !source.startsWith(`${STAND_IN}:`));
  const places = own.map((_, at) => own.slice(0, at).filter(Boolean).length);
  const mappings = decode(map.mappings).map((line) =>
    line.flatMap(([column, source, ...rest]): SourceMapSegment[] =>
      source !== undefined && own[source] ? [[column, places[source]!, ...rest] as SourceMapSegment] : [[column]],
    ),
  );
  return JSON.stringify({
    ...map,
    sources: map.sources.filter((_, at) => own[at]),
    sourcesContent: map.sourcesContent.filter((_, at) => own[at]),
    mappings: encode(
      mappings.map((line) => line.filter((segment, at) => segment.length > 1 || line[at - 1]?.length !== 1)),
    ),
  });
}

/** Imports of Node's modules, or of packages, that a portable entry would load at once: there are to be none. */
export function portabilityFaults({ outputs }: Metafile): string[] {
  const faults = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const { path, external, kind } of outputs[name]!.imports) {
      if (external) faults.add(`${name} imports ${path}`);
      else if (kind === 'import-statement') visit(path);
    }
  };
  for (const [name, { entryPoint }] of Object.entries(outputs))
    if (PORTABLE.some((portable) => entryPoint === `src/${portable}.ts`)) visit(name);
  return [...faults];
}

/** TensorFlow.js' kernels as WebAssembly: with SIMD and without; the build with threads is not for Node. */
function wasmFiles(): { from: string; name: string }[] {
  const folder = `${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`;
  return ['tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm.wasm'].map((name) => ({ from: folder + name, name }));
}

/** All that runs, and none of the declarations, into a folder that is there. */
export async function bundleInto(folder: string): Promise<Metafile> {
  const { metafile, outputFiles } = await build({ ...bundleOptions(), outdir: folder });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  for (const { from, name } of wasmFiles()) copyFileSync(from, `${folder}/${name}`);
  return metafile;
}
