/**
 * Runs tasks one after the other, in the order in which they were given, each also when one before it failed.
 *
 * Appends of one process wait here for each other and not at the server, where each would hold a connection.
 */
export const inTurn = (): (<A>(task: () => Promise<A>) => Promise<A>) => {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const result = last.then(task)
    last = result.catch(() => undefined)
    return result
  }
}
