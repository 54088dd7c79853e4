import { Observable } from 'rxjs'

import { CoreError } from '../../fault/core-error'
import { storeFault } from './sqlite-fault'

/** Rows read at once; what a reader holds in memory. */
export const PAGE = 256

/** A way through a table whose end is fixed at subscription. */
export interface Pages<A> {
  /** At most {@link PAGE} items above a place; fewer end the reading. */
  readonly after: (place: number) => ReadonlyArray<A>
  readonly placeOf: (item: A) => number
}

/**
 * Reads page by page; cold. Other work of the process runs between pages, and nothing is read after unsubscribing.
 *
 * @errors {@link CoreError} with the store's fault.
 */
export const paged = <A>(place: string, start: number, open: () => Pages<A>): Observable<A> =>
  // By hand, because `from(iterable)` would hold the process until the last page and `expand` would nest.
  new Observable((subscriber) => {
    let next: NodeJS.Immediate | undefined
    const turn = (pages: Pages<A>, at: number): void => {
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
