export type ProviderStage = 'recogniser' | 'model' | 'voice';

/** Why another provider took over: it failed, was late, was known to be down, or one that comes before it is back. */
export type SwitchReason = 'failed' | 'slow' | 'down' | 'healed';

/** From now on another provider does a stage of this call. Names are `vendor/model`. */
export interface ProviderSwitch {
  stage: ProviderStage;
  from: string;
  to: string;
  reason: SwitchReason;
}
