import { PersonStore } from '@app/persistence';
import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AuditsItself } from '../audit/audits.js';
import { Problem } from '../http/problem.js';
import { Fails } from '../http/problem.dto.js';
import { requestIdOf } from '../http/request-id.js';
import { viewPerson } from '../people/person-view.js';
import { AskedBy, type Asker } from './asker.js';
import { AskerDto, OwnPasswordDto, RefreshDto, SignInDto, TokensDto } from './dto/auth.dto.js';
import { Guests } from './guests.js';
import { Needs } from './needs.js';
import { Public } from './public.js';
import { type From, SignIn, type Tokens } from './sign-in.js';

@ApiTags('people')
@Fails('request.invalid', 'service.internal', 'service.unavailable')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly people: PersonStore,
    private readonly guests: Guests,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public()
  @ApiOperation({ operationId: 'signIn', summary: 'Begins a session of a person.' })
  @ApiOkResponse({ type: TokensDto })
  @Fails('auth.wrong-password', 'auth.too-many-tries', 'auth.no-sign-in')
  async login(
    @Body() { email, password }: SignInDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TokensDto> {
    return viewTokens(await this.signIn.begin(email, password, fromOf(request, response)));
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    operationId: 'renewSession',
    summary: 'New tokens for a refresh token. One that comes a second time ends its session.',
  })
  @ApiOkResponse({ type: TokensDto })
  @Fails('auth.refused', 'auth.too-many-tries', 'auth.no-sign-in')
  async refresh(
    @Body() { refreshToken }: RefreshDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TokensDto> {
    return viewTokens(await this.signIn.renew(refreshToken, fromOf(request, response)));
  }

  @Post('logout')
  @HttpCode(204)
  @Public()
  @ApiOperation({ operationId: 'signOut', summary: 'Ends the session of a refresh token. Twice is once.' })
  @ApiNoContentResponse()
  logout(@Body() { refreshToken }: RefreshDto): Promise<void> {
    return this.signIn.end(refreshToken);
  }

  @Get('me')
  @ApiBearerAuth()
  @Needs()
  @ApiOperation({ operationId: 'whoAmI', summary: 'Who asks, and what they may do.' })
  @ApiOkResponse({ type: AskerDto })
  @Fails('auth.no-key', 'auth.refused')
  me(@AskedBy() { kind, id, name, role, scopes }: Asker): AskerDto {
    return { kind, id, name, role: role ?? null, scopes: [...scopes] };
  }

  @Post('password')
  @HttpCode(204)
  @ApiBearerAuth()
  @Needs()
  @AuditsItself()
  @ApiOperation({
    operationId: 'changeOwnPassword',
    summary: 'A new password for whoever asks; ends all their sessions.',
  })
  @ApiNoContentResponse()
  @Fails('auth.no-key', 'auth.refused', 'auth.wrong-password')
  @Fails('auth.too-many-tries')
  async password(@AskedBy() asker: Asker, @Body() { oldPassword, password }: OwnPasswordDto): Promise<void> {
    if (asker.kind !== 'person') throw new Problem('auth.forbidden');
    const person = await this.people.get(asker.id);
    await this.signIn.prove(person?.email ?? '', oldPassword, asker.address);
    await this.people.setPassword(asker, asker.id, password);
    this.guests.changed(asker.id);
  }
}

const fromOf = (request: Request, response: Response): From => ({
  address: request.ip,
  requestId: requestIdOf(response),
});

const viewTokens = ({ accessToken, expiresInS, refreshToken, person }: Tokens): TokensDto => ({
  ...{ accessToken, expiresInS, refreshToken },
  person: viewPerson(person),
});
