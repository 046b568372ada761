/** One server-sent event. */
export interface SseEvent {
  id: number;
  event: string;
  data: unknown;
}

/** Reads a stream of events until it ends; a 204 is the end of one. */
export function sseOf(
  url: string,
  apiKey: string,
  tell: (event: SseEvent) => void,
  lastEventId?: string,
): { ended: Promise<void>; close(): void } {
  const closing = new AbortController();
  const read = async () => {
    const headers = {
      authorization: `Bearer ${apiKey}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    };
    const answer = await fetch(url, { headers, signal: closing.signal });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) if (!block.startsWith(':')) tell(eventOf(block));
    }
  };
  return { ended: read(), close: () => closing.abort() };
}

function eventOf(block: string): SseEvent {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? '';
  return { id: Number(field('id')), event: field('event'), data: JSON.parse(field('data')) as unknown };
}
