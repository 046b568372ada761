import { type DynamicModule, Module } from '@nestjs/common';
import { RECORDINGS_FOLDER } from '../process-parts.js';
import { CallEraser } from './call-eraser.js';
import { CallReader } from './call-reader.js';
import { CallCommands } from './desk/call-commands.js';
import { CallDeskController } from './desk/call-desk.controller.js';
import { CallStory } from './call-story.js';
import { LiveLogs } from './live-logs.js';
import { CallsController } from './calls.controller.js';
import { RecordingController } from './recording/recording.controller.js';
import { StoryController } from './story.controller.js';
import { ReportController } from './report.controller.js';

@Module({})
export class CallsModule {
  static with({ folder }: { folder: string }): DynamicModule {
    return {
      module: CallsModule,
      controllers: [CallsController, CallDeskController, StoryController, RecordingController, ReportController],
      exports: [CallStory],
      providers: [
        LiveLogs,
        CallReader,
        CallCommands,
        CallEraser,
        CallStory,
        { provide: RECORDINGS_FOLDER, useValue: folder },
      ],
    };
  }
}
