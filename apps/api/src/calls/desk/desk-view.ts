import type { RecordedEvent } from '@app/conversation/ports';
import type { CarrierAbility } from '@app/live-state';
import type { CallVerb, DeskDto } from '../dto/desk.dto.js';

/** What can be asked of every call that is served; names are the last part of the address. */
const ALWAYS: readonly CallVerb[] = [
  'hangup', 'say', 'whisper', 'mute', 'unmute', 'hold', 'resume', 'play', 'hand-over', 'take-over', 'give-back',
]; // prettier-ignore

/** What can be asked of a live call, as it is now. */
export function verbsOf(events: readonly RecordedEvent[], carrierCan: readonly CarrierAbility[]): CallVerb[] {
  if (events.some(({ type }) => type === 'call.turned-away' || type === 'person.joined')) return ['hangup'];
  const { held, muted } = deskOf(events);
  const isSilent = held || muted.agent;
  const able = ALWAYS.filter((verb) => !(isSilent && (verb === 'say' || verb === 'play')));
  return [...able, ...carrierCan];
}

const EMPTY: DeskDto = { held: false, muted: { caller: false, agent: false }, takenOverBy: null };

/** What operators have set and not taken back, read off what was told. */
export const deskOf = (events: readonly RecordedEvent[]): DeskDto => events.reduce(after, EMPTY);

function after(desk: DeskDto, { type, data }: RecordedEvent): DeskDto {
  if (type === 'desk.left') return EMPTY;
  if (type === 'person.called') return { ...desk, held: true };
  if (type === 'person.missed' || type === 'person.joined') return { ...desk, held: false };
  if (type !== 'command.obeyed') return desk;
  const { muted } = desk;
  const side = data['detail'] === 'agent' ? 'agent' : 'caller';
  switch (data['command']) {
    case 'hold':
      return { ...desk, held: true };
    case 'resume':
    case 'transfer':
      return { ...desk, held: false };
    case 'mute':
      return { ...desk, muted: { ...muted, [side]: true } };
    case 'unmute':
      return { ...desk, muted: { ...muted, [side]: false } };
    case 'take-over':
      return { ...desk, takenOverBy: String(data['author']) };
    case 'give-back':
      return { ...desk, takenOverBy: null };
    default:
      return desk;
  }
}
