import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CHOICES } from './choices.js';
import { converse, type Conversation, tableOf } from './conversations.js';

jest.setTimeout(120_000);

/** Those that share least with what every other test of a whole centre uses. */
const SOME = CHOICES.slice(1, 4);

describe('a short conversation', () => {
  let conversations: Conversation[];
  beforeAll(async () => {
    conversations = await converse({ choices: SOME, scenario: 'short-conversation.yaml', engines: 'off', atOnce: 3 });
    process.stdout.write(`\n${tableOf(conversations)}\n\n`);
  });

  it.each(SOME.map((choice, index) => ({ ...choice, index })))(
    'with $recogniser, $model and $voice is told to the model as it was heard',
    ({ index }) => expect(conversations[index]?.judged.failures).toEqual([]),
  );
});
