import { CarrierError, type CarrierFailure } from '@app/conversation/ports';
import { parseLossless } from '../lossless-json.js';

/** What a key must be allowed: a switch of its page in Ringover's dashboard. */
export type RingoverGrant = `${string}: ${'read' | 'write'}` | 'Monitoring';

export interface RestRequest {
  method: string;
  /** Below the address of the interface, with the slash before it. */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON; without one nothing is sent. */
  body?: unknown;
}

export interface Operation<Input, Output> {
  /** Undefined: any key may. */
  grant: RingoverGrant | undefined;
  /** `safe`: asking again changes nothing. `once`: it is sent a second time by nobody but a person. */
  kind: 'safe' | 'once';
  urgent?: boolean;
  /** What a 404 says: the thing is unknown, the call is, or there is nothing (yet). */
  absent: Extract<CarrierFailure, 'not-found' | 'unknown-call'> | 'nothing';
  /** @throws CarrierError `cannot` for what the interface does not take */
  request(input: Input): RestRequest;
  /** @throws whatever it likes: then the answer was unreadable */
  read(answer: RestAnswer): Output;
}

/** An answer that is no refusal. */
export class RestAnswer {
  constructor(
    readonly bytes: Uint8Array,
    readonly contentType: string,
  ) {}

  /** Without rounding; undefined when there is nothing, whatever the status said. @throws SyntaxError */
  json(): unknown {
    const text = Buffer.from(this.bytes).toString('utf8');
    return text.trim() === '' ? undefined : parseLossless(text);
  }
}

export const NO_ANSWER = new RestAnswer(new Uint8Array(), '');

export const cannot = (detail: string): CarrierError => new CarrierError('ringover', 'cannot', { detail });

/** E.164 with `+`, as the integer that Ringover takes. @throws CarrierError `cannot` */
export function numberOf(e164: string): number {
  if (!/^\+[1-9]\d{4,14}$/.test(e164)) throw cannot('not an E.164 number');
  return Number(e164.slice(1));
}

/** Fills `{names}`. @throws CarrierError `cannot` when a value is missing or is no id */
export function fill(template: string, values: Readonly<Record<string, string | undefined>>): string {
  return template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined || !/^[\w-]{1,64}$/.test(value)) throw cannot(`no ${name} for its path`);
    return value;
  });
}
