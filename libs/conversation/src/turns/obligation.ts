import type { Answerer, Call, Obligation, Reply } from '../call.js';
import { LONGEST_GREETING_MS } from './answerer-state.js';
import { agentAnswers, hearsCaller, LEFT_ALONE_MS } from '../desk/desk.js';

/** The line must be up so soon after the call began. Milliseconds. */
const LINE_UP_MS = 10_000;
/** A carrier that was asked to hang up has done so by then. */
const HANG_UP_MS = 5_000;
/** A carrier that was asked to send the call elsewhere has taken it from us by then. */
const TRANSFER_MS = 30_000;
/** Nobody says more than this in one breath; longer is a radio or a held line. */
const LONGEST_TURN_MS = 60_000;
/** Longer than any sentence takes to be heard. */
const LONGEST_PIECE_MS = 45_000;
/** The agent waits so long, silent, for a voice that says nothing. */
const LONGEST_HOLD_MS = 12_000;
const SLACK_MS = 1_500;
/** A call that a person took over lasts no longer than this; a line that hangs would hold it for ever. */
const LONGEST_BRIDGE_MS = 4 * 3_600_000;

/** Who must act next: exactly one, as long as the call lives. */
export function obligationOf(call: Call): Obligation | null {
  const { phase, agent, caller, settings } = call;
  const { turns, limits } = settings;
  if (phase === 'closed') return null;
  if (phase === 'opening') return { owner: 'carrier', step: 'open-line', dueMs: LINE_UP_MS };
  if (phase === 'bridged')
    return { owner: 'caller', step: 'talk', dueMs: (call.person?.sinceMs ?? 0) + LONGEST_BRIDGE_MS };
  if (caller.floor === 'pausing' && waitsForWords(call))
    return { owner: 'recogniser', step: 'hear', dueMs: caller.endMs + limits.patienceMs };
  if (agent.floor === 'held') return { owner: 'caller', step: 'say-words', dueMs: agent.heldMs + LONGEST_HOLD_MS };
  if (agent.floor === 'replying' && agent.reply.released) return obligationOfReply(agent.reply, call);
  if (phase === 'ending') {
    const sinceMs = agent.floor === 'idle' ? agent.sinceMs : 0;
    const patienceMs = call.leaving && call.hangUpTries === 0 ? TRANSFER_MS : HANG_UP_MS;
    return { owner: 'carrier', step: 'hang-up', dueMs: sinceMs + patienceMs * (call.hangUpTries + 1) };
  }
  switch (caller.floor) {
    case 'speaking':
      if (call.answerer?.state === 'waits-for-tone') return untilTone(call.answerer);
      return { owner: 'caller', step: 'end-turn', dueMs: caller.onsetMs + LONGEST_TURN_MS };
    case 'pausing': {
      const waitMs = Math.max(turns.hesitationMs, turns.lateWordsMs) + SLACK_MS;
      return { owner: 'recogniser', step: 'settle-words', dueMs: caller.endMs + waitMs };
    }
    case 'quiet': {
      if (call.answerer?.state === 'waits-for-tone') return untilTone(call.answerer);
      const sinceMs = Math.max(caller.sinceMs, agent.floor === 'idle' ? agent.sinceMs : 0);
      if (!agentAnswers(call) || !hearsCaller(call)) {
        return { owner: 'operator', step: 'go-on', dueMs: Math.max(sinceMs, call.desk.askedMs) + LEFT_ALONE_MS };
      }
      return { owner: 'caller', step: 'speak', dueMs: sinceMs + limits.silenceMs };
    }
  }
}

/** Shorter than any word: a cough is not told to wait. Milliseconds. */
const SHORTEST_WORD_MS = 300;

/** Whether a recogniser that is slow by its nature still owes words which the agent would answer; until then nobody says anything. */
function waitsForWords(call: Call): boolean {
  const { agent, caller, words, settings, phase, desk } = call;
  if (phase !== 'talking' || agent.floor === 'replying' || caller.floor !== 'pausing' || caller.settled || !words)
    return false;
  if (agent.floor === 'held' && !canBeGivenUp(agent.reply)) return false;
  if (settings.turns.lateWordsMs <= settings.limits.patienceMs || call.turnedAway || call.timeIsUp) return false;
  if (!agentAnswers(call) || !hearsCaller(call) || desk.toSay.length > 0) return false;
  return words.endMs - words.startMs >= SHORTEST_WORD_MS;
}

/** It is known whole, and can be said later; or nothing of it was heard, and what it answers can be asked again. */
const canBeGivenUp = ({ closed, unasked, audibleMs, words, committed }: Reply): boolean =>
  closed || unasked || (audibleMs === null && words !== null && !committed);

const untilTone = ({ upMs }: Answerer): Obligation => ({
  owner: 'caller',
  step: 'end-greeting',
  dueMs: upMs + LONGEST_GREETING_MS,
});

function obligationOfReply(reply: Reply, { settings }: Call): Obligation {
  if (reply.sounding) return { owner: 'carrier', step: 'play', dueMs: reply.movedMs + LONGEST_PIECE_MS };
  const { patienceMs, giveUpMs } = settings.limits;
  const running = reply.rounds.flatMap(({ calls }) => calls).find(({ state }) => state === 'running');
  const owner = running ? 'function' : reply.thinking ? 'model' : reply.unasked ? 'recogniser' : 'voice';
  const fillInMs = reply.quietMs + patienceMs;
  if (running) {
    const lastMs = running.startedMs + running.timeoutMs + SLACK_MS;
    return fillInMs < lastMs
      ? { owner, step: 'answer', dueMs: fillInMs }
      : { owner, step: 'run-function', dueMs: lastMs };
  }
  // another "one moment" just before giving up would only make the caller wait for bad news
  const step = fillInMs + patienceMs / 2 < reply.owedMs + giveUpMs ? 'answer' : 'give-up';
  return { owner, step, dueMs: fillInMs };
}
