import { LiveCalls, Wire } from '@app/live-state';
import { type DynamicModule, Module } from '@nestjs/common';
import { CallRunner } from '../calls/call-runner.js';
import { provideFrom } from '../named-parts.js';
import { CLOCK, NODE_ID } from '../process-parts.js';
import { whileUp } from '../while-up.js';
import { ListenGate } from './listen.gate.js';
import { ListenGateway } from './listen.gateway.js';
import { ListenIn, type ListenInParts } from './listen-in.js';

/** The sound of live calls, for supervisors. The application must use the `UpgradeAdapter`. */
@Module({})
export class ListenModule {
  /** @param carrying exports `CallRunner` */
  static with(carrying: DynamicModule): DynamicModule {
    const listenIn = provideFrom<ListenInParts>(
      ListenIn,
      { nodeId: NODE_ID, runner: CallRunner, live: LiveCalls, wire: Wire, clock: CLOCK },
      (parts) => new ListenIn(parts),
    );
    return {
      module: ListenModule,
      imports: [carrying],
      providers: [listenIn, ListenGate, ListenGateway, whileUp(ListenIn)],
    };
  }
}
