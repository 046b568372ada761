import { StoreError } from '@app/conversation/ports';
import { JobQueue } from '@app/jobs';
import { OperationalError } from '@app/kernel';
import { type InboxEntry, NotedCalls, WebhookInbox } from '@app/live-state';
import { WebhookStore } from '@app/persistence';
import { noteInRingover } from '@app/telephony';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { InjectLogger, type Logger } from '../process-parts.js';

/** Keeps webhooks: in Redis, from where a job takes them to Postgres; in Postgres at once when Redis is gone. */
@Injectable()
export class WebhookIntake implements BeforeApplicationShutdown {
  readonly #beside = new Set<Promise<void>>();

  constructor(
    @Inject(WebhookInbox) private readonly inbox: Pick<WebhookInbox, 'take'>,
    @Inject(NotedCalls) private readonly noted: Pick<NotedCalls, 'mark'>,
    @Inject(WebhookStore) private readonly store: Pick<WebhookStore, 'save'>,
    @Inject(JobQueue) private readonly jobs: Pick<JobQueue, 'add'>,
    @InjectLogger() private readonly log: Logger,
  ) {}

  /** Only what is `new` may have effects. @throws StoreError when both are gone */
  async keep(entry: InboxEntry): Promise<'new' | 'duplicate'> {
    const note = noteInRingover(entry.body);
    try {
      if (note) await this.noted.mark(entry.carrier, note);
      const novelty = await this.inbox.take(entry);
      await this.#askForStoring(entry);
      return novelty;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.log.warn({ error }, 'webhook kept in Postgres at once');
      return this.store.save({ ...entry, receivedAt: new Date(entry.receivedAt) }, note);
    }
  }

  /** Keeps it while its answer goes out. What is lost, because both are gone, is told. */
  keepBeside(entry: InboxEntry): void {
    const keeping = this.keep(entry).then(
      () => undefined,
      (error: unknown) => this.log.error({ error, section: entry.section }, 'webhook answered, and lost'),
    );
    this.#beside.add(keeping);
    void keeping.finally(() => this.#beside.delete(keeping));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#beside);
  }

  /** One that was not asked for is stored with the next: a job empties the whole inbox. */
  async #askForStoring({ id }: InboxEntry): Promise<void> {
    try {
      await this.jobs.add('store-webhook', id, { webhookId: id });
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      this.log.warn({ error, webhookId: id }, 'webhook will be stored with the next');
    }
  }
}
