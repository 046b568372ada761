import { type DynamicModule, Module } from '@nestjs/common';
import { RECORDINGS_FOLDER } from '../process-parts.js';
import { CallReader } from './call-reader.js';
import { CallsController } from './calls.controller.js';
import { RecordingController } from './recording/recording.controller.js';
import { ReportController } from './report.controller.js';

@Module({})
export class CallsModule {
  static with({ folder }: { folder: string }): DynamicModule {
    return {
      module: CallsModule,
      controllers: [CallsController, RecordingController, ReportController],
      providers: [CallReader, { provide: RECORDINGS_FOLDER, useValue: folder }],
    };
  }
}
