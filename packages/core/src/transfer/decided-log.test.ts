import type { Home } from '../home/home'
import { DEVICE_STREAM, DeviceEpochInstalled } from '../device/device-event'
import { newEvent } from '../event/define-event'
import { explain } from '../explain/explain'
import type { Replay } from '../explain/replay'
import { succeed } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import type { SecurityVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import type { AppendRequest } from '../store/event-store'
import { storeTestLicense } from '../vault/testing/store-test-license'
import { testIssuer, type TestIssuer } from '../vault/testing/test-issuer'
import { distrustIssuer, trustIssuer } from '../vault/trust-issuer'
import { authorizeExport } from './authorize-export'
import { authorityHome, type AuthorityHome } from './testing/authority-home'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const KEY_ID = 'ab'.repeat(16) as KeyId

/** What another process does between the reading and the storing of a decision. */
interface Meanwhile {
  readonly what: string
  readonly differs: string
  readonly act: (under: AuthorityHome, stranger: TestIssuer) => Promise<unknown>
}

const CASES: ReadonlyArray<Meanwhile> = [
  {
    what: 'a license comes in',
    differs: 'licenses',
    act: ({ home }, stranger) => succeed(storeTestLicense(home)(stranger.license({ keyId: KEY_ID }))),
  },
  {
    what: 'a device epoch is installed',
    differs: 'device',
    act: ({ home }) => {
      const event = newEvent(DeviceEpochInstalled, { epoch: 1, securityVersion: '2.2.0.1' as SecurityVersion })
      return succeed(home.store.append({ appends: [{ stream: DEVICE_STREAM, expectedRevision: 'any', events: [event] }] }))
    },
  },
  { what: 'a revocation list is stored', differs: 'revocation', act: (under) => under.list('application', '9') },
  { what: 'an issuer is distrusted', differs: 'issuers', act: ({ home }, { id }) => succeed(distrustIssuer(home)(id)) },
  {
    what: 'the clock is found set back',
    differs: 'clock',
    act: async ({ home, place }) => {
      place.clock.advance(-3600)
      await succeed(authorizeExport(home)(request))
      place.clock.advance(3600)
    },
  },
]

const request = {
  keyId: KEY_ID,
  system: SYSTEM,
  action: 'Copy',
  source: { digest: 'A'.repeat(43) },
  // Not registered: the answer is no, whatever happens meanwhile.
  registered: [],
  targetKeys: [],
} as const

const withoutExpectations = ({ appends, expects: _, ...rest }: AppendRequest): AppendRequest => ({
  ...rest,
  appends: appends.filter(({ events }) => events.length > 0),
})

describe('the log that a decision is made from', () => {
  let under: AuthorityHome
  let stranger: TestIssuer
  beforeEach(async () => {
    under = await authorityHome()
    stranger = testIssuer()
    await succeed(trustIssuer(under.home)(stranger.jwk))
    await succeed(storeTestLicense(under.home)(stranger.license({ keyId: KEY_ID })))
  })
  afterEach(() => under.remove())

  /** Decides while somebody else acts once, just before the decision is stored. */
  const decided = async ({ act }: Meanwhile, change: (append: AppendRequest) => AppendRequest): Promise<Replay | null> => {
    const { home } = under
    let acted = false
    const disturbed: Home = {
      ...home,
      store: {
        ...home.store,
        append: (append) => async () => {
          const isDecision = append.appends.some(({ stream }) => stream.startsWith('export-'))
          if (isDecision && !acted) {
            acted = true
            await act(under, stranger)
          }
          return home.store.append(isDecision ? change(append) : append)()
        },
      },
    }
    const decision = await succeed(authorizeExport(disturbed)(request))
    if (decision.type === 'Granted') throw new Error('granted')
    return (await succeed(explain(home)({ subject: decision.eventId }))).replay
  }

  it.each(CASES)('holds for exactly that log, though $what meanwhile', async (meanwhile) => {
    expect(await decided(meanwhile, (append) => append)).toEqual({ type: 'equal' })
  })

  it.each(CASES)('twin: without expectations it would not, when $what', async (meanwhile) => {
    expect(await decided(meanwhile, withoutExpectations)).toEqual({ type: 'differs', what: [meanwhile.differs] })
  })
})
