import { describe, expect, it } from '@jest/globals';
import { faultPlan } from './fault-plan.js';

describe('the faults of a load', () => {
  it('take out each first choice in turn, for twenty seconds', () => {
    expect(faultPlan('provider-outage', 120_000)).toEqual([
      { stage: 'recogniser', fromMs: 5_000, forMs: 20_000, path: '/deepgram/', kind: 'refuse' },
      { stage: 'model', fromMs: 30_000, forMs: 20_000, path: '/openai/v1/chat/', kind: 'refuse' },
      { stage: 'voice', fromMs: 55_000, forMs: 20_000, path: '/elevenlabs/', kind: 'refuse' },
    ]);
  });

  it('are over before a short load is', () => {
    for (const { fromMs, forMs } of faultPlan('provider-outage', 60_000)) expect(fromMs + forMs).toBeLessThan(55_000);
  });

  it('let one stage hang', () => {
    expect(faultPlan('model-hang', 60_000)).toEqual([
      { stage: 'model', fromMs: 5_000, forMs: 20_000, path: '/openai/v1/chat/', kind: 'hang' },
    ]);
  });
});
