import type { Logger } from '@app/boot';
import type { Clock } from '@app/kernel';
import { Inject } from '@nestjs/common';

// What every room of this process may ask for and that has no class to be asked by.

export const CLOCK = Symbol('clock');
export const LOGGER = Symbol('logger');
/** This process, as live state knows it: `NodeId`. */
export const NODE_ID = Symbol('node id');
/** Absolute. */
export const RECORDINGS_FOLDER = Symbol('folder of recordings');
/** Lines of an agent that has no number of its own. */
export const LINES_PER_AGENT = Symbol('lines per agent');

export const InjectClock = () => Inject(CLOCK);
export const InjectLogger = () => Inject(LOGGER);
export const InjectNodeId = () => Inject(NODE_ID);

export type { Clock, Logger };
