import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { RevisionInterceptor } from './etag.js';
import { HealthController } from './health.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { ProblemsController } from './problems.controller.js';
import { QueryGuard } from './query.guard.js';

/** What is true of every request. Asks for `Readiness`, `Metrics`, the clock and the log. */
@Module({
  controllers: [HealthController, ProblemsController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: QueryGuard },
    { provide: APP_INTERCEPTOR, useClass: RevisionInterceptor },
  ],
})
export class HttpModule {}
