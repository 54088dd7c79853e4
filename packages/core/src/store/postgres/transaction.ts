import type { PoolClient } from 'pg'

import { CoreError } from '../../fault/core-error'
import { type Connections, run } from './connection'
import type { Sql, Transaction } from './sql'

/** Named, because a database may have another default, under which the lock would not show what was committed before it. */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED'

/**
 * Runs work in a transaction, all or nothing. The beginning goes out together with the first statement and the commit with
 * the last, so that an append of any size waits for the server twice.
 *
 * Rejects with what the work throws or with the driver's error. When the connection breaks at the commit, whether it was
 * done is unknown. A refusal leaves the connection as good as it was; after anything else it is given up, and the server
 * undoes the work.
 */
export const transaction = <A>(connections: Connections, work: (sql: Transaction) => Promise<A>): Promise<A> =>
  connections.lend(async (client) => {
    const sent = [handled(client.query(BEGIN))]
    const result = await undone(client, () => work(within(client, connections, sent)))
    const commit = handled(client.query('COMMIT'))
    await Promise.all(sent)
    const { command } = await commit
    if (command !== 'COMMIT') throw new Error(`a transaction ended with ${command}`)
    return result
  })

/** Single statements, each on any connection and each by itself. */
export const outside = ({ lend, schema, place }: Connections): Sql => ({
  place,
  rows: (statement, values) => lend((client) => run(client, schema, statement, values)),
})

const within = (
  client: PoolClient,
  { schema, place }: Connections,
  sent: Array<Promise<unknown>>
): Transaction => ({
  place,
  rows: (statement, values) => run(client, schema, statement, values),
  send: (statement, values) => void sent.push(handled(run(client, schema, statement, values))),
})

const undone = async <A>(client: PoolClient, work: () => Promise<A>): Promise<A> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CoreError) await handled(client.query('ROLLBACK'))
    throw error
  }
}

/** A promise that is waited for later, and whose rejection until then is nobody's bug. */
const handled = <A>(promise: Promise<A>): Promise<A> => {
  promise.catch(() => undefined)
  return promise
}
