import type { FactoryProvider, InjectionToken } from '@nestjs/common';

/** A provider whose factory is given what it asks for by name, however much that is: plain classes take one object. */
export function provideFrom<Parts extends object>(
  provide: InjectionToken,
  tokens: { readonly [Name in keyof Parts]: InjectionToken },
  make: (parts: Parts) => unknown,
): FactoryProvider {
  const names = Object.keys(tokens);
  return {
    provide,
    inject: Object.values(tokens),
    useFactory: (...values: unknown[]) =>
      make(Object.fromEntries(names.map((name, index) => [name, values[index]])) as Parts),
  };
}
