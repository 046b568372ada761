import { type DynamicModule, Module } from '@nestjs/common';
import { MonitorGate } from './monitor.gate.js';
import { MonitorGateway } from './monitor.gateway.js';

/** The socket at which desks and dashboards listen. The application must use the `UpgradeAdapter`. */
@Module({})
export class MonitorModule {
  /** @param calls exports `CallStory` */
  static with(calls: DynamicModule): DynamicModule {
    return { module: MonitorModule, imports: [calls], providers: [MonitorGate, MonitorGateway] };
  }
}
