import { ProviderError } from '@app/conversation/ports';

/** `fetch` whose answers may not be longer than `maxBytes`: reading on throws ProviderError `unreadable`. */
export const boundedFetch =
  (provider: string, maxBytes: number): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    if (!response.body) return response;
    let leftBytes = maxBytes;
    const bounded = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        leftBytes -= chunk.byteLength;
        if (leftBytes < 0) throw new ProviderError(provider, 'unreadable');
        controller.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(bounded), response);
  };

/** How `fetch` says that the far end hung up in the middle of an answer. */
export const isBrokenBody = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'message' in error && error.message === 'terminated';
