/** Calls that are made by SQL and listed: `CALLS_LISTED=1000000` is the long form. */
export const CALLS_LISTED = Number(process.env['CALLS_LISTED'] ?? 20_000);
