import { STATUS_CODES } from 'node:http';
import type { Logger } from '@app/boot';
import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { InjectLogger } from '../process-parts.js';
import { type Problem, problemOf, PROBLEMS } from './problem.js';
import { requestIdOf } from './request-id.js';

/** Everything that is thrown leaves as RFC 9457 problem details: a stable code, and nothing of our inside. */
@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@InjectLogger() private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const problem = problemOf(error);
    const requestId = requestIdOf(response);
    if (problem.status >= 500) this.#logOurs(error, problem, requestId);
    if (response.headersSent) return void response.destroy(); // half an answer must not look whole
    if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer');
    const { retryAfterS = problem.status === 503 ? 1 : undefined } = problem.extras;
    if (retryAfterS !== undefined) response.setHeader('retry-after', String(retryAfterS));
    response
      .status(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify(bodyOf(problem, requestId)));
  }

  /** Only what broke on our side; a wrong request is its sender's business. */
  #logOurs(error: unknown, problem: Problem, requestId: string): void {
    const line = { requestId, code: problem.code, error };
    if (problem.status === 503) this.log.warn(line, 'request could not be served');
    else this.log.error(line, 'request broke');
  }
}

/** `about:blank` (RFC 9457 §4.2.1): the title is the status; what kind of problem it is says `code`. */
const bodyOf = ({ code, status, extras }: Problem, requestId: string) => ({
  type: 'about:blank',
  title: STATUS_CODES[status],
  status,
  code,
  detail: PROBLEMS[code].detail,
  ...extras,
  requestId,
});
