/** How a language says what is written in figures. Numbers come as digits, with a point before decimals. */
export interface Tongue {
  cardinal(digits: string): string;
  ordinal(value: number, gender?: 'feminine'): string;
  /** Figures that are told one by one, or in the groups that people use: a telephone number, a code. */
  digits(figures: string): string;
  /** @param groups figures only, as they were written apart */
  phone(groups: readonly string[], international: boolean): string;
  /** @param hour 0 to 23 @param minute 0 to 59 @param half whether the half of the day was written */
  time(hour: number, minute: number, half: boolean): string;
  /** @param month 1 to 12; @param year undefined: it is not named */
  date(day: number, month: number, year: number | undefined): string;
  year(value: number): string;
  money(amount: string, currency: Currency): string;
  readonly words: {
    percent: string;
    to: string;
    at: string;
    dot: string;
    dash: string;
    underscore: string;
    plus: string;
    slash: string;
    degrees: string;
  };
  /** Written short, said whole; keys in lower case, with their point where they have one. */
  readonly abbreviations: Readonly<Record<string, string>>;
  readonly units: Readonly<Record<string, { one: string; many: string }>>;
  /** Names of the months as they are written, lower case, January first. */
  readonly months: readonly string[];
}

export type Currency = 'EUR' | 'USD' | 'GBP' | 'CHF';

/** "12.50" as whole units and hundredths. */
export function coins(amount: string): { units: string; hundredths: number } {
  const [units = '0', decimals = ''] = amount.split('.');
  return { units, hundredths: Number(decimals.padEnd(2, '0').slice(0, 2)) };
}
