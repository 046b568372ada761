export type Language = 'en' | 'fr';

/** What the receptionist says. */
export type Phrases = typeof ENGLISH;

const ENGLISH = {
  askWhen: 'Of course. Which day would suit you?',
  askDayAgain: 'I did not get the day. Which day would suit you?',
  nothingFree: 'There is nothing free then. Which day would suit you otherwise?',
  have: 'I have',
  or: 'or',
  askWhich: 'Which one would you like?',
  askName: 'Very good. What name may I put it under?',
  looking: 'Let me look at the calendar.',
  noCalendar: 'I cannot see the calendar at the moment.',
  booking: 'Thank you. I will book that for you.',
  booked: 'Your appointment is booked',
  bookedFor: 'for',
  lostTime: 'I am sorry, I have lost the time. Which day would suit you?',
  failed: 'I am sorry, that did not work. Which day would suit you?',
  anythingElse: 'Is there anything else I can do for you?',
  shallIBook: 'Would you like to book an appointment?',
  allRight: 'All right.',
  welcome: 'You are welcome.',
  hello: 'Hello!',
  address: 'We are at twelve Harbour Street, next to the library.',
  prices: 'That depends on the treatment, so the dentist tells you first.',
  contact: [
    'You can call us on 020 7946 0958, or write to desk@brightwater.example.',
    'A check up is £45.50 until 1 December 2026, and we answer from 8:30.',
  ].join(' '),
  openingHours: [
    'We are open from Monday to Friday, from nine in the morning until five in the afternoon.',
    'On Saturdays and Sundays the practice is closed.',
    'We do check ups, cleanings, fillings and emergency visits, and there are three dentists here every day.',
    'If you are in pain, please call early in the morning, because we keep some places free for the same day.',
    'You can park behind the house, and the entrance is on the left side.',
  ].join(' '),
  transferring: 'One moment please, I will put you through.',
  notUnderstood: 'I am not sure that I understood you.',
  goodbye: 'Thank you for calling. Goodbye!',
};

const FRENCH: Phrases = {
  askWhen: 'Bien sûr. Quel jour vous conviendrait ?',
  askDayAgain: 'Je n’ai pas compris le jour. Quel jour vous conviendrait ?',
  nothingFree: 'Il n’y a rien de libre à ce moment-là. Quel jour vous conviendrait sinon ?',
  have: 'Je peux vous proposer',
  or: 'ou',
  askWhich: 'Lequel préférez-vous ?',
  askName: 'Très bien. À quel nom dois-je le noter ?',
  looking: 'Je regarde dans l’agenda.',
  noCalendar: 'Je n’ai pas accès à l’agenda en ce moment.',
  booking: 'Merci. Je le réserve pour vous.',
  booked: 'Votre rendez-vous est réservé',
  bookedFor: 'pour',
  lostTime: 'Excusez-moi, j’ai perdu l’heure. Quel jour vous conviendrait ?',
  failed: 'Je suis désolée, cela n’a pas marché. Quel jour vous conviendrait ?',
  anythingElse: 'Puis-je faire autre chose pour vous ?',
  shallIBook: 'Souhaitez-vous prendre rendez-vous ?',
  allRight: 'D’accord.',
  welcome: 'Je vous en prie.',
  hello: 'Bonjour !',
  address: 'Nous sommes au douze, rue du Port, à côté de la bibliothèque.',
  prices: 'Cela dépend du soin, on vous le dira avant de commencer.',
  contact: [
    'Vous pouvez appeler le 01 84 99 00 14, ou écrire à accueil@lavigne.example.',
    'Un bilan coûte 45,50 € jusqu’au 1er décembre 2026, et nous répondons dès 8h30.',
  ].join(' '),
  openingHours: [
    'Nous sommes ouverts du lundi au vendredi, de neuf heures à dix-sept heures.',
    'Le cabinet est fermé le samedi et le dimanche.',
    'Nous faisons des bilans, des soins et des visites d’urgence, et il y a trois praticiens chaque jour.',
    'En cas de douleur, appelez tôt le matin, car nous gardons des places pour le jour même.',
  ].join(' '),
  transferring: 'Un instant, je vous passe quelqu’un.',
  notUnderstood: 'Je ne suis pas sûre de vous avoir compris.',
  goodbye: 'Merci de votre appel. Au revoir !',
};

export const PHRASES: Readonly<Record<Language, Phrases>> = { en: ENGLISH, fr: FRENCH };

/** What the receptionist waits for after its last question. */
export type Stage = 'day' | 'choice' | 'name' | 'offer' | 'more';

/** Beginnings and ends of its questions, because one that was cut off is known by its beginning only. */
const STAGES: readonly (readonly [RegExp, Stage])[] = [
  [/anything else|autre chose|appointment is booked|est réservé/i, 'more'],
  [/what name|^very good|quel nom|^très bien/i, 'name'],
  [/which one|^i have (?!lost)|lequel|^je peux vous proposer/i, 'choice'],
  [/like to book|prendre rendez-vous \?/i, 'offer'],
  [/which day|^of course|quel jour|^bien sûr/i, 'day'],
];

export const stageOf = (asked: string): Stage | undefined => STAGES.find(([mark]) => mark.test(asked))?.[1];
