/**
 * Lets the event loop turn once. Work that waits for nothing but settled promises keeps files, timers, signals and whoever wants
 * to cancel from their turn.
 */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })
