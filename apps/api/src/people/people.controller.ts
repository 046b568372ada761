import { type Person, PersonStore, type Role } from '@app/persistence';
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
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
import { AskedBy, type Asker } from '../auth/asker.js';
import { NewPasswordDto } from '../auth/dto/auth.dto.js';
import { Guests } from '../auth/guests.js';
import { Needs } from '../auth/needs.js';
import { holds, ROLE_SCOPES } from '../auth/scopes.js';
import { idOf } from '../http/id.pipe.js';
import { refusedAs } from '../http/outcome.js';
import { PageDto } from '../http/page.dto.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { TakesQuery } from '../http/query.guard.js';
import { NewPersonDto, PersonChangesDto, PersonDto, PersonPageDto } from './dto/person.dto.js';
import { viewPerson } from './person-view.js';

const PersonId = () => Param('id', idOf('person.not-found'));
const PersonIdInDocs = () => ApiParam({ name: 'id', format: 'uuid' });

@ApiTags('people')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('people')
export class PeopleController {
  constructor(
    private readonly people: PersonStore,
    private readonly guests: Guests,
  ) {}

  @Get()
  @TakesQuery()
  @Needs('people:read')
  @ApiOperation({ operationId: 'listPeople', summary: 'Everybody who may sign in, or might once; newest first.' })
  @ApiOkResponse({ type: PersonPageDto })
  async list(@Query() page: PageDto): Promise<PersonPageDto> {
    const { people, nextCursor } = await this.people.list(page);
    return { people: people.map(viewPerson), nextCursor };
  }

  @Get(':id')
  @Needs('people:read')
  @PersonIdInDocs()
  @ApiOperation({ operationId: 'getPerson', summary: 'One person.' })
  @ApiOkResponse({ type: PersonDto })
  @Fails('person.not-found')
  async get(@PersonId() id: string): Promise<PersonDto> {
    return viewPerson(await this.#known(id));
  }

  @Post()
  @Needs('people:write')
  @AuditsItself()
  @ApiOperation({ operationId: 'createPerson', summary: 'Lets somebody sign in.' })
  @ApiCreatedResponse({ type: PersonDto })
  @Fails('person.exists')
  async create(@AskedBy() asker: Asker, @Body() person: NewPersonDto): Promise<PersonDto> {
    mustCover(asker, person.role);
    return viewPerson(await refusedAs(this.people.create(asker, person), { conflict: 'person.exists' }));
  }

  @Patch(':id')
  @Needs('people:write')
  @AuditsItself()
  @PersonIdInDocs()
  @ApiOperation({ operationId: 'changePerson', summary: 'Name, role, or whether they may sign in.' })
  @ApiOkResponse({ type: PersonDto })
  @Fails('person.not-found')
  @Fails('person.last-admin')
  async change(@AskedBy() asker: Asker, @PersonId() id: string, @Body() changes: PersonChangesDto): Promise<PersonDto> {
    mustCover(asker, (await this.#known(id)).role);
    if (changes.role) mustCover(asker, changes.role);
    const person = await this.people.change(asker, id, changes);
    if (person === 'unknown') throw new Problem('person.not-found');
    if (person === 'last-admin') throw new Problem('person.last-admin');
    this.guests.changed(id);
    return viewPerson(person);
  }

  @Post(':id/password')
  @HttpCode(204)
  @Needs('people:write')
  @AuditsItself()
  @PersonIdInDocs()
  @ApiOperation({ operationId: 'setPassword', summary: 'A new password for somebody; ends all their sessions.' })
  @ApiNoContentResponse()
  @Fails('person.not-found')
  async setPassword(
    @AskedBy() asker: Asker,
    @PersonId() id: string,
    @Body() { password }: NewPasswordDto,
  ): Promise<void> {
    mustCover(asker, (await this.#known(id)).role);
    await this.people.setPassword(asker, id, password);
    this.guests.changed(id);
  }

  async #known(id: string): Promise<Person> {
    const person = await this.people.get(id);
    if (!person) throw new Problem('person.not-found');
    return person;
  }
}

/** Nobody gives, or takes, what they do not have themselves. */
function mustCover(asker: Asker, role: Role): void {
  if (!holds(asker.scopes, ROLE_SCOPES[role])) throw new Problem('auth.forbidden');
}
