import { type BookedContact, ContactBook, type Outdated } from '@app/persistence';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
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
import { Needs } from '../auth/needs.js';
import { SeenRevision } from '../http/etag.js';
import { WantsRevision } from '../http/etag-docs.js';
import { idOf } from '../http/id.pipe.js';
import { mustBeThere, refusedAs } from '../http/outcome.js';
import { PageDto } from '../http/page.dto.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { TakesQuery } from '../http/query.guard.js';
import { viewConsent, viewContact, viewContactCall } from './contact-view.js';
import {
  ConsentListDto,
  ContactCallPageDto,
  ContactChangesDto,
  ContactDto,
  ContactPageDto,
  ListContactsDto,
  NewConsentDto,
  NewContactDto,
} from './dto/contact.dto.js';

const ContactId = () => Param('id', idOf('contact.not-found'));
const ContactIdInDocs = () => ApiParam({ name: 'id', format: 'uuid' });

@ApiTags('contacts')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('contacts')
export class ContactsController {
  constructor(private readonly contacts: ContactBook) {}

  @Get()
  @TakesQuery()
  @Needs('contacts:read')
  @ApiOperation({ operationId: 'listContacts', summary: 'Those whom we speak with, newest first.' })
  @ApiOkResponse({ type: ContactPageDto })
  async list(@Query() { q, ...page }: ListContactsDto): Promise<ContactPageDto> {
    const { contacts, nextCursor } = await this.contacts.list({ ...page, words: q });
    return { contacts: contacts.map(viewContact), nextCursor };
  }

  @Post()
  @Needs('contacts:write')
  @AuditsItself()
  @ApiOperation({ operationId: 'createContact', summary: 'Somebody whose number is known.' })
  @ApiCreatedResponse({ type: ContactDto })
  @Fails('contact.exists')
  async create(
    @AskedBy() asker: Asker,
    @Body() { e164, name = null, language = null, doNotCall = false, notes = {} }: NewContactDto,
  ): Promise<ContactDto> {
    const made = this.contacts.create(asker, { e164, name, language, doNotCall, notes });
    return told(await refusedAs(made, { conflict: 'contact.exists' }));
  }

  @Get(':id')
  @Needs('contacts:read')
  @ContactIdInDocs()
  @ApiOperation({ operationId: 'getContact', summary: 'One contact, and what they agreed to.' })
  @ApiOkResponse({ type: ContactDto })
  @Fails('contact.not-found')
  async get(@ContactId() id: string): Promise<ContactDto> {
    return told((await this.contacts.get(id)) ?? 'unknown');
  }

  @Patch(':id')
  @Needs('contacts:write')
  @AuditsItself()
  @ContactIdInDocs()
  @ApiOperation({ operationId: 'changeContact', summary: 'What is told is changed; notes as a whole.' })
  @ApiOkResponse({ type: ContactDto })
  @Fails('contact.not-found')
  @WantsRevision()
  async change(
    @AskedBy() asker: Asker,
    @ContactId() id: string,
    @SeenRevision() revision: number,
    @Body() changes: ContactChangesDto,
  ): Promise<ContactDto> {
    return told(await this.contacts.change(asker, { id, revision }, defined(changes)));
  }

  @Delete(':id')
  @HttpCode(204)
  @Needs('contacts:write')
  @AuditsItself()
  @ContactIdInDocs()
  @ApiOperation({ operationId: 'removeContact', summary: 'Forgets them; their calls stay, and are nobody’s.' })
  @ApiNoContentResponse()
  @Fails('contact.not-found')
  @WantsRevision()
  async remove(@AskedBy() asker: Asker, @ContactId() id: string, @SeenRevision() revision: number): Promise<void> {
    mustBeThere(await this.contacts.remove(asker, { id, revision }), 'contact.not-found');
  }

  @Get(':id/consents')
  @Needs('contacts:read')
  @ContactIdInDocs()
  @ApiOperation({ operationId: 'listConsents', summary: 'All that they ever agreed to, refused or took back.' })
  @ApiOkResponse({ type: ConsentListDto })
  @Fails('contact.not-found')
  async consents(@ContactId() id: string): Promise<ConsentListDto> {
    if (!(await this.contacts.get(id))) throw new Problem('contact.not-found');
    return { consents: (await this.contacts.consents(id)).map(viewConsent) };
  }

  @Post(':id/consents')
  @Needs('contacts:write')
  @AuditsItself()
  @ContactIdInDocs()
  @ApiOperation({ operationId: 'noteConsent', summary: 'What they said now; what they said before stays known.' })
  @ApiCreatedResponse({ type: ContactDto })
  @Fails('contact.not-found')
  async noteConsent(
    @AskedBy() asker: Asker,
    @ContactId() id: string,
    @Body() consent: NewConsentDto,
  ): Promise<ContactDto> {
    return told((await this.contacts.noteConsent(asker, id, consent)) ?? 'unknown');
  }

  @Get(':id/calls')
  @TakesQuery()
  @Needs('contacts:read', 'calls:read')
  @ContactIdInDocs()
  @ApiOperation({ operationId: 'listContactCalls', summary: 'Calls with them, newest first.' })
  @ApiOkResponse({ type: ContactCallPageDto })
  @Fails('contact.not-found')
  async calls(@ContactId() id: string, @Query() page: PageDto): Promise<ContactCallPageDto> {
    if (!(await this.contacts.get(id))) throw new Problem('contact.not-found');
    const { calls, nextCursor } = await this.contacts.calls(id, page);
    return { calls: calls.map(viewContactCall), nextCursor };
  }
}

const told = (contact: BookedContact | Outdated): ContactDto => viewContact(mustBeThere(contact, 'contact.not-found'));

/** Members that were not sent are not changed. */
const defined = <Changes extends object>(changes: Changes): Partial<Changes> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<Changes>;
