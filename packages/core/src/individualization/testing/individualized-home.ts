import { lastValueFrom, tap, toArray } from 'rxjs'

import type { Answer, ConsentPort } from '../../consent/consent'
import type { Notice } from '../../consent/notice'
import type { StoredEvent } from '../../event/stored-event'
import { serviceClient, type ServiceClient } from '../../exchange/service-client'
import type { RetryPace } from '../../exchange/retry-pace'
import type { Home } from '../../home/home'
import { systemRandom } from '../../random/system-random'
import { individualize, type Individualize } from '../individualize'
import type { FarSide } from './far-side'

/** Waits of a test: none. */
export const QUICK: RetryPace = { tries: 5, shortest: 1, longest: 1, timeout: 5000 }

/** A client of a far side that waits for nothing. */
export const quickClient = ({ transport }: FarSide, home: Home): ServiceClient =>
  serviceClient({ transport, clock: home.clock, random: systemRandom, wait: () => Promise.resolve(), pace: QUICK })

/** Answers each notice with the same; remembers what was shown. */
export const answering = (answer: Answer['answer']): ConsentPort & { readonly shown: Notice[] } => {
  const shown: Notice[] = []
  return {
    shown,
    ask: (notice) => {
      shown.push(notice)
      return Promise.resolve({ answer, by: 'prompt' })
    },
  }
}

/** Runs an individualization to its end. @returns all that it emitted. */
export const individualized = (
  home: Home,
  far: FarSide,
  request: Individualize = { forced: false },
  consent: ConsentPort = answering('given'),
  onEvent: (event: StoredEvent) => void = () => undefined
): Promise<ReadonlyArray<StoredEvent>> =>
  lastValueFrom(individualize({ home, client: quickClient(far, home), consent })(request).pipe(tap(onEvent), toArray()))

/** Types of events in order. */
export const typesOf = (events: ReadonlyArray<StoredEvent>): ReadonlyArray<string> => events.map(({ type }) => type)

/** The same home with another way to append; what it reads anew at each look it goes on reading anew. */
export const withAppend = (home: Home, append: Home['store']['append']): Home =>
  Object.defineProperties({} as Home, {
    ...Object.getOwnPropertyDescriptors(home),
    store: { value: { ...home.store, append }, enumerable: true },
  })
