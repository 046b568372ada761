import { AuditStore } from '@app/persistence';
import { Injectable } from '@nestjs/common';
import { SocketAccess } from '../auth/socket-access.js';
import type { SocketGate } from '../media/upgrade-adapter.js';
import type { Admission, UpgradeAsk } from '../media/upgrade-router.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Lets in who may listen to calls, and notes that they did, first: what is not noted is not heard. */
@Injectable()
export class ListenGate implements SocketGate<string> {
  constructor(
    private readonly access: SocketAccess,
    private readonly audit: AuditStore,
  ) {}

  /** @throws StoreError */
  async admit(ask: UpgradeAsk): Promise<Admission<string>> {
    const { id = '' } = ask.params;
    if (!UUID.test(id)) return { refused: 404 };
    const admission = await this.access.admit(ask, 'calls:listen');
    if ('refused' in admission) return admission;
    await this.audit.note(admission.admitted, { action: 'listenToCall', subject: { type: 'calls', id } });
    return { admitted: id };
  }
}
