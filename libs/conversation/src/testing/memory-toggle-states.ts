import type { ToggleClaim, ToggleState, ToggleStates } from '../ports/index.js';

/** Toggles in a map. A claim that is not settled stays busy: who needs it forgotten uses another fake. */
export class MemoryToggleStates implements ToggleStates {
  readonly #states = new Map<string, ToggleState | 'busy'>();

  claim(toggle: string, on: boolean): Promise<ToggleClaim> {
    const state = this.#states.get(toggle) ?? 'off';
    if (state === 'busy' || state === 'unknown') return Promise.resolve(state);
    if (state === (on ? 'on' : 'off')) return Promise.resolve('already');
    this.#states.set(toggle, 'busy');
    return Promise.resolve('claimed');
  }

  settle(toggle: string, state: ToggleState): Promise<void> {
    this.#states.set(toggle, state);
    return Promise.resolve();
  }
}
