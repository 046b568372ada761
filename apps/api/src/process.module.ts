import { type Logger, Metrics } from '@app/boot';
import { PlayoutClock } from '@app/audio';
import { type Clock, newNodeId } from '@app/kernel';
import { type DynamicModule, Module } from '@nestjs/common';
import { Readiness } from './http/readiness.js';
import { CLOCK, LOGGER, NODE_ID } from './process-parts.js';
import { OpenStores } from './stores.module.js';

export interface ProcessParts {
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}

/** What there is one of in this process, whoever asks: clock, log, metrics, its name among nodes, the playout clock. */
@Module({})
export class ProcessModule {
  static with({ clock, log, metrics }: ProcessParts): DynamicModule {
    return {
      module: ProcessModule,
      global: true,
      providers: [
        { provide: CLOCK, useValue: clock },
        { provide: LOGGER, useValue: log },
        { provide: Metrics, useValue: metrics },
        { provide: NODE_ID, useFactory: newNodeId },
        { provide: PlayoutClock, useFactory: () => playoutClock(clock, log, metrics) },
        {
          provide: Readiness,
          inject: [OpenStores],
          useFactory: (stores: OpenStores) => new Readiness(stores.checks, clock),
        },
      ],
      exports: [CLOCK, LOGGER, Metrics, NODE_ID, PlayoutClock, Readiness],
    };
  }
}

const playoutClock = (clock: Clock, log: Logger, metrics: Metrics): PlayoutClock =>
  new PlayoutClock(clock, {
    onFailure: (error) => log.error({ error }, 'a playout track broke'),
    onLateness: metrics.playedLate,
  });
