import { type ValidationError, ValidationPipe } from '@nestjs/common';
import { type FieldError, Problem } from './problem.js';

/** Reads bodies and queries into their DTOs; what a DTO does not know is refused. Never tells a value back. */
export const validation = (): ValidationPipe =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new Problem('request.invalid', { errors: fieldErrors(errors) }),
  });

function fieldErrors(errors: readonly ValidationError[], above = ''): FieldError[] {
  return errors.flatMap(({ property, constraints, children }) => [
    ...Object.entries(constraints ?? {}).map(([rule, problem]) => ({
      field: above + property,
      problem: rule === 'whitelistValidation' ? 'is not known here' : problem,
    })),
    ...fieldErrors(children ?? [], `${above}${property}.`),
  ]);
}
