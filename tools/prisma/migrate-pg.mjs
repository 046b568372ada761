import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';

const CHAR_OID = 18;
const TEXT_OID = 25;
const CHAR_COLUMNS = Symbol('char columns');

/**
 * Prisma's adapter, able to migrate. The stock one (7.10.0) does not know the catalogue type "char", which introspection
 * reads; drops a shadow database before it closes its own connections to it; and ignores a shadow's name when it is
 * given a connection string, so discrete fields are passed. Reaches into `performIO`: its version is pinned.
 */
export class MigratePg extends PrismaPg {
  #connection;

  constructor(connection) {
    super(connection);
    this.#connection = connection;
  }

  async connect() {
    return teachChar(await super.connect());
  }

  async connectToShadowDb() {
    const database = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
    const admin = await super.connect();
    await admin.executeScript(`CREATE DATABASE "${database}"`);
    const shadow = teachChar(await new PrismaPg({ ...this.#connection, database }).connect());
    const close = shadow.dispose.bind(shadow);
    shadow.dispose = async () => {
      await close();
      await admin.executeScript(`DROP DATABASE "${database}"`);
      await admin.dispose();
    };
    return shadow;
  }
}

function teachChar(adapter) {
  let prototype = adapter;
  while (!Object.hasOwn(prototype, 'performIO')) prototype = Object.getPrototypeOf(prototype);
  if (prototype[CHAR_COLUMNS]) return adapter;
  prototype[CHAR_COLUMNS] = true;
  const { performIO, queryRaw } = prototype;
  prototype.performIO = async function (query) {
    const result = await performIO.call(this, query);
    const columns = result.fields.flatMap(({ dataTypeID }, index) => (dataTypeID === CHAR_OID ? [index] : []));
    if (!columns.length) return result;
    const asText = (field) => (field.dataTypeID === CHAR_OID ? { ...field, dataTypeID: TEXT_OID } : field);
    result.fields = result.fields.map(asText);
    result.rows[CHAR_COLUMNS] = columns;
    return result;
  };
  prototype.queryRaw = async function (query) {
    const result = await queryRaw.call(this, query);
    for (const column of result.rows[CHAR_COLUMNS] ?? []) result.columnTypes[column] = ColumnTypeEnum.Character;
    return result;
  };
  return adapter;
}
