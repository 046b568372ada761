import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A call's log from the running centre, over its API, with the key that it keeps for tools on this machine. */
export async function logOfCall(callId: string): Promise<{ lines: string[] } | { because: string }> {
  const centre = readCentre();
  if (!centre) return { because: 'no centre runs here: start it with npm start, or give a log file' };
  const url = `${centre.apiUrl.replace(/\/$/, '')}/api/v1/calls/${callId}/log`;
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${centre.apiKey}` } });
    if (response.status === 404) return { because: `call ${callId} is not known, or has no log` };
    if (!response.ok) return { because: `${url} answered ${response.status}` };
    return { lines: (await response.text()).split('\n') };
  } catch {
    return { because: `the centre does not answer at ${centre.apiUrl}: is it running?` };
  }
}

function readCentre(): { apiUrl: string; apiKey: string } | undefined {
  const home = process.env.CARILLON_HOME ?? '.local';
  try {
    return JSON.parse(readFileSync(path.join(home, 'centre.json'), 'utf8')) as { apiUrl: string; apiKey: string };
  } catch {
    return undefined;
  }
}
