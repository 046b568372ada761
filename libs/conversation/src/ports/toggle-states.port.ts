/**
 * What was switched on at a carrier that only knows how to switch over: asking twice undoes it, so every process must
 * know what the others did. A toggle that nobody has touched is off; what is known of it is forgotten after a day.
 */
export interface ToggleStates {
  /**
   * Asks for the right to switch `toggle` over, so that it ends up `on` or off. One who was told `claimed` settles it.
   *
   * @throws StoreError
   */
  claim(toggle: string, on: boolean): Promise<ToggleClaim>;

  /** States what is so: after a claim, or because a person looked. @throws StoreError */
  settle(toggle: string, state: ToggleState): Promise<void>;
}

/**
 * `already`: it is so, nothing is to be done. `busy`: somebody is at it. `unknown`: a request got no answer, or who had
 * the claim did not settle it in half a minute.
 */
export type ToggleClaim = 'claimed' | 'already' | 'busy' | 'unknown';

export type ToggleState = 'on' | 'off' | 'unknown';
