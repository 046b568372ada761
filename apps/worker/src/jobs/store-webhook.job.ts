import type { InboxEntry, WebhookInbox } from '@app/live-state';
import type { WebhookStore } from '@app/persistence';
import { noteInRingover } from '@app/telephony';

export interface StoreWebhookParts {
  inbox: WebhookInbox;
  webhooks: WebhookStore;
}

/**
 * Moves what lies in the inbox to Postgres, with what of it belongs to a call's record: all of it, so that one whose own
 * job was lost goes with the next.
 */
export const storeWebhook =
  ({ inbox, webhooks }: StoreWebhookParts) =>
  async (): Promise<void> => {
    await inbox.empty(async (entry) => void (await webhooks.save(webhookOf(entry), noteInRingover(entry.body))));
  };

const webhookOf = (entry: InboxEntry) => ({ ...entry, receivedAt: new Date(entry.receivedAt) });
