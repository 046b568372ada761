/** What can be played to a caller without a voice. */
export const SOUND_NAMES = ['music', 'beep', 'chime', 'ringing', 'busy'] as const;
export type SoundName = (typeof SOUND_NAMES)[number];

/** Phrases of an agent that may be asked for by name: they are rendered already. */
export const PHRASE_NAMES = ['oneMoment', 'sayAgain', 'recovery', 'apology', 'timeIsUp', 'goodbye'] as const;
export type PhraseName = (typeof PHRASE_NAMES)[number];
