import { SessionStore } from '@app/persistence';
import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AuditsItself } from '../audit/audits.js';
import { idOf } from '../http/id.pipe.js';
import { PageDto } from '../http/page.dto.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { TakesQuery } from '../http/query.guard.js';
import { AskedBy, type Asker } from './asker.js';
import { SessionPageDto } from './dto/session.dto.js';
import { Guests } from './guests.js';
import { Needs } from './needs.js';

/** Where a person is signed in. A key has no sessions. */
@ApiTags('people')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('auth/sessions')
export class SessionsController {
  constructor(
    private readonly sessions: SessionStore,
    private readonly guests: Guests,
  ) {}

  @Get()
  @TakesQuery()
  @Needs()
  @ApiOperation({ operationId: 'listOwnSessions', summary: 'Where whoever asks is signed in, newest first.' })
  @ApiOkResponse({ type: SessionPageDto })
  async list(@AskedBy() asker: Asker, @Query() page: PageDto): Promise<SessionPageDto> {
    const { sessions, nextCursor } = await this.sessions.list(personIn(asker), page);
    return {
      sessions: sessions.map(({ id, createdAt, renewedAt, expiresAt, address }) => ({
        ...{ id, isCurrent: id === asker.sessionId, createdAt: createdAt.toISOString() },
        ...{ renewedAt: renewedAt.toISOString(), expiresAt: expiresAt.toISOString(), address },
      })),
      nextCursor,
    };
  }

  @Delete(':id')
  @HttpCode(204)
  @Needs()
  @AuditsItself()
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({
    operationId: 'revokeOwnSession',
    summary: 'Signs whoever asks out there: its tokens work no more, and what it opened is closed. Twice is once.',
  })
  @ApiNoContentResponse()
  @Fails('session.not-found')
  async revoke(@AskedBy() asker: Asker, @Param('id', idOf('session.not-found')) id: string): Promise<void> {
    if (!(await this.sessions.revoke(asker, personIn(asker), id))) throw new Problem('session.not-found');
    this.guests.changed(id);
  }
}

/** @throws Problem */
function personIn({ kind, id }: Asker): string {
  if (kind !== 'person') throw new Problem('auth.forbidden');
  return id;
}
