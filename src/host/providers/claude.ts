/** Claude, by Anthropic's SDK: the Messages API, streamed. */
import type { CompletionEvent, Provider } from '../../seams/provider.js';
import { asProviderError, carefulFetch, type Surroundings } from './careful-fetch.js';

/** These think unless told otherwise; lines of pairs need none of it, and thoughts are billed. */
const TAKES_EFFORT = /^claude-(haiku|sonnet|opus)-5-5/;

export interface ClaudeOptions {
  model: string;
  key: string;
  baseUrl: string;
}

export function claude({ model, key, baseUrl }: ClaudeOptions): Provider {
  const around: Surroundings = {
    where: baseUrl,
    secret: key,
    hints: {
      401: 'ANTHROPIC_API_KEY holds a key that is not accepted there',
      403: 'the key in ANTHROPIC_API_KEY may not do this',
      404: `${model} is not offered there; choose another with --model`,
    },
    unreachable: 'check the network, and --base-url if you gave one',
  };
  return {
    name: 'claude',
    model,
    async *complete({ system, prompt, maxTokens }, signal) {
      const { default: Anthropic } = await import('@anthropic-ai/sdk');
      const client = new Anthropic({
        apiKey: key,
        // Else the SDK would take it from the environment too, and send both.
        authToken: null,
        baseURL: baseUrl,
        maxRetries: 0,
        logLevel: 'off',
        fetch: carefulFetch(around, signal),
      });
      let inputTokens = 0;
      let outputTokens = 0;
      try {
        const stream = await client.messages.create(
          {
            model,
            max_tokens: maxTokens,
            system,
            messages: [{ role: 'user', content: prompt }],
            stream: true,
            ...(TAKES_EFFORT.test(model) && { output_config: { effort: 'low' as const } }),
          },
          { signal },
        );
        let why: Extract<CompletionEvent, { type: 'end' }>['why'] = 'done';
        for await (const event of stream) {
          if (event.type === 'message_start') inputTokens = event.message.usage.input_tokens;
          else if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
            yield { type: 'text', text: event.delta.text };
          else if (event.type === 'message_delta') {
            outputTokens = event.usage.output_tokens;
            const reason = event.delta.stop_reason;
            why = reason === 'max_tokens' ? 'length' : reason === 'refusal' ? 'refused' : 'done';
            yield { type: 'usage', inputTokens, outputTokens };
          } else if (event.type === 'message_stop') yield { type: 'end', why };
        }
      } catch (error) {
        throw asProviderError(error, around, signal);
      }
      signal.throwIfAborted();
    },
  };
}
