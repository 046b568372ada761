/**
 * The same items, until the signal aborts: then it throws the signal's reason within a tick, whatever `items` is
 * waiting for or still holds. `items` is told to stop, and not waited for.
 */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void> {
  const iterator = items[Symbol.asyncIterator]();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(signal.reason as Error);
  signal.addEventListener('abort', giveUp, { once: true });
  aborted.catch(() => {}); // told through the race below, or to nobody when the items ended first
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await Promise.race([iterator.next(), aborted]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', giveUp);
    iterator.return?.()?.catch(() => {}); // what it has to say about being stopped has no reader any more
  }
}
