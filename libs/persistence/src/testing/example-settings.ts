import type { AgentSettings } from '../settings.schema.js';

/** Settings of an agent that is nobody in particular. */
export const exampleSettings = (): AgentSettings => ({
  agent: {
    name: 'Clara',
    language: 'en-GB',
    listensTo: 'en-GB',
    persona: 'You are Clara.',
    keyterms: ['Brightwater'],
  },
  greeting: 'Hello, this is Clara, an AI.',
  phrases: {
    oneMoment: 'One moment.',
    sayAgain: 'Once more?',
    stillThere: ['Still there?'],
    recovery: 'Sorry?',
    apology: 'I cannot go on.',
    timeIsUp: 'Time is up.',
    goodbye: 'Goodbye.',
  },
  turns: {
    voiceThreshold: 0.5,
    silenceThreshold: 0.35,
    voiceMs: 96,
    silenceMs: 160,
    pauseMs: 500,
    completeMs: 250,
    hesitationMs: 1_200,
    lateWordsMs: 900,
    overlapMs: 320,
    resumeMs: 700,
    speculates: true,
  },
  limits: { maxCallMs: 900_000, silenceMs: 8_000, patienceMs: 2_000, giveUpMs: 8_000 },
  providers: { recogniser: 'lab/ear', model: 'lab/mind', voice: 'lab/mouth', voiceId: 'clara' },
  functions: ['find-free-slots'],
  recording: { enabled: false, announcement: null },
  overflow: { message: 'All lines are busy.', transferTo: '+441632960002' },
});
