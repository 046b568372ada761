import type { Person } from '@app/persistence';
import type { PersonDto } from './dto/person.dto.js';

export const viewPerson = ({ id, email, name, role, createdAt, disabledAt }: Person): PersonDto => ({
  ...{ id, email, name, role },
  createdAt: createdAt.toISOString(),
  disabledAt: disabledAt?.toISOString() ?? null,
});
