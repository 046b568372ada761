import { AgentStore } from '@app/persistence';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from '../../auth/needs.js';
import { Problem } from '../../http/problem.js';
import { Fails } from '../../http/problem.dto.js';
import {
  CommandDto,
  DigitsDto,
  GiveBackDto,
  HandOverDto,
  MuteDto,
  PlayDto,
  ResumeDto,
  SayDto,
  TransferDto,
  WhisperDto,
} from '../dto/command.dto.js';
import { type AskedCommand, type Asker, CallCommands } from './call-commands.js';
import { AskedHow, AsksCall, CallId, CallIdInDocs } from './call-operation.js';

/** What operators and supervisors ask of a live call, from any node. */
@ApiTags('calls')
@ApiBearerAuth()
@Fails('auth.no-key', 'auth.refused', 'request.invalid', 'service.internal', 'service.unavailable')
@Controller('calls/:id')
export class CallDeskController {
  constructor(
    private readonly commands: CallCommands,
    private readonly agents: AgentStore,
  ) {}

  @Post('hangup')
  @AsksCall('hangUpCall', 'Ends a live call, wherever it is carried. Asking twice ends it once.')
  hangUp(@CallId() id: string, @AskedHow() by: Asker) {
    return this.commands.ask(id, { type: 'hang-up' }, by);
  }

  @Post('say')
  @AsksCall('sayInCall', "Says this in the agent's voice, word for word, as soon as the caller is not talked over.")
  @Fails('call.on-hold', 'call.agent-muted')
  say(@CallId() id: string, @Body() { text }: SayDto, @AskedHow() by: Asker) {
    return this.commands.ask(id, { type: 'say', text }, by);
  }

  @Post('whisper')
  @AsksCall(
    'whisperToAgent',
    'Tells the agent something that the caller does not hear; it knows it from its next answer on.',
  )
  whisper(@CallId() id: string, @Body() { text }: WhisperDto, @AskedHow() by: Asker) {
    return this.commands.ask(id, { type: 'whisper', text }, by);
  }

  @Post('mute')
  @AsksCall('muteCall', 'Mutes one side, in our own media. Forgotten for two minutes, it is taken back.')
  mute(@CallId() id: string, @Body() { side }: MuteDto, @AskedHow() by: Asker) {
    return this.commands.ask(id, { type: 'mute', side }, by);
  }

  @Post('unmute')
  @AsksCall('unmuteCall', 'Takes a mute back; a muted agent then answers what was said meanwhile.')
  unmute(@CallId() id: string, @Body() { side }: MuteDto, @AskedHow() by: Asker) {
    return this.commands.ask(id, { type: 'unmute', side }, by);
  }

  @Post('hold')
  @AsksCall('holdCall', 'The caller hears music, and nobody hears the caller; ten minutes at most.')
  hold(@CallId() id: string, @AskedHow() by: Asker) {
    return this.commands.ask(id, { type: 'hold' }, by);
  }

  @Post('resume')
  @AsksCall('resumeCall', 'Ends the music, and goes on.')
  resume(@CallId() id: string, @Body() { text }: ResumeDto, @AskedHow() by: Asker) {
    return this.commands.ask(id, { type: 'resume', text: text ?? null }, by);
  }

  @Post('play')
  @AsksCall('playInCall', "Plays a sound, or says one of the agent's phrases, to the caller.")
  @Fails('call.on-hold', 'call.agent-muted')
  play(@CallId() id: string, @Body() body: PlayDto, @AskedHow() by: Asker) {
    return this.commands.ask(id, playOf(body), by);
  }

  @Post('digits')
  @AsksCall('sendDigitsInCall', "Sends DTMF by the carrier's own means, as far as it can express it.")
  @Fails('carrier_cannot')
  digits(@CallId() id: string, @Body() { digits }: DigitsDto, @AskedHow() by: Asker) {
    return this.commands.ask(id, { type: 'send-digits', digits }, by);
  }

  @Post('transfer')
  @AsksCall(
    'transferCall',
    'Sends the call elsewhere, or calls a person who takes it over. What fails leaves the call with its agent.',
  )
  @Fails('carrier_cannot', 'call.calling-person')
  transfer(@CallId() id: string, @Body() { to, text, mode, briefing }: TransferDto, @AskedHow() by: Asker) {
    const said = { to, text: text ?? null };
    if (mode !== 'warm') return this.commands.ask(id, { type: 'transfer', ...said }, by);
    return this.commands.ask(id, { type: 'warm-transfer', ...said, briefing: briefing ?? null }, by);
  }

  @Post('hand-over')
  @AsksCall('handOverCall', 'Gives the call to another agent, with all that was said.')
  @Fails('agent.not-found', 'agent.no-free-line', 'agent.unable')
  async handOver(@CallId() id: string, @Body() { agent }: HandOverDto, @AskedHow() by: Asker) {
    const agentId = (await this.agents.list()).find((each) => each.id === agent || each.slug === agent)?.id;
    if (agentId === undefined) throw new Problem('agent.not-found');
    return this.commands.ask(id, { type: 'hand-over', agentId }, by);
  }

  @Post('take-over')
  @AsksCall(
    'takeOverCall',
    'The agent falls silent; what is said is said by `say`. Left alone for two minutes, the agent has it back.',
  )
  takeOver(@CallId() id: string, @AskedHow() by: Asker) {
    return this.commands.ask(id, { type: 'take-over' }, by);
  }

  @Post('give-back')
  @AsksCall('giveBackCall', 'The agent goes on, and knows all that was said.')
  giveBack(@CallId() id: string, @Body() { note }: GiveBackDto, @AskedHow() by: Asker) {
    return this.commands.ask(id, { type: 'give-back', note: note ?? null }, by);
  }

  @Get('commands/:commandId')
  @Needs('calls:read')
  @CallIdInDocs()
  @ApiOperation({
    operationId: 'getCallCommand',
    summary: 'What became of a command that was queued, or of any other of the last day.',
  })
  @ApiOkResponse({ type: CommandDto })
  @Fails('call.not-found', 'command.not-found')
  command(@CallId() id: string, @Param('commandId') commandId: string): Promise<CommandDto> {
    return this.commands.outcomeOf(id, commandId);
  }
}

function playOf({ sound, phrase }: PlayDto): AskedCommand {
  if (sound !== undefined && phrase === undefined) return { type: 'play', sound };
  if (phrase !== undefined && sound === undefined) return { type: 'say-phrase', phrase };
  throw new Problem('request.invalid', { errors: [{ field: 'sound', problem: 'send sound or phrase, and not both' }] });
}
