import { ApiKeyStore, type ListedApiKey } from '@app/persistence';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { AuditsItself } from '../audit/audits.js';
import { idOf } from '../http/id.pipe.js';
import { PageDto } from '../http/page.dto.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { TakesQuery } from '../http/query.guard.js';
import { AskedBy, type Asker } from './asker.js';
import { KeyDto, KeyPageDto, NewKeyDto } from './dto/key.dto.js';
import { Guests } from './guests.js';
import { Needs } from './needs.js';
import { holds } from './scopes.js';

@ApiTags('keys')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('keys')
export class KeysController {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly guests: Guests,
  ) {}

  @Get()
  @TakesQuery()
  @Needs('keys:read')
  @ApiOperation({ operationId: 'listKeys', summary: 'API keys, newest first, revoked ones too.' })
  @ApiOkResponse({ type: KeyPageDto })
  async list(@Query() page: PageDto): Promise<KeyPageDto> {
    const { keys, nextCursor } = await this.keys.list(page);
    return { keys: keys.map(viewKey), nextCursor };
  }

  @Post()
  @Needs('keys:write')
  @AuditsItself()
  @ApiOperation({
    operationId: 'createKey',
    summary: 'A new API key, told this once. It may do no more than who asks.',
  })
  @ApiCreatedResponse({ type: KeyDto })
  async create(@AskedBy() asker: Asker, @Body() { name, scopes }: NewKeyDto): Promise<KeyDto> {
    if (!holds(asker.scopes, scopes)) throw new Problem('auth.forbidden');
    const { key, secret } = await this.keys.issue(asker, name, scopes);
    return { ...viewKey(key), key: secret };
  }

  @Delete(':id')
  @HttpCode(204)
  @Needs('keys:write')
  @AuditsItself()
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ operationId: 'revokeKey', summary: 'Works no more, and closes what it opened. Twice is once.' })
  @ApiNoContentResponse()
  @Fails('key.not-found')
  async revoke(@AskedBy() asker: Asker, @Param('id', idOf('key.not-found')) id: string): Promise<void> {
    if (!(await this.keys.revoke(asker, id))) throw new Problem('key.not-found');
    this.guests.changed(id);
  }
}

const viewKey = ({ id, name, scopes, prefix, createdAt, lastUsedAt, revokedAt }: ListedApiKey): KeyDto => ({
  ...{ id, name, scopes: [...scopes], prefix },
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  revokedAt: revokedAt?.toISOString() ?? null,
});
