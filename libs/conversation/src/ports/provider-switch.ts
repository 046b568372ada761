export type ProviderStage = 'recogniser' | 'model' | 'voice';

/** Why another provider took over: it failed, was late, was known to be down, one that comes before it is back, or the call must be careful with money. */
export type SwitchReason = 'failed' | 'slow' | 'down' | 'healed' | 'cheaper';

/** From now on another provider does a stage of this call. Names are `vendor/model`. */
export interface ProviderSwitch {
  stage: ProviderStage;
  from: string;
  to: string;
  reason: SwitchReason;
}
