import { plain } from '../turns/languages.js';

/** What a person who is called hears, and may answer, in the agent's language. */
interface PersonWords {
  intro: (agent: string) => string;
  /** Before what the caller said last. */
  theySaid: string;
  question: string;
  /** To the caller, when nobody came. */
  notPutThrough: string;
  yes: readonly string[];
  no: readonly string[];
  /** What answering machines say, and people do not. */
  machine: readonly string[];
}

const ENGLISH: PersonWords = {
  intro: (agent) => `Hello, this is ${agent}, an AI. I have a caller for you.`,
  theySaid: 'They said:',
  question: 'To take the call, say yes or press one. If you cannot, say no or press two.',
  notPutThrough: 'I am sorry, nobody can take your call right now. I am still here for you.',
  yes: ['yes', 'yeah', 'yep', 'sure', 'ok', 'okay', 'of course', 'go ahead', 'put them through', 'i will take it', "i'll take it"], // prettier-ignore
  no: ['no', 'nope', 'not now', "can't", 'cannot', 'decline', 'busy', 'later', 'sorry'],
  machine: ['leave a message', 'leave your message', 'after the tone', 'after the beep', 'voicemail', 'voice mail', 'mailbox', 'not available'], // prettier-ignore
};

const FRENCH: PersonWords = {
  intro: (agent) => `Bonjour, ici ${agent}, une intelligence artificielle. J'ai un appel pour vous.`,
  theySaid: 'La personne a dit :',
  question: "Pour prendre l'appel, dites oui ou tapez un. Sinon, dites non ou tapez deux.",
  notPutThrough: 'Je suis désolée, personne ne peut prendre votre appel pour le moment. Je reste à votre écoute.',
  yes: ['oui', 'ouais', 'ok', "d'accord", 'bien sûr', 'allez-y', 'passez-le-moi', 'volontiers'],
  no: ['non', 'pas maintenant', 'plus tard', 'occupé', 'désolé', 'désolée', 'je ne peux pas'],
  machine: ['laissez un message', 'laisser un message', 'après le bip', 'après le signal', 'messagerie', 'répondeur', "n'est pas disponible"], // prettier-ignore
};

const SPANISH: PersonWords = {
  intro: (agent) => `Hola, soy ${agent}, una inteligencia artificial. Tengo una llamada para usted.`,
  theySaid: 'La persona ha dicho:',
  question: 'Para atender la llamada, diga sí o pulse uno. Si no puede, diga no o pulse dos.',
  notPutThrough: 'Lo siento, nadie puede atender su llamada en este momento. Sigo aquí para ayudarle.',
  yes: ['sí', 'si', 'vale', 'claro', 'ok', 'de acuerdo', 'por supuesto', 'adelante'],
  no: ['no', 'ahora no', 'más tarde', 'ocupado', 'ocupada', 'no puedo', 'lo siento'],
  machine: ['deje un mensaje', 'deje su mensaje', 'después de la señal', 'después del tono', 'buzón de voz', 'contestador', 'no está disponible'], // prettier-ignore
};

/** Of a BCP 47 tag; English where there is none. */
export function personWordsOf(language: string): PersonWords {
  const known: Record<string, PersonWords> = { fr: FRENCH, es: SPANISH };
  return known[language.slice(0, 2).toLowerCase()] ?? ENGLISH;
}

/** Nobody agrees in more words than that. */
const LONGEST_YES = 8;

/** What they mean by it; undefined when it is neither. A no among the words wins. */
export function decisionIn(text: string, language: string): 'yes' | 'no' | 'machine' | undefined {
  const { yes, no, machine } = personWordsOf(language);
  const said = ` ${plain(text)} `;
  const holds = (phrases: readonly string[]) => phrases.some((phrase) => said.includes(` ${phrase} `));
  if (holds(machine)) return 'machine';
  if (holds(no)) return 'no';
  return holds(yes) && said.trim().split(' ').length <= LONGEST_YES ? 'yes' : undefined;
}
