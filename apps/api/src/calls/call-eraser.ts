import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JobQueue } from '@app/jobs';
import type { CallId } from '@app/kernel';
import { LiveCalls, RedisCallLogs, RoutedCalls } from '@app/live-state';
import { CallStore } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { Problem } from '../http/problem.js';
import { RECORDINGS_FOLDER } from '../process-parts.js';
import { CallReader } from './call-reader.js';
import { recordingOf } from './recording/recordings.js';

/** Forgets calls that are over, wherever something of them is kept. */
@Injectable()
export class CallEraser {
  constructor(
    private readonly calls: CallStore,
    private readonly reader: CallReader,
    private readonly live: LiveCalls,
    private readonly logs: RedisCallLogs,
    private readonly routes: RoutedCalls,
    private readonly jobs: JobQueue,
    @Inject(RECORDINGS_FOLDER) private readonly recordings: string,
  ) {}

  /**
   * The row goes last: as long as it is there, asking again goes on with what was left.
   *
   * @throws Problem `call.not-found`, `call.not-over`; StoreError
   */
  async erase(callId: string): Promise<void> {
    const call = await this.reader.get(callId);
    if (!call) throw new Problem('call.not-found');
    if (!call.finishedAt && call.state !== 'missed') throw new Problem('call.not-over');
    const id = callId as CallId;
    await this.live.drop(id);
    await this.logs.drop(callId);
    if (call.carrierCallId !== null) await this.routes.forget(call.carrier, call.carrierCallId);
    for (const job of ['finish-call', 'report-call'] as const) await this.jobs.forget(job, callId);
    await rm(join(this.recordings, recordingOf(callId)), { force: true });
    if (!(await this.calls.erase(callId))) throw new Problem('call.not-found'); // somebody else was quicker
  }
}
