import { FUNCTION_NAMES } from '@app/functions';
import { type AgentSettings, faultsOf, type SettingsFault } from '@app/persistence';
import type { ProviderCatalog } from '@app/providers';

const STAGES = ['recogniser', 'model', 'voice'] as const;

/** All that keeps an agent from going live with these settings: of their form, and of what is not here. */
export function settingsFaults(settings: unknown, catalog: Pick<ProviderCatalog, 'list'>): SettingsFault[] {
  const { providers, functions } = (settings ?? {}) as Partial<Record<keyof AgentSettings, unknown>>;
  return [...faultsOf(settings), ...providerFaults(providers, catalog), ...functionFaults(functions)];
}

function providerFaults(providers: unknown, catalog: Pick<ProviderCatalog, 'list'>): SettingsFault[] {
  const known = catalog.list();
  return STAGES.flatMap((stage) => {
    const name = (providers as Record<string, unknown> | null | undefined)?.[stage];
    if (typeof name !== 'string' || !name.includes('/')) return []; // its form is at fault
    const here = known.filter((one) => one.stage === stage).map((one) => vendorOf(one.name));
    if (here.includes(vendorOf(name))) return [];
    return [
      { field: `providers.${stage}`, problem: `is of no vendor that is set up here: ${here.join(', ') || 'none'}` },
    ];
  });
}

function functionFaults(functions: unknown): SettingsFault[] {
  if (!Array.isArray(functions)) return [];
  return functions.flatMap((name: unknown, index) =>
    typeof name !== 'string' || FUNCTION_NAMES.includes(name)
      ? []
      : [{ field: `functions.${index}`, problem: `is none of ${FUNCTION_NAMES.join(', ')}` }],
  );
}

const vendorOf = (name: string): string => name.slice(0, name.indexOf('/'));
