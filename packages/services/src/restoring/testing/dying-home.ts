import type { Home } from '@custody/core/home'
import * as E from 'fp-ts/Either'

/** What a kill looks like from inside: nothing is stored any more. */
export class Killed extends Error {}

/** A home whose program is killed right after its n-th append; counts appends. */
export interface DyingHome {
  readonly home: Home
  readonly appends: () => number
}

/** Lets a home store as often as `last` says, and never after that. */
export const dyingHome = (home: Home, last: () => number): DyingHome => {
  let appends = 0
  const append: Home['store']['append'] = (request) => async () => {
    if (appends >= last()) throw new Killed()
    const stored = await home.store.append(request)()
    if (E.isRight(stored)) appends += 1
    if (appends >= last()) throw new Killed()
    return stored
  }
  const dying = Object.defineProperties({} as Home, {
    ...Object.getOwnPropertyDescriptors(home),
    store: { value: { ...home.store, append }, enumerable: true },
  })
  return { home: dying, appends: () => appends }
}
