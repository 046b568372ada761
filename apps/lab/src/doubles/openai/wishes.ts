/** Any of these words or phrases, whole; accents count as letters, which `\b` does not know. */
const any = (...phrases: readonly string[]): RegExp => new RegExp(`(?<!\\p{L})(?:${phrases.join('|')})(?!\\p{L})`, 'u');

/** Words by which a wish is known, whatever the recogniser made of the rest; English and French at once. */
const WISHES = {
  farewell: any('good ?bye', 'bye', "that is all|that's all", 'nothing else', 'au revoir', "c'est tout"),
  repeat: any('repeat', 'pardon', '(say|tell me) (that|it) again', 'what did you say', 'répét\\p{L}*', '^(sorry|what|comment)$'),
  human: any('human', 'real person', 'operator', 'transfer', '(speak|talk) to (a|the|someone|somebody)', 'un humain', "quelqu'un"),
  contact: any('contact', 'details', 'e.?mail', 'coordonnées'),
  hours: any('open|opening|closed?', 'hours', 'services?', 'horaires?', 'ouverts?|ouverture|fermés?'),
  address: any('where', 'address', 'located', 'find you', 'adresse', 'où'),
  prices: any('prices?', 'costs?', 'how much', 'expensive', 'prix', 'tarifs?', 'combien'),
  book: any('book|booking', 'appointments?', 'cleaning', 'check.?up', 'visit', 'reserve', 'table', 'rendez.vous', 'réserver'),
  thanks: any('thanks?', 'merci'),
  hello: any('hello|hi', 'good (morning|afternoon|evening)', 'bonjour|bonsoir'),
  no: any('no|nope|not|nothing', "don't", 'neither|none', 'non|rien|aucun'),
  yes: any('yes|yeah|sure|please', 'okay|ok|right|fine|good', "oui|volontiers|d'accord"),
  anyDay: any('any|anytime|whenever', 'earliest|soon|soonest', 'first (one )?available', "n'importe", 'plus tôt'),
} as const; // prettier-ignore

export type Wish = keyof typeof WISHES;

export const wishes = (wish: Wish, said: string): boolean => WISHES[wish].test(spokenForm(said));

/** One form of what was said: small letters, straight apostrophes, no signs. */
export const spokenForm = (said: string): string =>
  said
    .toLowerCase()
    .replace(/[’`]/g, "'")
    .replace(/[^\p{L}\p{N}' -]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
