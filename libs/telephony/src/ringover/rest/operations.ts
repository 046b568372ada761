import type { CurrentCallsQuery, Page, RingoverAsked, RingoverOperationName, SmsRequest } from './asked.js';
import { cannot, fill, numberOf, type Operation, type RingoverGrant } from './operation.js';
import {
  readPresences,
  readRecording,
  readSentSms,
  readStartedCall,
  readSummary,
  readTranscriptions,
} from './rest.call-records.js';
import { historyParameters, readCurrentCalls, readHistory, readSegments } from './rest.calls.js';
import * as directory from './rest.directory.js';
import { RINGOVER_REST_DEFAULTS, type RingoverPath, type RingoverRestSettings } from './rest.settings.js';

export type Operations = {
  [Name in keyof RingoverAsked]: Operation<RingoverAsked[Name]['with'], RingoverAsked[Name]['gives']>;
};

/** Every operation of the interface: how it is asked, what it needs, and how its answer is read. */
export function operationsOf(settings: RingoverRestSettings): Operations {
  return { ...callControl(settings), ...callRecords(settings), ...DIRECTORY };
}

type OperationsOf<Names extends keyof RingoverAsked> = Pick<Operations, Names>;

/** A list or a thing that is only looked at. */
const looking = <Input, Output>(
  grant: RingoverGrant | undefined,
  pathOf: (input: Input) => string,
  read: (json: unknown) => Output,
  more: Partial<Operation<Input, Output>> = {},
): Operation<Input, Output> => ({
  grant,
  kind: 'safe',
  absent: 'not-found',
  request: (input) => ({ method: 'GET', path: pathOf(input) }),
  read: (answer) => read(answer.json()),
  ...more,
});

/** Something is done, and nothing of the answer is needed. */
const doing = <Input>(
  at: RingoverPath,
  bodyOf: (input: Input) => unknown,
): Operation<Input & { channelId: string }, void> => ({
  grant: 'Calls: write',
  kind: 'once',
  absent: 'unknown-call',
  request: (input) => ({
    method: at.method,
    path: fill(at.path, { channel_id: input.channelId }),
    body: bodyOf(input),
  }),
  read: () => undefined,
});

