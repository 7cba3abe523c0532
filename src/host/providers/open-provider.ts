/**
 * Who can be asked, and what each needs. Keys come from the environment alone, never from a flag (other users of the
 * computer see those) or a file (which gets committed), and leave it only in the request itself.
 */
import { UsageError } from '../../seams/errors.js';
import type { Provider } from '../../seams/provider.js';
import { installLine } from './install-line.js';

export const PROVIDER_NAMES = ['claude', 'ollama', 'openai-compatible'] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

export interface ProviderFlags {
  model?: string | undefined;
  baseUrl?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const OFFLINE = 'or work offline:  z80lm data gen twenty-questions --provider spec';

/**
 * The SDK that each needs, and its version. Those of 20 MB and more do not come with z80lm: they are optional peers,
 * for whoever asks that provider. Ollama's is small and comes along.
 */
export const SDKS: Readonly<Record<ProviderName, { name: string; version: string }>> = {
  claude: { name: '@anthropic-ai/sdk', version: '1' },
  ollama: { name: 'ollama', version: '0.6' },
  'openai-compatible': { name: 'openai', version: '6' },
};

/**
 * @throws UsageError for a key that is missing, an address that is none, or an SDK that is not installed; and for a
 *   key that would cross a network in the clear
 */
export async function openProvider(
  name: ProviderName,
  flags: ProviderFlags,
  env: Environment,
  load: (sdk: string) => Promise<unknown> = (sdk) => import(sdk),
): Promise<Provider> {
  const provider = await {
    claude: () => openClaude(flags, env),
    ollama: () => openOllama(flags, env),
    'openai-compatible': () => openOpenAi(flags, env),
  }[name]();
  const sdk = SDKS[name];
  try {
    await load(sdk.name);
  } catch (cause) {
    throw new UsageError(`--provider ${name} needs the package ${sdk.name}, which is not installed`, {
      hint: `${installLine(`${sdk.name}@${sdk.version}`)}  and try again; ${OFFLINE}`,
      cause,
    });
  }
  return provider;
}

async function openClaude({ model, baseUrl }: ProviderFlags, env: Environment): Promise<Provider> {
  const key = keyFrom(env, 'ANTHROPIC_API_KEY') ?? missing('ANTHROPIC_API_KEY', 'claude');
  const url = checked(baseUrl ?? 'https://api.anthropic.com', 'ANTHROPIC_API_KEY', key);
  const { claude } = await import('./claude.js');
  return claude({ model: model ?? 'claude-haiku-5-5', key, baseUrl: url });
}

async function openOllama({ model, baseUrl }: ProviderFlags, env: Environment): Promise<Provider> {
  const host = baseUrl ?? (env['OLLAMA_HOST'] || 'http://127.0.0.1:11434');
  const { ollama } = await import('./ollama.js');
  return ollama({ model: model ?? 'llama3.2', host });
}

async function openOpenAi({ model, baseUrl }: ProviderFlags, env: Environment): Promise<Provider> {
  if (model === undefined)
    throw new UsageError('--provider openai-compatible needs --model', { hint: 'name a model that the server offers' });
  const key = keyFrom(env, 'OPENAI_API_KEY');
  if (baseUrl === undefined && key === undefined) missing('OPENAI_API_KEY', 'openai-compatible');
  const url = checked(baseUrl ?? 'https://api.openai.com/v1', 'OPENAI_API_KEY', key);
  const { openAiCompatible } = await import('./openai-compatible.js');
  return openAiCompatible({ model, key, baseUrl: url });
}

function keyFrom(env: Environment, variable: string): string | undefined {
  const key = env[variable]?.trim();
  if (!key) return undefined;
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new UsageError(`${variable} is no key: it holds blanks or characters outside ASCII`, {
      hint: `set ${variable} to the key alone`,
    });
  return key;
}

function missing(variable: string, provider: string): never {
  throw new UsageError(`${variable} is not set, and --provider ${provider} needs a key`, {
    hint: `export ${variable}=... with a key of yours; ${OFFLINE}`,
  });
}

function checked(text: string, variable: string, key: string | undefined): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new UsageError(`--base-url is ${JSON.stringify(text)}`, {
      hint: 'give a URL such as http://127.0.0.1:8080/v1',
      cause,
    });
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new UsageError('--base-url must be http or https, without a name or password in it', {
      hint: `a key goes into ${variable}`,
    });
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (key !== undefined && url.protocol === 'http:' && !isLocal)
    throw new UsageError(`the key in ${variable} would cross the network unencrypted to ${url.host}`, {
      hint: `use https, or run the command with ${variable}= (empty) if that server needs none`,
    });
  return text;
}
