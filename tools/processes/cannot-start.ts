/** Something outside the code is in the way. The message is one line, for a person, and holds no secret. */
export class CannotStart extends Error {}
