import type { AnsweredBy } from '../ports/index.js';

/** How somebody, or something, answers the telephone: sentences, each followed by a short pause. */
export interface ExampleGreeting {
  by: Exclude<AnsweredBy, 'unknown'>;
  language: 'en' | 'fr';
  sentences: readonly string[];
  /** Of a machine: a tone follows. */
  tone: boolean;
}

const person = (language: 'en' | 'fr', ...sentences: string[]): ExampleGreeting => ({ by: 'person', language, sentences, tone: false }); // prettier-ignore
const machine = (language: 'en' | 'fr', ...sentences: string[]): ExampleGreeting => ({ by: 'machine', language, sentences, tone: true }); // prettier-ignore
const menu = (language: 'en' | 'fr', ...sentences: string[]): ExampleGreeting => ({ by: 'ivr', language, sentences, tone: false }); // prettier-ignore
const toneless = (greeting: ExampleGreeting): ExampleGreeting => ({ ...greeting, tone: false });

export const EXAMPLE_GREETINGS: readonly ExampleGreeting[] = [
  person('en', 'Hello?'),
  person('en', 'Hi, this is Tom.'),
  person('en', 'Yes?'),
  person('en', 'Good morning, Harbour Hotel, how can I help you?'),
  person('en', 'Hello.', 'Who is this?'),
  person('en', "You've reached Brightwater Dental, Ann speaking, how may I help?"),
  person('en', "Sorry, she's not available right now.", 'Can I take a message?'),
  person('en', 'Hello, hang on.', "I'm just getting out of the car.", "Who's calling, please?"),
  person('en', 'Miller residence.'),
  person('en', 'Yeah, hello, can you hear me?'),
  person('fr', 'Allô ?'),
  person('fr', 'Oui, bonjour.'),
  person('fr', "Cabinet Lavigne, bonjour, Sophie à l'appareil."),
  person('fr', 'Oui allô ?', 'Qui est-ce ?'),
  person('fr', 'Le Comptoir bonsoir, que puis-je faire pour vous ?'),
  person('fr', "Allô, oui, j'écoute."),
  person('fr', "Il n'est pas là pour le moment.", "C'est de la part de qui ?"),
  machine('en', "Hi, you've reached Sarah.", "I can't come to the phone right now.", 'Please leave a message after the tone.'),
  machine('en', 'The person you are calling is not available.', 'Please leave your message after the beep.'),
  machine('en', 'Your call has been forwarded to an automated voice messaging system.', 'At the tone, please record your message.'),
  machine('en', "Hey, it's Mike, leave me a message and I'll get back to you."),
  machine('en', "Hi, it's Jo.", 'You know what to do.'),
  machine('en', 'Hello.', "This is the voicemail of Doctor Patel.", 'Leave your name and number.'),
  toneless(machine('en', 'Thank you for calling Northgate Parcels.', 'Our office is closed at the moment.', 'Our opening hours are nine to five, Monday to Friday.')),
  machine('en', "We're sorry we missed your call.", 'Leave your details and somebody will call you back as soon as possible.'),
  machine('en', 'Sorry, the mailbox of five five five, one two three four is full.'),
  machine('en', "Hi, this is Anna, I'm either on the other line or away from my desk, so do what you normally do here and I promise that you will hear from me."),
  machine('fr', 'Bonjour, vous êtes bien sur le répondeur de Paul.', 'Laissez-moi un message après le bip.'),
  machine('fr', "Bonjour, je ne suis pas disponible pour l'instant.", 'Merci de laisser un message, je vous rappellerai dès que possible.'),
  machine('fr', 'Votre correspondant est indisponible.', 'Veuillez laisser un message après le signal sonore.'),
  machine('fr', 'Salut, c’est Léa, tu connais la suite.'),
  machine('fr', 'Bienvenue sur la messagerie vocale du zéro six douze trente-quatre.', 'Parlez après le bip sonore.'),
  toneless(machine('fr', 'Le cabinet est actuellement fermé.', 'Nos horaires sont du lundi au vendredi de neuf heures à dix-huit heures.')),
  machine('fr', 'Bonjour, vous êtes chez les Martin.', 'Nous sommes absents.', 'Laissez vos coordonnées et nous vous rappellerons.'),
  menu('en', 'Welcome to Acme.', 'For sales, press one.', 'For support, press two.'),
  menu('en', 'Thank you for calling.', 'Please listen carefully, as our menu options have changed.', 'Press 1 for English.'),
  menu('en', 'Your call is important to us.', 'Calls may be recorded for training purposes.', 'Please hold.'),
  menu('en', 'Please enter your account number, followed by the hash key.'),
  menu('fr', 'Bienvenue chez Acme.', 'Pour le service commercial, tapez un.', 'Pour le support, tapez deux.'),
  menu('fr', 'Tous nos conseillers sont en ligne.', 'Veuillez patienter, un conseiller va vous répondre.'),
]; // prettier-ignore
