import fc from 'fast-check'

/** What goes wrong in a run, or only otherwise than usual; `at` counts from 0 and may lie behind the end. */
export type Disturbance =
  | { readonly type: 'Nothing' }
  /** The nth read fails. */
  | { readonly type: 'SourceFails'; readonly at: number }
  /** The source ends after this share of its bytes. */
  | { readonly type: 'SourceEnds'; readonly share: number }
  /** Reads give as few bytes as this. */
  | { readonly type: 'ShortReads'; readonly bytes: number }
  /** Each write takes some turns of the event loop. */
  | { readonly type: 'SlowSink' }
  /** The nth write fails. */
  | { readonly type: 'SinkFails'; readonly at: number }
  /** Nobody listens any more once the nth batch was taken. */
  | { readonly type: 'Unsubscribed'; readonly at: number }
  /** A step throws at the nth batch. */
  | { readonly type: 'StepThrows'; readonly at: number }
  /** The right ends when the nth batch has left. */
  | { readonly type: 'RightEnds'; readonly at: number }
  /** The grant was used before. */
  | { readonly type: 'GrantUsed' }

const place = fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 3 }) }, { weight: 1, arbitrary: fc.nat({ max: 20 }) })

/** Each of them, nothing more often than the others. */
export const disturbances: fc.Arbitrary<Disturbance> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Disturbance>({ type: 'Nothing' }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('SourceFails' as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('SourceEnds' as const), share: fc.double({ min: 0.3, max: 0.99, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('ShortReads' as const), bytes: fc.integer({ min: 7, max: 900 }) }) },
  { weight: 1, arbitrary: fc.constant<Disturbance>({ type: 'SlowSink' }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('SinkFails' as const), at: place }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('Unsubscribed' as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('StepThrows' as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('RightEnds' as const), at: place }) },
  { weight: 1, arbitrary: fc.constant<Disturbance>({ type: 'GrantUsed' }) }
)
