import { Injectable } from '@nestjs/common';
import type { Asker } from '../auth/asker.js';
import { SocketAccess } from '../auth/socket-access.js';
import type { SocketGate } from '../media/upgrade-adapter.js';
import type { Admission, UpgradeAsk } from '../media/upgrade-router.js';

/** Lets in who may read calls: what is told there can be read over HTTP too. */
@Injectable()
export class MonitorGate implements SocketGate<Asker> {
  constructor(private readonly access: SocketAccess) {}

  /** @throws StoreError */
  admit(ask: UpgradeAsk): Promise<Admission<Asker>> {
    return this.access.admit(ask, 'calls:read');
  }
}
