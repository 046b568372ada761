import { launchProgram } from './programs.js';
import { hasCarrier } from './settings.js';
import type { Centre, Start } from './start.js';

/** Without a carrier, one call of the lab's virtual Ringover is shown live. Resolves when it is over, however it went. */
export async function rehearse({ env, home, register, say }: Start, centre: Centre): Promise<void> {
  if (hasCarrier(env) || env['CARILLON_REHEARSAL'] === 'off') return;
  const told = { ...centre.told, CARILLON_HOME: home.path };
  const call = await launchProgram({ name: 'rehearsal', args: ['rehearse'], env: told, logPath: undefined }, register);
  const how = await call.ended;
  if (how !== 'ended with code 0') say(`The rehearsal call ${how}; the centre stays up.`);
}
