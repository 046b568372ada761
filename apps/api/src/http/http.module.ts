import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { HealthController } from './health.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { QueryGuard } from './query.guard.js';

/** What is true of every request. Asks for `Readiness`, `Metrics`, the clock and the log. */
@Module({
  controllers: [HealthController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: QueryGuard },
  ],
})
export class HttpModule {}
