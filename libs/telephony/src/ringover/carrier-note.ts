import { assertNever } from '@app/kernel';
import type { RingoverAfterCallEvent, RingoverEvent, RingoverSms } from './ringover-event.js';

/** What a carrier adds to a call's record, in words that are no carrier's. */
export interface CarrierNote {
  /** Null for a message, which belongs to two numbers and to no call. */
  carrierCallId: string | null;
  type:
    | 'hang-up'
    | 'missed'
    | 'voicemail'
    | 'comments'
    | 'tags'
    | 'recording'
    | 'transcription'
    | 'summary'
    | 'empower'
    | 'code'
    | 'sms';
  /** When it happened, as far as the carrier said. */
  at: Date | undefined;
  /** Of a message, E.164: the two that it went between. */
  from?: string | undefined;
  to?: string | undefined;
  /** What it brings: `link`, `durationS`, `comments`, `tags`, `summary`, …; what was not said is left out. */
  data: Readonly<Record<string, unknown>>;
}

/** What of an event belongs to a call's record; undefined when it only moves a call along, or asks. */
export function noteOf(event: RingoverEvent): CarrierNote | undefined {
  switch (event.type) {
    case 'ringing':
    case 'answered':
    case 'routing':
    case 'contact-call':
    case 'contact-search':
    case 'unknown':
      return undefined;
    case 'hangup': {
      const { recording: link, answeredBy } = event;
      return link || answeredBy ? { ...about(event), type: 'hang-up', data: said({ link, answeredBy }) } : undefined;
    }
    case 'missed':
      return event.reason ? { ...about(event), type: 'missed', data: said({ reason: event.reason }) } : undefined;
    case 'voicemail': {
      const { recording: link, durationS, reason } = event;
      return { ...about(event), type: 'voicemail', data: said({ link, durationS, reason }) };
    }
    case 'ivr-code':
      return { ...about(event), type: 'code', data: said({ code: event.code }) };
    case 'sms':
      return noteOfSms(event);
    default:
      return noteAfterCall(event);
  }
}

function noteAfterCall(event: RingoverAfterCallEvent): CarrierNote {
  switch (event.type) {
    case 'comments':
      return { ...about(event), type: 'comments', data: said({ comments: event.comments, tags: event.tags }) };
    case 'tags':
      return { ...about(event), type: 'tags', data: said({ tags: event.tags }) };
    case 'record-available':
      return { ...about(event), type: 'recording', data: said({ link: event.link, durationS: event.durationS }) };
    case 'voicemail-available':
      return { ...about(event), type: 'voicemail', data: said({ link: event.link, durationS: event.durationS }) };
    case 'transcription-available':
      return { ...about(event), type: 'transcription', data: said({ link: event.link }) };
    case 'summary-available':
      return { ...about(event), type: 'summary', data: said({ summary: event.summary }) };
    case 'empower':
      return { ...about(event), type: 'empower', data: {} };
    default:
      return assertNever(event);
  }
}

const about = ({ callId, at }: { callId: string; at: Date | undefined }) => ({ carrierCallId: callId, at });

const noteOfSms = ({ from, to, at, direction, body, messageId, conversationId }: RingoverSms): CarrierNote => ({
  ...{ carrierCallId: null, type: 'sms', at, from, to },
  data: said({ direction, body, messageId, conversationId }),
});

const said = (data: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
