/** Lets requests to a limited interface through, one by one, whichever process they come from. */
export interface RequestGate {
  /**
   * Resolves when the request may be sent; it is to be sent at once. First come, first served; what is urgent goes before
   * all that is not. Nobody is sent away: who cannot wait any longer aborts, and gives up its place.
   *
   * @throws the signal's reason, as soon as it aborts. Nothing else: a gate that lost sight of the other processes goes on, slower.
   */
  pass(request: GatedRequest): Promise<void>;

  /** The far side said "too many": nobody passes for so long from now on. Never throws. */
  backOff(account: string, forMs: number): Promise<void>;
}

export interface GatedRequest {
  /** Whose limit it counts against. A key may be given as it is: no more than a hash of it leaves the process. */
  account: string;
  /** A hang-up: somebody is on the line, and pays. */
  urgent?: boolean;
  signal?: AbortSignal | undefined;
}
