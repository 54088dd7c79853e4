import { Observable } from 'rxjs'

import { CoreError } from '../../fault/core-error'
import { storeFault } from './sqlite-fault'

/** Rows read at once; what a reader holds in memory. */
export const PAGE = 256

/** A way through a table in the order of its places. */
export interface Pages<A, P> {
  /** At most {@link PAGE} items above a place; fewer end the reading. */
  readonly after: (place: P) => ReadonlyArray<A>
  readonly placeOf: (item: A) => P
}

/**
 * Reads page by page; cold. Other work of the process runs between pages, and nothing is read after unsubscribing.
 *
 * @errors {@link CoreError} with the store's fault.
 */
export const paged = <A, P>(place: string, start: P, open: () => Pages<A, P>): Observable<A> =>
  // By hand, because `from(iterable)` would hold the process until the last page and `expand` would nest.
  new Observable((subscriber) => {
    let next: NodeJS.Immediate | undefined
    const turn = (pages: Pages<A, P>, at: P): void => {
      const page = pages.after(at)
      for (const item of page) {
        if (subscriber.closed) return
        subscriber.next(item)
      }
      const last = page[page.length - 1]
      if (last === undefined || page.length < PAGE) subscriber.complete()
      else if (!subscriber.closed) next = setImmediate(guarded, () => turn(pages, pages.placeOf(last)))
    }
    const guarded = (work: () => void): void => {
      try {
        work()
      } catch (error) {
        const fault = storeFault(place, error)
        subscriber.error(fault === undefined ? error : new CoreError(fault))
      }
    }
    guarded(() => turn(open(), start))
    return () => clearImmediate(next)
  })
