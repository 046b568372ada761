import { AuditStore } from '@app/persistence';
import { Injectable } from '@nestjs/common';
import type { Asker } from '../auth/asker.js';
import { SocketAccess } from '../auth/socket-access.js';
import type { SocketGate } from '../media/upgrade-adapter.js';
import type { Admission, UpgradeAsk } from '../media/upgrade-router.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Who listens to which call. */
export interface Listener {
  asker: Asker;
  callId: string;
}

/** Lets in who may listen to calls, and notes that they did, first: what is not noted is not heard. */
@Injectable()
export class ListenGate implements SocketGate<Listener> {
  constructor(
    private readonly access: SocketAccess,
    private readonly audit: AuditStore,
  ) {}

  /** @throws StoreError */
  async admit(ask: UpgradeAsk): Promise<Admission<Listener>> {
    const { id = '' } = ask.params;
    if (!UUID.test(id)) return { refused: 404 };
    const admission = await this.access.admit(ask, 'calls:listen');
    if ('refused' in admission) return admission;
    const asker = admission.admitted;
    await this.audit.note(asker, { action: 'listenToCall', subject: { type: 'calls', id } });
    return { admitted: { asker, callId: id } };
  }
}
