import type { OnMachine } from '@app/conversation/ports';
import { hoursFaultsOf, orderTerms } from '@app/persistence';
import { type FieldError, Problem } from '../http/problem.js';
import type { OnMachineDto, PlaceCallDto } from './dto/place-call.dto.js';
import type { CallOrder } from './outbound-calls.js';

const USUAL_PRIORITY = 5;

/** What a body orders. @throws Problem `request.invalid` where its members do not go together */
export function orderOf(body: PlaceCallDto): CallOrder {
  const { agent, rule, to, from, way, variables = {}, ringTimeoutS, priority = USUAL_PRIORITY, notBefore } = body;
  const errors = faultsOf(body);
  if (errors.length > 0) throw new Problem('request.invalid', { errors });
  const { notAfter, hours, retries, onMachine, consent } = body;
  const terms = orderTerms.parse({
    ...(notAfter && { notAfter: notAfter.toISOString() }),
    ...(hours && { hours }),
    ...(retries && { retries: { ...retries } }),
    ...(onMachine && { onMachine: onMachineOf(onMachine) }),
    ...(consent && { consent }),
  });
  const by = agent === undefined ? { rule: rule ?? '' } : { agent };
  return { by, to, from, way, variables, ringTimeoutS, priority, notBefore, terms };
}

const onMachineOf = ({ then, text = '' }: OnMachineDto): OnMachine =>
  then === 'leave-message' ? { then, text } : { then };

function faultsOf({ agent, rule, notBefore, notAfter, hours, onMachine }: PlaceCallDto): FieldError[] {
  const faults = (isWrong: boolean, field: string, problem: string) => (isWrong ? [{ field, problem }] : []);
  const leaves = onMachine?.then === 'leave-message';
  return [
    ...faults((agent === undefined) === (rule === undefined), 'agent', 'must be there, or rule, and not both'),
    ...faults(Boolean(notBefore && notAfter && notAfter <= notBefore), 'notAfter', 'must be after notBefore'),
    ...faults(leaves && onMachine.text === undefined, 'onMachine.text', 'must be there'),
    ...faults(Boolean(onMachine && !leaves && onMachine.text !== undefined), 'onMachine.text', 'is for leave-message'),
    ...hoursFaultsOf(hours ?? null).map(({ field, problem }) => ({ field: `hours.${field}`, problem })),
  ];
}
