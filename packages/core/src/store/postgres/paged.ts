import { Observable } from 'rxjs'

import { PAGE } from './log-table'
import { storeError } from './postgres-fault'

/** A way through a table in the order of its places. */
export interface Pages<A, P> {
  /** At most {@link PAGE} items above a place; fewer end the reading. */
  readonly after: (place: P) => Promise<ReadonlyArray<A>>
  readonly placeOf: (item: A) => P
}

/**
 * Reads page by page; cold. Each page is a statement of its own, so that a slow reader holds nothing on the server. The
 * next page is on its way while one is handed out.
 *
 * @errors `CoreError` with the store's fault.
 */
export const paged = <A, P>(place: string, start: P, open: () => Pages<A, P>): Observable<A> =>
  // By hand, because `expand` would hold all pages and nest.
  new Observable((subscriber) => {
    const read = async (): Promise<void> => {
      const pages = open()
      for (let next = pages.after(start); ; ) {
        const page = await next
        const last = page[page.length - 1]
        const more = last !== undefined && page.length === PAGE && !subscriber.closed
        if (more) next = ahead(pages.after(pages.placeOf(last)))
        for (const item of page) {
          if (subscriber.closed) return
          subscriber.next(item)
        }
        if (!more) break
      }
      subscriber.complete()
    }
    read().catch((error: unknown) => subscriber.error(storeError(place, error)))
  })

/** Whoever unsubscribes does not wait for it any more. */
const ahead = <A>(page: Promise<A>): Promise<A> => {
  page.catch(() => undefined)
  return page
}
