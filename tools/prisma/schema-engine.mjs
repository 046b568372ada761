#!/usr/bin/env node
// Stands in for Prisma's native schema engine where that cannot be downloaded: the same command line and JSON-RPC, with
// Prisma's own engine as WebAssembly inside. `PRISMA_SCHEMA_ENGINE_BINARY=tools/prisma/schema-engine.mjs prisma migrate dev`
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { DatabaseCommands } from './database-commands.mjs';
import { MigratePg } from './migrate-pg.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { datasource: { type: 'string' }, datamodels: { type: 'string', multiple: true } },
});
const url = new URL(JSON.parse(options.datasource ?? '{}').url ?? process.env.DATABASE_URL);
const connection = {
  host: url.hostname,
  port: Number(url.port || 5432),
  user: decodeURIComponent(url.username),
  password: decodeURIComponent(url.password),
  database: url.pathname.slice(1),
};

if (positionals[0] === 'cli') process.exit(await new DatabaseCommands(connection).run(positionals[1]));

const wasm = await loadEngine();
const datamodels = (options.datamodels ?? []).map((file) => [file, readFileSync(file, 'utf8')]);
let engine;
for await (const line of createInterface({ input: process.stdin })) if (line.trim()) await answer(JSON.parse(line));

async function answer({ id, method, params }) {
  try {
    engine ??= await open();
    const result = await engine[method === 'getDatabaseVersion' ? 'version' : method](params);
    if (method === 'diff' && result.stdout != null)
      send({ id: 0, method: 'print', params: { content: result.stdout } });
    send({ id, result: result ?? null });
  } catch (error) {
    const data = { is_panic: false, message: error.message, meta: error.meta ?? {}, error_code: error.code ?? null };
    send({ id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data } });
  }
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function open() {
  const known = datamodels.length ? datamodels : [['schema.prisma', 'datasource db { provider = "postgresql" }']];
  const adapter = bindMigrationAwareSqlAdapterFactory(new MigratePg(connection));
  return wasm.SchemaEngine.new({ datamodels: known }, () => {}, adapter);
}

async function loadEngine() {
  const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
  const bindings = await import(pathToFileURL(join(folder, 'schema_engine_bg.js')).href);
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) };
  const bytes = readFileSync(join(folder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
}