function callControl(
  settings: RingoverRestSettings,
): OperationsOf<'callback' | 'ivrCallback' | 'currentCalls' | 'transfer' | 'sendDigits'> {
  const { transfer, digits } = settings;
  const { ringS: usualRingS, device: usualDevice } = settings;
  const dialling = ({ to, from, ringS = usualRingS, hidesNumber = false }: DialRequest) => ({
    ...(from !== undefined && { from_number: numberOf(from) }),
    to_number: numberOf(to),
    timeout: ringSeconds(ringS),
    clir: hidesNumber,
  });
  const calling = { grant: 'Calls: write', kind: 'once', absent: 'not-found' } as const;
  return {
    callback: {
      ...calling,
      request: ({ device = usualDevice, ...dial }) => ({
        method: 'POST',
        path: '/callback',
        body: { ...dialling(dial), device },
      }),
      read: (answer) => readStartedCall(answer.json()),
    },
    ivrCallback: {
      ...calling,
      request: ({ ivrId, integrations, ...dial }) => ({
        method: 'POST',
        path: fill('/ivrs/{ivr_id}/callback', { ivr_id: ivrId }),
        body: { ...dialling(dial), ...(integrations && { integrations }) },
      }),
      read: (answer) => readStartedCall(answer.json()),
    },
    currentCalls: looking('Calls: read', () => '/calls/current', readCurrentCalls, {
      request: (query) => ({ method: 'POST', path: '/calls/current', body: currentCallsBody(query) }),
    }),
    transfer: doing(transfer, ({ to }: { to: string }) => {
      const number = numberOf(to);
      return { [transfer.key]: transfer.numbersAs === 'number' ? number : String(number) };
    }),
    sendDigits: doing(digits, (input: { digits: string }) => {
      if (!/^[\d*#]+$/.test(input.digits)) throw cannot('not DTMF digits');
      return { [digits.key]: input.digits };
    }),
  };
}

interface DialRequest {
  to: string;
  from?: string;
  ringS?: number;
  hidesNumber?: boolean;
}

function ringSeconds(ringS: number): number {
  if (!Number.isInteger(ringS) || ringS < 20 || ringS > 300) throw cannot('a ring time that is not 20 to 300 s');
  return ringS;
}

/** A body is required, also an empty one. */
const currentCallsBody = ({ status, interfaces, direction, advanced, limit, offset }: CurrentCallsQuery) => ({
  ...(status && { call_status: status }),
  ...(interfaces && { interface: interfaces }),
  ...(direction && { direction: direction === 'inbound' ? 'IN' : 'OUT' }),
  ...(advanced && { advanced }),
  ...(limit !== undefined && { limit_count: limit }),
  ...(offset !== undefined && { limit_offset: offset }),
});

function callRecords(
  settings: RingoverRestSettings,
): OperationsOf<'calls' | 'searchCalls' | 'call' | 'transcriptions' | 'summary' | 'recording' | 'sendSms'> {
  const { recording } = settings;
  const reading = 'Calls: read';
  const nothing = { absent: 'nothing' } as const;
  return {
    calls: looking(reading, () => '/calls', readHistory, {
      request: (query) => ({ method: 'GET', path: '/calls', query: historyParameters(query) }),
    }),
    searchCalls: looking(reading, () => '/calls', readHistory, {
      request: ({ filter, advanced, ...query }) => ({
        method: 'POST',
        path: '/calls',
        body: { ...historyParameters(query), ...(filter && { filter }), ...(advanced && { advanced }) },
      }),
    }),
    call: looking(reading, ({ callId }) => fill('/calls/{call_id}', { call_id: callId }), readSegments, nothing),
    transcriptions: looking(
      reading,
      ({ callId }) => fill('/transcriptions/{call_id}', { call_id: callId }),
      readTranscriptions,
      nothing,
    ),
    summary: looking(
      'Empower: read',
      ({ uuid }) => fill('/empower/call/{uuid}/summary', { uuid }),
      readSummary,
      nothing,
    ),
    recording: {
      grant: 'Monitoring',
      kind: 'safe',
      ...nothing,
      request: ({ callId, channelId }) => ({
        method: recording.method,
        path: fill(recording.path, { call_id: callId, channel_id: channelId }),
      }),
      read: readRecording,
    },
    sendSms: {
      grant: 'Conversations: write',
      kind: 'once',
      absent: 'not-found',
      request: (sms) => ({ method: 'POST', path: '/push/sms', body: smsBody(sms) }),
      read: (answer) => readSentSms(answer.json()),
    },
  };
}

/** Numbers are texts here, unlike everywhere else. */
const smsBody = ({ from, to, text, archives, at, userId }: SmsRequest) => ({
  from_number: String(numberOf(from)),
  to_number: String(numberOf(to)),
  content: text,
  ...(archives !== undefined && { archived_auto: archives }),
  ...(at && { scheduled_at: at.toISOString() }),
  ...(userId !== undefined && { user_id_forced: Number(userId) }),
});

const paged = (path: string) => ({
  request: ({ limit, offset }: Page) => ({
    method: 'GET',
    path,
    query: { limit_count: limit, limit_offset: offset },
  }),
});

type DirectoryName = Exclude<
  keyof RingoverAsked,
  keyof ReturnType<typeof callControl> | keyof ReturnType<typeof callRecords>
>;

const DIRECTORY: OperationsOf<DirectoryName> = {
  team: looking(undefined, () => '/teams', directory.readTeam),
  numbers: looking('Numbers: read', () => '/numbers', directory.readNumbers, {
    request: ({ of }) => ({ method: 'GET', path: '/numbers', query: of === undefined ? {} : { [`is_${of}`]: 'true' } }),
  }),
  number: looking('Numbers: read', ({ e164 }) => `/numbers/${numberOf(e164)}`, directory.readNumber),
  users: looking('Users: read', () => '/users', directory.readUsers, paged('/users')),
  user: looking('Users: read', ({ userId }) => fill('/users/{id}', { id: userId }), directory.readUser),
  presences: looking('Users: read', () => '/presences', readPresences),
  presencesOfUser: looking('Users: read', ({ userId }) => fill('/users/{id}/presences', { id: userId }), readPresences),
  groups: looking('Groups: read', () => '/groups', directory.readGroups, paged('/groups')),
  group: looking('Groups: read', ({ groupId }) => fill('/groups/{id}', { id: groupId }), directory.readGroup),
  ivrs: looking('IVRs: read', () => '/ivrs', directory.readIvrs, paged('/ivrs')),
  ivr: looking('IVRs: read', ({ ivrId }) => fill('/ivrs/{id}', { id: ivrId }), directory.readIvr),
  ivrScenarios: looking(
    'IVRs: read',
    ({ ivrId }) => fill('/ivrs/{id}/scenarios', { id: ivrId }),
    directory.readScenarios,
  ),
  scenarios: looking('IVRs: read', () => '/scenarios', directory.readScenarios, paged('/scenarios')),
  contacts: looking('Contacts: read', () => '/contacts', directory.readContacts, paged('/contacts')),
  contact: looking(
    'Contacts: read',
    ({ contactId }) => fill('/contacts/{id}', { id: contactId }),
    directory.readContact,
  ),
};

/** All that can be asked, by name. */
export const RINGOVER_OPERATION_NAMES = Object.keys(
  operationsOf({ ...RINGOVER_REST_DEFAULTS, url: '', apiKey: '' }),
) as readonly RingoverOperationName[];
