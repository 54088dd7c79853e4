export { copySqliteLog } from './copy-sqlite-log'
export { openSqliteStore, type SqliteStoreOptions } from './open-sqlite-store'
export type { SqliteStore } from './sqlite-store'
