import type {
  RingoverPresence,
  RingoverRecording,
  RingoverSentSms,
  RingoverStartedCall,
  RingoverTranscription,
} from './rest.call-records.js';
import type { HistoryQuery, RingoverCallHistory, RingoverCurrentCalls, RingoverPastCall } from './rest.calls.js';
import type {
  RingoverContact,
  RingoverGroup,
  RingoverIvr,
  RingoverNumber,
  RingoverScenario,
  RingoverTeam,
  RingoverUser,
} from './rest.directory.js';
import type { RingoverDevice } from './rest.settings.js';

/** All that can be asked of Ringover, by name: with what, and what comes back. Numbers are E.164 with `+`, ids are texts. */
export interface RingoverAsked {
  /** Any key may: whether it is known at all. */
  team: { with: Nothing; gives: RingoverTeam };

  /** Rings a user first, and dials `to` when that user has answered. Never sent twice. */
  callback: { with: CallbackRequest; gives: RingoverStartedCall };
  /** Dials `to`, who enters the scenario of the IVR on answering. Never sent twice. */
  ivrCallback: { with: IvrCallbackRequest; gives: RingoverStartedCall };
  currentCalls: { with: CurrentCallsQuery; gives: RingoverCurrentCalls };
  /** Blind. */
  transfer: { with: OfChannel & { to: string }; gives: void };
  /** 0-9, * and #. */
  sendDigits: { with: OfChannel & { digits: string }; gives: void };

  calls: { with: HistoryQuery; gives: RingoverCallHistory };
  /** The history by more than its dates: what `filter` names is looked for in `advanced`. */
  searchCalls: { with: HistoryQuery & HistorySearch; gives: RingoverCallHistory };
  /** Its segments: a transfer or an IVR makes several. Empty when it is unknown, or not in the history yet. */
  call: { with: { callId: string }; gives: RingoverPastCall[] };
  /** Empty: none, or none yet. */
  transcriptions: { with: { callId: string }; gives: RingoverTranscription[] };
  /** Undefined: none, or none yet. @param uuid of the call's events, not its `callId` */
  summary: { with: { uuid: string }; gives: string | undefined };
  recording: { with: OfChannel & { callId: string }; gives: RingoverRecording };

  /** Never sent twice. */
  sendSms: { with: SmsRequest; gives: RingoverSentSms };

  numbers: { with: NumbersQuery; gives: RingoverNumber[] };
  number: { with: { e164: string }; gives: RingoverNumber };
  users: { with: Page; gives: RingoverUser[] };
  user: { with: { userId: string }; gives: RingoverUser };
  presences: { with: Nothing; gives: RingoverPresence[] };
  presencesOfUser: { with: { userId: string }; gives: RingoverPresence[] };
  groups: { with: Page; gives: RingoverGroup[] };
  group: { with: { groupId: string }; gives: RingoverGroup };
  ivrs: { with: Page; gives: RingoverIvr[] };
  ivr: { with: { ivrId: string }; gives: RingoverIvr };
  ivrScenarios: { with: { ivrId: string }; gives: RingoverScenario[] };
  scenarios: { with: Page; gives: RingoverScenario[] };
  contacts: { with: Page; gives: RingoverContact[] };
  contact: { with: { contactId: string }; gives: RingoverContact };
}

export type RingoverOperationName = keyof RingoverAsked;

type Nothing = Record<never, never>;

interface OfChannel {
  channelId: string;
}

/** Whether these lists take pages is not documented for all of them. */
export interface Page {
  limit?: number;
  offset?: number;
}

export interface CallbackRequest {
  to: string;
  /** Of the user who is rung first; another user's than the key's needs Monitoring. */
  from?: string;
  device?: RingoverDevice;
  /** 20 to 300. */
  ringS?: number;
  hidesNumber?: boolean;
}

export interface IvrCallbackRequest {
  ivrId: string;
  to: string;
  /** The number of the IVR that the called person sees. */
  from: string;
  /** 20 to 300. */
  ringS?: number;
  hidesNumber?: boolean;
  /** As it is: `{ salesforce: { object, object_id } }`. */
  integrations?: Readonly<Record<string, unknown>>;
}

export interface CurrentCallsQuery {
  status?: readonly ('ANSWERED' | 'RINGING')[];
  interfaces?: readonly ('SIP' | 'MOBILE')[];
  direction?: 'inbound' | 'outbound';
  /** As it is: `{ ivrs: [{ ivr_id, numbers, scenario_id }], groups, users }`. */
  advanced?: Readonly<Record<string, unknown>>;
  limit?: number;
  offset?: number;
}

export interface HistorySearch {
  filter?: 'ALL' | 'DIRECT' | 'IVR' | 'ADVANCED';
  /** As it is: `{ users, groups, ivrs, ext_numbers, int_numbers }`. */
  advanced?: Readonly<Record<string, unknown>>;
}

export interface SmsRequest {
  /** A number of the team that may send texts. */
  from: string;
  to: string;
  text: string;
  archives?: boolean;
  at?: Date;
  userId?: string;
}

export interface NumbersQuery {
  /** Only those of users, of IVRs, …. */
  of?: 'user' | 'ivr' | 'fax' | 'conference' | 'available';
}
