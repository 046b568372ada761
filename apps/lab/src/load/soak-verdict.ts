/** What a process held at one moment, with no call in it. */
export interface Held {
  /** Heap and buffers after a forced collection. */
  heldMb: number;
  rssMb: number;
  /** What keeps its event loop alive, by kind (`process.getActiveResourcesInfo()`): handles, requests, timers. */
  resources: Readonly<Record<string, number>>;
  /** On all emitters and abort signals that are alive. */
  listeners: number;
}

/** A moment of a soak: after so many calls, when the record of each is stored. */
export interface SoakMoment {
  calls: number;
  /** By process. */
  held: Readonly<Record<string, Held>>;
  /** Keys in Redis that never expire, by shape. */
  keys: Readonly<Record<string, number>>;
}

/** A figure early and late, and what it may be late. */
export interface Growth {
  name: string;
  early: number;
  late: number;
  most: number;
  grown: boolean;
}

const HELD_BY = 1.05;
const RSS_BY = 1.1;
/** Sockets that are kept for the next request, timers that are about to fire: so many come and go. A leak is one for each call. */
const COMING_AND_GOING = 12;
/** A listener or two for each of those, and what a store's own client adds and removes. */
const LISTENERS_COMING_AND_GOING = 100;

/** What has grown between two moments, and what has not. */
export function growthOf(early: SoakMoment, late: SoakMoment): Growth[] {
  const processes = Object.entries(late.held).flatMap(([name, held]) => {
    const before = early.held[name];
    return before ? growthOfProcess(name, before, held) : [];
  });
  const keys = namesOf(early.keys, late.keys).map((shape) =>
    grown(`Redis keys ${shape}`, early.keys[shape], late.keys[shape], (count) => count + COMING_AND_GOING),
  );
  return [...processes, ...keys];
}

function growthOfProcess(name: string, early: Held, late: Held): Growth[] {
  return [
    grown(`${name}: held MB`, early.heldMb, late.heldMb, (mb) => mb * HELD_BY),
    grown(`${name}: resident MB`, early.rssMb, late.rssMb, (mb) => mb * RSS_BY),
    grown(`${name}: listeners`, early.listeners, late.listeners, (count) => count + LISTENERS_COMING_AND_GOING),
    ...namesOf(early.resources, late.resources).map((kind) =>
      grown(`${name}: ${kind}`, early.resources[kind], late.resources[kind], (count) => count + COMING_AND_GOING),
    ),
  ];
}

const namesOf = (...counts: Readonly<Record<string, number>>[]): string[] => [
  ...new Set(counts.flatMap((each) => Object.keys(each))),
];

function grown(name: string, early = 0, late = 0, mostOf: (early: number) => number): Growth {
  const most = mostOf(early);
  return { name, early, late, most, grown: late > most };
}
