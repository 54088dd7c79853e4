export type { PostgresConnection } from './connection'
export { openPostgresStore, type PostgresStoreOptions } from './open-postgres-store'
export type { PostgresStore, PostgresStoreEnv } from './postgres-store'
