import type { EarParts } from '../../open-ear.js';
import type { VoiceParts } from '../../voice-parts.js';

/** What hears and speaks for it. */
export type RealtimeParts = EarParts & VoiceParts;
