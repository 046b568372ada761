/** What every event of a call tells. Absent is what was not said, or was not readable. */
export interface RingoverCallFacts {
  /** An unsigned 64-bit integer, as text. */
  callId: string;
  channelId: string | undefined;
  /** A group that rings sends several `ringing` of one call, each with an id of its own. */
  eventId: string | undefined;
  direction: 'inbound' | 'outbound' | undefined;
  /** E.164 with `+`; absent for an anonymous caller. */
  from: string | undefined;
  to: string | undefined;
  userId: string | undefined;
  /** When it rang, was answered, ended. */
  at: Date | undefined;
  startedAt: Date | undefined;
}

/** Ringover's answering-machine detection. */
export type AnsweredBy = 'human' | 'machine' | 'unsure';

/** What comes of a call when it is over. */
export interface RingoverAfterCall {
  callId: string;
  channelId: string | undefined;
  at: Date | undefined;
}

/** A question that Ringover asks while it handles a call. */
export type RingoverQuestion = Pick<RingoverCallFacts, 'callId' | 'direction' | 'from' | 'to' | 'at'>;

/** A short message, sent by a person or to one. */
export interface RingoverSms {
  /** Theirs; undefined when the message was told without one. */
  messageId: string | undefined;
  conversationId: string | undefined;
  direction: 'inbound' | 'outbound';
  from: string | undefined;
  to: string | undefined;
  userId: string | undefined;
  /** Missing at times: it stands in the conversation then. */
  body: string | undefined;
  at: Date | undefined;
}

export type RingoverCallEvent =
  | (RingoverCallFacts & { type: 'ringing' | 'answered' })
  | (RingoverCallFacts & { type: 'hangup'; recording: string | undefined; answeredBy: AnsweredBy | undefined })
  | (RingoverCallFacts & { type: 'missed'; reason: string | undefined })
  | (RingoverCallFacts & {
      type: 'voicemail';
      reason: string | undefined;
      recording: string | undefined;
      durationS: number | undefined;
    });

export type RingoverAfterCallEvent =
  /** `comments_updated` and `aftercall` say the same. */
  | (RingoverAfterCall & { type: 'comments'; comments: string | undefined; tags: readonly string[] })
  | (RingoverAfterCall & { type: 'tags'; tags: readonly string[] })
  | (RingoverAfterCall & { type: 'record-available'; link: string | undefined; durationS: number | undefined })
  | (RingoverAfterCall & { type: 'voicemail-available'; link: string | undefined; durationS: number | undefined })
  | (RingoverAfterCall & { type: 'transcription-available'; link: string | undefined })
  | (RingoverAfterCall & { type: 'summary-available'; summary: string | undefined })
  /** Seen in one project only; what is in it is not known. */
  | (RingoverAfterCall & { type: 'empower' });

/** Ringover waits for the answer to all of these but the code. */
export type RingoverAskedEvent =
  | (RingoverQuestion & { type: 'routing' })
  | (RingoverQuestion & { type: 'contact-call' })
  /** Digits as text; leading zeros are lost before they come to us. */
  | (RingoverQuestion & { type: 'ivr-code'; code: string })
  | { type: 'contact-search'; query: string; userId: string | undefined };

export type RingoverEvent =
  | RingoverCallEvent
  | RingoverAfterCallEvent
  | RingoverAskedEvent
  | (RingoverSms & { type: 'sms' })
  | { type: 'unknown'; resource: string | undefined; event: string | undefined };
