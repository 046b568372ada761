import { Module } from '@nestjs/common';
import { CallReader } from './call-reader.js';
import { CallsController } from './calls.controller.js';
import { ReportController } from './report.controller.js';

@Module({ controllers: [CallsController, ReportController], providers: [CallReader] })
export class CallsModule {}
