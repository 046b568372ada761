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
import { LiveLogs } from './live-logs.js';
import { CallsController } from './calls.controller.js';
import { RecordingController } from './recording/recording.controller.js';
import { StatsController } from './stats/stats.controller.js';
import { StoryController } from './story.controller.js';
import { ReportController } from './report.controller.js';

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
        ...[LiveLogs, CallReader, CallCommands, CallEraser, CallStory, CallCosts],
        { provide: RECORDINGS_FOLDER, useValue: folder },
        { provide: PriceList, useValue: new PriceList(prices) },
      ],
    };
  }
}
