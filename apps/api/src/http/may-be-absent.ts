import { ValidateIf } from 'class-validator';

/**
 * Of a member of a body that may be left out, and is not null when it is there: `@IsOptional` takes null for left out, and
 * whoever reads it next takes it for a value.
 */
export const MayBeAbsent = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined);
