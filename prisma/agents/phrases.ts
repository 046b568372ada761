import type { AgentSettings } from '@app/persistence';

export const ENGLISH: AgentSettings['phrases'] = {
  oneMoment: 'One moment, please.',
  sayAgain: 'Sorry, I did not catch that. Could you say it again?',
  cannotHelp: 'I am afraid that is something I cannot help you with. Is there anything else?',
  stillThere: ['Are you still there?', 'I cannot hear you. Are you still on the line?'],
  recovery: 'Sorry, I lost my thread for a moment. Could you say that again?',
  cutOff: 'Sorry, the line was gone for a moment. I am back.',
  apology: 'I am sorry, I have a technical problem and cannot go on. Please call again in a few minutes.',
  timeIsUp: 'I am sorry, we have reached the time limit of this call. Please call again if you need anything else.',
  goodbye: 'Thank you for calling. Goodbye.',
};

/** Once `transferTo` is set, also said before a call that breaks down is sent there: the message must then be true of both. */
export const ENGLISH_OVERFLOW: NonNullable<AgentSettings['overflow']> = {
  message: 'I am sorry, all our lines are busy at the moment. Please call again in a few minutes.',
  transferTo: null,
};

export const FRENCH_OVERFLOW: NonNullable<AgentSettings['overflow']> = {
  message: 'Toutes nos lignes sont occupées pour le moment. Merci de rappeler dans quelques minutes.',
  transferTo: null,
};

/** Off, until somebody decides that calls may be kept, and for how long. */
export const ENGLISH_RECORDING: NonNullable<AgentSettings['recording']> = {
  enabled: false,
  announcement: 'This call is recorded.',
};

export const FRENCH_RECORDING: NonNullable<AgentSettings['recording']> = {
  enabled: false,
  announcement: 'Cet appel est enregistré.',
};

export const FRENCH: AgentSettings['phrases'] = {
  oneMoment: 'Un instant, s’il vous plaît.',
  sayAgain: 'Pardon, je n’ai pas bien entendu. Pouvez-vous répéter ?',
  cannotHelp: 'Je regrette, je ne peux pas vous aider pour cela. Puis-je faire autre chose pour vous ?',
  stillThere: ['Vous êtes toujours là ?', 'Je ne vous entends plus. Êtes-vous encore en ligne ?'],
  recovery: 'Excusez-moi, j’ai perdu le fil un instant. Pouvez-vous répéter ?',
  cutOff: 'Excusez-moi, la ligne a été coupée un instant. Je suis de nouveau là.',
  apology: 'Je suis désolée, un problème technique m’empêche de continuer. Merci de rappeler dans quelques minutes.',
  timeIsUp: 'Je suis désolée, nous avons atteint la durée maximale de cet appel. N’hésitez pas à rappeler.',
  goodbye: 'Merci de votre appel. Au revoir.',
};
