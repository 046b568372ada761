import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CHOICES, nameOf } from './choices.js';
import { converse, type Conversation, tableOf } from './conversations.js';

jest.setTimeout(600_000);

/** `ONLY_PROVIDER='google|realtime'`: the calls with these alone. */
const ONLY = new RegExp(process.env['ONLY_PROVIDER'] ?? '');
const PLAYED = CHOICES.filter((choice) => ONLY.test(nameOf(choice)));

describe('a conversation', () => {
  let conversations: Conversation[];
  beforeAll(async () => {
    conversations = await converse({ choices: PLAYED, scenario: 'conversation.yaml', atOnce: 2 });
    process.stdout.write(`\n${tableOf(conversations)}\n\n`);
  });

  it.each(PLAYED.map((choice, index) => [nameOf(choice), index] as const))(
    'with %s is told to the model as it was heard, and nobody waits',
    (_, index) => {
      const { judged } = conversations[index] as Conversation;
      expect(judged.failures).toEqual([]);
      expect(judged.report.told?.length).toBeGreaterThan(3);
    },
  );
});
