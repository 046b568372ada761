import type { BookedContact, Consent, ContactCall } from '@app/persistence';
import type { ConsentDto, ContactCallDto, ContactDto } from './dto/contact.dto.js';

export const viewContact = ({ notes, consents, createdAt, ...contact }: BookedContact): ContactDto => ({
  ...contact,
  notes: { ...notes },
  consents: consents.map(viewConsent),
  createdAt: createdAt.toISOString(),
});

export const viewConsent = ({ at, ...consent }: Consent): ConsentDto => ({ ...consent, at: at.toISOString() });

export const viewContactCall = ({ startedAt, ...call }: ContactCall): ContactCallDto => ({
  ...call,
  startedAt: startedAt.toISOString(),
});
