import { concat, defer, ignoreElements, mergeMap, of, type Observable } from 'rxjs'

/** When a run is to be saved, and how. */
export interface CheckpointOptions<T> {
  /** Bytes that were written so far, as a value of the run tells; undefined where it does not. */
  readonly bytesOf: (value: T) => number | undefined
  /** Bytes between two checkpoints at least. */
  readonly everyBytes: number
  /** Milliseconds between two checkpoints at least. */
  readonly everyMilliseconds: number
  /**
   * Makes what was written durable, and notes that it is. What is to be noted is read at once, before the first promise: while the
   * saving lasts, the run goes on.
   */
  readonly save: (value: T) => Promise<unknown>
  /** Milliseconds of a clock that is not set back. */
  readonly now: () => number
}

/**
 * Saves a run on its way, so that another can go on from there: stands behind the sink, where a value means that all samples of a
 * batch, a whole fragment each track, are with the system. One saving at a time; what falls due meanwhile is left to the next value.
 *
 *     progress   --a--b--c--d--e--|
 *     due           b        e
 *     save          [--b--]  [--e--]
 *     checkpoint --a--b--c--d--e-----|
 *
 * A *preserving* operator: every value leaves, once, in order, at once. It completes when the last saving is done. After an
 * unsubscription a saving that has begun comes to its end.
 *
 * @errors what `save` rejects with, at once; those of the source.
 * @example
 * runPipeline(pool, source, transcrypt(grant, target), mux(goal)).pipe(
 *   checkpoint({ bytesOf: ({ bytes }) => bytes, everyBytes: 64 << 20, everyMilliseconds: 5000, save, now })
 * )
 */
export const checkpoint =
  <T>({ bytesOf, everyBytes, everyMilliseconds, save, now }: CheckpointOptions<T>) =>
  (source: Observable<T>): Observable<T> =>
    defer(() => {
      let saving = false
      let savedBytes = 0
      let savedAt = now()
      const isDue = (bytes: number | undefined): bytes is number =>
        !saving && bytes !== undefined && bytes - savedBytes >= everyBytes && now() - savedAt >= everyMilliseconds
      return source.pipe(
        mergeMap((value) => {
          const bytes = bytesOf(value)
          if (!isDue(bytes)) return of(value)
          saving = true
          const saved = save(value).then(() => {
            saving = false
            savedBytes = bytes
            savedAt = now()
          })
          // Nobody may be left to hear of it.
          saved.catch(() => undefined)
          return concat(of(value), defer(() => saved).pipe(ignoreElements()))
        })
      )
    })
