import { z } from 'zod';
import { announce, type OfferedFunction } from './offered-function.js';

export const endCall = (): OfferedFunction =>
  announce({
    name: 'end-call',
    description: 'Ends the call once your goodbye has been heard. Only when the caller has nothing more to ask.',
    effect: 'ends-call',
    arguments: z.strictObject({}),
  });
