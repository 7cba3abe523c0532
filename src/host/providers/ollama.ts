/** A model on one's own computer, by Ollama's SDK: /api/chat, streamed. */
import { ProviderError, type Provider } from '../../seams/provider.js';
import { asProviderError, carefulFetch, type Surroundings } from './careful-fetch.js';

export interface OllamaOptions {
  model: string;
  /** As OLLAMA_HOST has it: host, host:port or a URL. */
  host: string;
}

export function ollama({ model, host }: OllamaOptions): Provider {
  const around: Surroundings = {
    where: host,
    secret: undefined,
    hints: { 404: `fetch the model with  ollama pull ${model}  or choose another with --model` },
    unreachable: 'start it with  ollama serve, or set OLLAMA_HOST to where it runs',
    // The SDK prints lines that are no JSON.
    checkLine(line) {
      try {
        JSON.parse(line);
      } catch {
        throw new ProviderError('the answer makes no sense', { where: host, retryable: true });
      }
    },
  };
  return {
    name: 'ollama',
    model,
    async *complete({ system, prompt, maxTokens }, signal) {
      const { Ollama } = await import('ollama');
      try {
        const stream = await new Ollama({ host, fetch: carefulFetch(around, signal) }).chat({
          model,
          messages: [
            { role: 'system', content: system },
            { role: 'user', content: prompt },
          ],
          stream: true,
          think: false,
          options: { num_predict: maxTokens },
        });
        for await (const part of stream) {
          if (part.message?.content) yield { type: 'text', text: part.message.content };
          if (!part.done) continue;
          yield { type: 'usage', inputTokens: part.prompt_eval_count ?? 0, outputTokens: part.eval_count ?? 0 };
          yield { type: 'end', why: part.done_reason === 'length' ? 'length' : 'done' };
        }
      } catch (error) {
        throw asProviderError(error, around, signal);
      }
    },
  };
}
