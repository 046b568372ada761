export interface SeedOptions {
  databaseUrl: string;
  /** `vendor/model` of each, from the environment of whoever seeds. */
  models: { recogniser: string; model: string; voice: string };
}

export interface SeededNumber {
  e164: string;
  mediaToken: string;
  /** Its agent's slug. */
  agent: string;
}

/** Creates the five agents and their numbers where there are no agents yet; tells the numbers that there are. @throws StoreError */
export async function seed(_options: SeedOptions): Promise<{ created: boolean; numbers: SeededNumber[] }> {
  throw new Error('not yet');
}

/** @returns the key, told this once. @throws StoreError */
export async function createApiKey(_options: { databaseUrl: string; name: string }): Promise<string> {
  throw new Error('not yet');
}
