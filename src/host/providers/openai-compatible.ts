/** Anything that speaks OpenAI's chat completions (OpenAI, llama.cpp, LM Studio, vLLM ...), by OpenAI's SDK. */
import { ProviderError, type CompletionEvent, type Provider } from '../../seams/provider.js';
import { asProviderError, carefulFetch, type Surroundings } from './careful-fetch.js';

export interface OpenAiOptions {
  model: string;
  /** Servers of one's own need none. */
  key: string | undefined;
  baseUrl: string;
}

export function openAiCompatible({ model, key, baseUrl }: OpenAiOptions): Provider {
  const around: Surroundings = {
    where: baseUrl,
    secret: key,
    hints: {
      401: key ? 'OPENAI_API_KEY holds a key that is not accepted there' : 'set OPENAI_API_KEY: it asks for a key',
      403: 'the key in OPENAI_API_KEY may not do this',
      404: `${model} is not offered there, or --base-url is not the API's (it mostly ends in /v1)`,
    },
    unreachable: 'check --base-url, and that the server runs',
  };
  // OpenAI's newer models know only the new name of the limit, other servers mostly the old one.
  const isOpenAi = new URL(baseUrl).hostname === 'api.openai.com';
  return {
    name: 'openai-compatible',
    model,
    async *complete({ system, prompt, maxTokens }, signal) {
      const { default: OpenAI } = await import('openai');
      const client = new OpenAI({
        apiKey: key ?? 'none',
        organization: null,
        project: null,
        baseURL: baseUrl,
        maxRetries: 0,
        logLevel: 'off',
        fetch: carefulFetch(around, signal),
      });
      let why: Extract<CompletionEvent, { type: 'end' }>['why'] | undefined;
      try {
        const stream = await client.chat.completions.create(
          {
            model,
            messages: [
              { role: 'system', content: system },
              { role: 'user', content: prompt },
            ],
            stream: true,
            stream_options: { include_usage: true },
            ...(isOpenAi ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
          },
          { signal },
        );
        for await (const { choices, usage } of stream) {
          const choice = choices?.[0];
          if (choice?.delta?.content) yield { type: 'text', text: choice.delta.content };
          if (choice?.finish_reason)
            why =
              { length: 'length' as const, content_filter: 'refused' as const }[choice.finish_reason as string] ??
              'done';
          if (usage) yield { type: 'usage', inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens };
        }
      } catch (error) {
        throw asProviderError(error, around, signal);
      }
      signal.throwIfAborted();
      // The usage comes after the finish reason, so the end is told last.
      if (why === undefined) throw new ProviderError('the answer was cut off', { where: baseUrl, retryable: true });
      yield { type: 'end', why };
    },
  };
}
