import { type Price, PriceList } from '@app/providers';
import { type DynamicModule, Module } from '@nestjs/common';
import { RECORDINGS_FOLDER } from '../process-parts.js';
import { CallEraser } from './call-eraser.js';
import { CallCosts } from './cost/call-costs.js';
import { CostController } from './cost/cost.controller.js';
import { CallReader } from './call-reader.js';
import { CallCommands } from './desk/call-commands.js';
import { CallDeskController } from './desk/call-desk.controller.js';
import { CallStory } from './call-story.js';
import { KnownAgents } from './known-agents.js';
import { LiveLogs } from './live-logs.js';
import { CallsController } from './calls.controller.js';
import { OrderReader } from './order-reader.js';
import { RecordingController } from './recording/recording.controller.js';
import { StatsController } from './stats/stats.controller.js';
import { StoryController } from './story.controller.js';
import { ReportController } from './report.controller.js';
import { WholeCalls } from './whole-calls.js';

@Module({})
export class CallsModule {
  /** @param prices of this installation, before the vendors' lists */
  static with({ folder, prices }: { folder: string; prices?: readonly Price[] | undefined }): DynamicModule {
    return {
      module: CallsModule,
      controllers: [
        CallsController,
        CallDeskController,
        StoryController,
        RecordingController,
        ReportController,
        CostController,
        StatsController,
      ],
      exports: [CallStory],
      providers: [
        ...[LiveLogs, KnownAgents, CallReader, OrderReader, WholeCalls, CallCommands, CallEraser, CallStory, CallCosts],
        { provide: RECORDINGS_FOLDER, useValue: folder },
        { provide: PriceList, useValue: new PriceList(prices) },
      ],
    };
  }
}
