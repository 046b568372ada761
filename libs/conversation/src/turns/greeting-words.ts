import { plain } from './languages.js';

/** What tells machines from people in a greeting, in plain text: lower case, without punctuation. */
interface GreetingWords {
  /** Nobody but a machine says so. */
  machine: RegExp;
  /** A person may say one of these; two are a machine. */
  likeMachine: RegExp;
  /** A machine that wants keys pressed. */
  menu: RegExp;
  /** Asks back, or offers something. */
  person: RegExp;
}

const ENGLISH: GreetingWords = {
  machine:
    /\b(after|at) the (tone|beep|signal)|leave (me |us |him |her )?(a|your|his|her|the) (\w+ )?(message|name|number|details)|leave (me|us) (one|a note)|record your message|mailbox|voice ?mail|answering (machine|service)|(person|number|subscriber|customer|party) you (are|re|have|ve) (calling|called|dialled|dialed|trying)|(get|call|ring) (right )?back to you|(call|ring|phone) you (right )?back (as soon|when|later)|no longer in service|not in service|switched off\b/g,
  likeMachine:
    /you('ve| have) reached|not available|unavailable|(can't|cannot|can not|couldn't) (take|come|answer|get|pick)|unable to (take|answer|come|get)|not able to|(is|are|are currently|we're|currently) closed|(office|opening|business) hours|not (here|in|home) (right now|at the moment)|missed your call|as soon as (i|we|possible)|thank(s| you) for calling|please hold|try again later/g,
  menu: /press (\d|zero|one|two|three|four|five|six|seven|eight|nine|star|pound|hash|the)|main menu|(following|these) options|enter (your|the) |(may|will|is) be(ing)? recorded|call is important|say (yes|sales|support|one)|dial (\d|one|two) |operator press|(you are|your call is|in a) queue|number \w+ in line/g,
  person:
    /who('s| is) (calling|this|speaking|there)|\bspeaking$|(how|what) (can|may) i|can i (take|help|give|ask)|what do you want|\bhang on|one (second|moment|sec|minute)$|is (that|this) you|can you hear/g,
};

const FRENCH: GreetingWords = {
  machine:
    /après le (bip|signal|top|son)|laiss(ez|er|e)([- ](moi|nous|lui))? (un|votre|vos|le|ton) |répondeur|messagerie|boîte vocale|bip sonore|(personne|numéro|correspondant|abonné) (que )?(vous|de votre)|votre correspondant|(vous|te) rappel(l?e|lerai|lerons|ons) (dès|rapidement|au plus|plus tard)|n'est pas attribué|plus attribué/g,
  likeMachine:
    /vous êtes (bien )?(sur|chez|au|en communication)|(pas|suis pas|sommes pas) (là|disponibles?|joignables?)|indisponibles?|absente?s?\b|(peux|peut|pouvons|puis) (pas|actuellement|malheureusement)? ?(pas )?(vous )?(répondre|prendre|décrocher)|fermé|horaires|ouvert du|rappeler (plus tard|ultérieurement)|vous rappelle|merci de votre appel|dès (que possible|mon retour)/g,
  menu: /tapez|appuyez|faites le|composez|touche (étoile|dièse|\d)|menu principal|veuillez (saisir|patienter|entrer)|appel est important|(est|être) enregistré|dites (oui|commercial|un)|conseiller va|temps d'attente|file d'attente/g,
  person:
    /c'est (qui|de la part)|qui est (à l'appareil|ce)|qui (est|c'est)$|j'écoute|je vous écoute|(que|comment|en quoi) (puis|je peux|peux)|à l'appareil|un instant$|vous êtes qui|vous m'entendez/g,
};

const EVERY = [ENGLISH, FRENCH];

/** How much in a greeting speaks for what. */
export interface GreetingSigns {
  /** 2 are a machine. */
  machine: number;
  menu: number;
  person: number;
}

/** @param language BCP 47; of one that is not known here, all are looked for */
export function signsIn(text: string, language: string): GreetingSigns {
  const known: Record<string, readonly GreetingWords[]> = { en: [ENGLISH], fr: [FRENCH] };
  const said = plain(text);
  const count = (words: RegExp) => new Set(said.match(words)).size;
  const lists = known[language.slice(0, 2).toLowerCase()] ?? EVERY;
  const sum = (of: (words: GreetingWords) => number) => lists.reduce((total, words) => total + of(words), 0);
  return {
    machine: sum(({ machine, likeMachine }) => 2 * count(machine) + count(likeMachine)),
    menu: sum(({ menu }) => count(menu)),
    person: sum(({ person }) => count(person)),
  };
}
