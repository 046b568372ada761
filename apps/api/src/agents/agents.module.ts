import { type DynamicModule, Module } from '@nestjs/common';
import { LINES_PER_AGENT } from '../process-parts.js';
import { AgentsController } from './agents.controller.js';

@Module({ controllers: [AgentsController] })
export class AgentsModule {
  static with({ linesPerAgent }: { linesPerAgent: number }): DynamicModule {
    return { module: AgentsModule, providers: [{ provide: LINES_PER_AGENT, useValue: linesPerAgent }] };
  }
}
