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
  /** The file says that its samples are under the key of the target. MP4 only: ASF names no keys. */
  | { readonly type: 'NamesTargetKey' }

const place = fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 3 }) }, { weight: 1, arbitrary: fc.nat({ max: 20 }) })

/** One kind of them, with whatever it has besides. */
const ofType = (type: Disturbance['type']): fc.Arbitrary<Disturbance> => {
  switch (type) {
    case 'Nothing':
    case 'SlowSink':
    case 'GrantUsed':
    case 'NamesTargetKey':
      return fc.constant({ type })
    case 'SourceEnds':
      return fc.record({ type: fc.constant(type), share: fc.double({ min: 0.3, max: 0.99, noNaN: true }) })
    case 'ShortReads':
      return fc.record({ type: fc.constant(type), bytes: fc.integer({ min: 7, max: 900 }) })
    case 'SourceFails':
    case 'SinkFails':
    case 'Unsubscribed':
    case 'StepThrows':
    case 'RightEnds':
      return fc.record({ type: fc.constant(type), at: place })
  }
}

/** All kinds. */
export const DISTURBANCES: ReadonlyArray<Disturbance['type']> = [
  'Nothing',
  'SourceFails',
  'SourceEnds',
  'ShortReads',
  'SlowSink',
  'SinkFails',
  'Unsubscribed',
  'StepThrows',
  'RightEnds',
  'GrantUsed',
  'NamesTargetKey',
]

const UNDISTURBED = 5

/** Disturbances of these kinds, all equally often; but that nothing goes wrong, where it may, for a third of them. */
export const disturbances = (types: ReadonlyArray<Disturbance['type']> = DISTURBANCES): fc.Arbitrary<Disturbance> =>
  fc.oneof(...types.map((type) => ({ weight: type === 'Nothing' ? UNDISTURBED : 1, arbitrary: ofType(type) })))
