/** A recogniser's ear for one session: told the sound, and where an utterance ends. */
export interface Recognition {
  /** What it is, for the record. */
  readonly kind: 'pocketsphinx' | 'script';
  /** Sound at the session's rate. */
  push(samples: Int16Array): void;
  /** Its guess at the utterance so far; resolves soon. */
  guess(): Promise<string>;
  /** The words of the utterance, which ends here; empty for none. The next one begins. */
  settle(): Promise<string>;
  close(): void;
}
