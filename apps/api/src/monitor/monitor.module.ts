import { LiveRedis, Tickets } from '@app/live-state';
import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { MonitorController } from './monitor.controller.js';
import { MonitorGate } from './monitor.gate.js';
import { MonitorGateway } from './monitor.gateway.js';

/** The socket at which desks and dashboards listen. The application must use the `UpgradeAdapter`. */
@Module({})
export class MonitorModule {
  /** @param calls exports `CallStory` */
  static with(calls: DynamicModule): DynamicModule {
    const tickets = { provide: Tickets, inject: [LiveRedis], useFactory: (redis: LiveRedis) => new Tickets(redis) };
    return {
      module: MonitorModule,
      imports: [AuthModule, calls],
      controllers: [MonitorController],
      providers: [tickets, MonitorGate, MonitorGateway],
    };
  }
}
