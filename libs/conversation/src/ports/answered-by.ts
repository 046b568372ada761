/** `ivr`: a menu of keys. `unknown`: nobody said anything. */
export type AnsweredBy = 'person' | 'machine' | 'ivr' | 'unknown';
