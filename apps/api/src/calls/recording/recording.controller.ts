import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@app/boot';
import { CallStore, type StoredCall } from '@app/persistence';
import { Controller, Delete, Get, HttpCode, Inject, Param, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { Audits } from '../../audit/audits.js';
import { AskedBy, type Asker } from '../../auth/asker.js';
import { Needs } from '../../auth/needs.js';
import { idOf } from '../../http/id.pipe.js';
import { Problem } from '../../http/problem.js';
import { Fails } from '../../http/problem.dto.js';
import { InjectLogger, RECORDINGS_FOLDER } from '../../process-parts.js';
import { CallReader } from '../call-reader.js';

const CallId = () => Param('id', idOf('call.not-found'));

/** The sound that is kept of calls, in the folder that all nodes see. */
@ApiTags('calls')
@ApiBearerAuth()
@ApiParam({ name: 'id', format: 'uuid' })
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('calls/:id/recording')
export class RecordingController {
  constructor(
    private readonly calls: CallReader,
    private readonly stored: CallStore,
    @Inject(RECORDINGS_FOLDER) private readonly folder: string,
    @InjectLogger() private readonly log: Logger,
  ) {}

  @Get()
  @Needs('calls:export')
  @Audits()
  @ApiOperation({
    operationId: 'getCallRecording',
    summary: 'The sound of a call that is over: caller left, agent right, as heard. Takes ranges.',
  })
  @ApiProduces('audio/wav')
  @ApiOkResponse({ content: { 'audio/wav': { schema: { type: 'string', format: 'binary' } } } })
  @Fails('call.not-found', 'call.no-recording')
  async get(@CallId() id: string, @Res() response: Response): Promise<void> {
    const { recordingPath } = await this.#callOf(id);
    if (recordingPath === null) throw new Problem('call.no-recording');
    await this.#send(response, recordingPath);
  }

  @Delete()
  @Needs('calls:erase')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteCallRecording',
    summary: 'Deletes the sound of a call for good, once its record is stored; what was said is kept in words.',
  })
  @ApiNoContentResponse({ description: 'The file is gone.' })
  @Fails('call.not-found', 'call.no-recording', 'call.not-over')
  async delete(@CallId() id: string, @AskedBy() asker: Asker): Promise<void> {
    const { finishedAt, state, recordingPath } = await this.#callOf(id);
    // until then its node may be writing sound, and finish-call may note it
    if (finishedAt === null && state !== 'missed') throw new Problem('call.not-over');
    if (recordingPath === null) throw new Problem('call.no-recording');
    await rm(join(this.folder, recordingPath)).catch(noSuchFile);
    await this.stored.noteRecording(id, null);
    this.log.info({ callId: id, by: asker.name }, 'recording deleted');
  }

  async #callOf(id: string): Promise<StoredCall> {
    const call = await this.calls.get(id);
    if (!call) throw new Problem('call.not-found');
    return call;
  }

  /** @throws Problem when the file is not in this process' folder; who goes away in the middle is no problem */
  #send(response: Response, name: string): Promise<void> {
    const headers = { 'content-type': 'audio/wav' };
    return new Promise((resolve, reject) => {
      response.sendFile(name, { root: this.folder, headers, cacheControl: false }, (error?: Error) => {
        if (!error || response.headersSent) return resolve();
        reject(problemOfFile(error));
      });
    });
  }
}

/** Where the file is, is not known here: it is not said to be deleted. */
function noSuchFile(error: Error): never {
  throw problemOfFile(error);
}

const problemOfFile = (error: Error): Error =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' ? new Problem('call.no-recording') : error;
