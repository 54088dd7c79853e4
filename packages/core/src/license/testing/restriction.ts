import fc from 'fast-check'

import { DATA_FORMS, type Circumstances, type DeviceStatement } from '../evaluation'
import type { HeldLicense } from '../held-license'
import { termsOf } from '../license-terms'
import type { LicenseDocument, Window } from '../license-document'
import type { LicenseState } from '../license-state'
import { usageKey } from '../usage'
import { licenseDocument, NOW } from './held-license'
import { ACTIONS, SYSTEMS, type Scene } from './scene'

/** Takes something away: the scene that comes out may permit what the one before did, and no more. */
export interface Restriction {
  readonly name: string
  readonly apply: (scene: Scene) => Scene
}

const HOUR = 3600 * 1_000_000

type Place = 'leaf' | 'root'

const at = (place: Place, scene: Scene, change: (link: HeldLicense) => HeldLicense): Scene => {
  const { held } = scene
  if (place === 'leaf') return { ...scene, held: change(held) }
  return held.root === undefined ? scene : { ...scene, held: { ...held, root: change(held.root) } }
}

const stated = (place: Place, name: string, change: (document: LicenseDocument) => object): Restriction => ({
  name: `${place}: ${name}`,
  apply: (scene) =>
    at(place, scene, (link) => {
      const document = licenseDocument({ ...link.license.document, ...change(link.license.document) })
      return { ...link, license: { ...link.license, document } }
    }),
})

const become = (place: Place, name: string, change: (state: LicenseState) => Partial<LicenseState>): Restriction => ({
  name: `${place}: ${name}`,
  apply: (scene) => at(place, scene, (link) => ({ ...link, state: { ...link.state, ...change(link.state) } })),
})

const under = (name: string, change: (circumstances: Circumstances) => Circumstances): Restriction => ({
  name,
  apply: (scene) => ({ ...scene, circumstances: change(scene.circumstances) }),
})

const on = (name: string, change: (device: DeviceStatement) => Partial<DeviceStatement>): Restriction =>
  under(name, (circumstances) => ({ ...circumstances, device: { ...circumstances.device, ...change(circumstances.device) } }))

/** Every window of one right narrowed; a right without windows gets one. */
const narrowed = (document: LicenseDocument, action: string, narrow: (window: Window) => Window): object => ({
  rights: document.rights.map((right) => {
    if (right.action !== action) return right
    const windows = right.windows === undefined || right.windows.length === 0 ? [{}] : right.windows
    return { ...right, windows: windows.map(narrow) }
  }),
})

const text = (micros: number): string => new Date(micros / 1000).toISOString().replace('.000', '')

const ofRight = (place: Place, action: string, hours: number): ReadonlyArray<Restriction> => [
  stated(place, `${action} not granted`, ({ rights }) => ({ rights: rights.filter((right) => right.action !== action) })),
  stated(place, `${action} once`, (document) => narrowed(document, action, (window) => ({ ...window, count: 1 }))),
  stated(place, `${action} begins later`, (document) =>
    narrowed(document, action, (window) => {
      const from = text(NOW + hours * HOUR)
      return (window.from ?? '') >= from ? window : ({ ...window, from } as Window)
    })
  ),
  stated(place, `${action} ends earlier`, (document) =>
    narrowed(document, action, (window) => {
      const until = text(NOW + hours * HOUR)
      return window.until !== undefined && window.until <= until ? window : ({ ...window, until } as Window)
    })
  ),
  stated(place, `${action} without its second window`, ({ rights }) => ({
    rights: rights.map((right) => (right.action === action ? { ...right, windows: (right.windows ?? []).slice(0, 1) } : right)),
  })),
  become(place, `${action} used once more`, ({ usage }) => ({
    usage: new Map(usage).set(usageKey(action, 0), (usage.get(usageKey(action, 0)) ?? 0) + 1),
  })),
]

const ofLife = (place: Place, hours: number): ReadonlyArray<Restriction> => [
  stated(place, 'ends in hours after its first use', ({ afterFirstUseHours = hours }) => ({
    afterFirstUseHours: Math.min(afterFirstUseHours, hours),
  })),
  stated(place, 'ends in hours after storing', ({ afterStoreHours = hours }) => ({
    afterStoreHours: Math.min(afterStoreHours, hours),
  })),
  become(place, 'stored longer ago', ({ storedAt }) => ({ storedAt: (storedAt ?? NOW) - hours * HOUR })),
  become(place, 'used longer ago', ({ firstUsedAt }) => ({ firstUsedAt: (firstUsedAt ?? NOW - HOUR) - hours * HOUR })),
  become(place, 'stored at no known time', () => ({ storedAt: null })),
  ...(['absent', 'disabled', 'deleted', 'revoked'] as const).map((standing) =>
    become(place, standing, () => ({ standing }))
  ),
]

const ofDemands = (place: Place): ReadonlyArray<Restriction> => [
  stated(place, 'needs a newer security version', ({ requires }) => ({ requires: { ...requires, security: '2.10' } })),
  stated(place, 'needs a higher application level', ({ requires }) => ({ requires: { ...requires, application: 2000 } })),
  stated(place, 'needs a secure clock', ({ requires }) => ({ requires: { ...requires, clock: true } })),
  stated(place, 'needs metering', ({ requires }) => ({ requires: { metering: 'meter-1', ...requires } })),
  stated(place, 'needs a better audio path', ({ requires }) => ({ requires: { ...requires, audioPath: 2 } })),
  stated(place, 'needs newer revocation information', ({ requires }) => ({
    requires: { ...requires, revocation: '18446744073709551615' },
  })),
]

const ofLevels = (place: Place, level: number): ReadonlyArray<Restriction> => [
  ...DATA_FORMS.map((form) =>
    stated(place, `needs a level for ${form}`, ({ play }) => ({
      play: { ...play, [form]: Math.max(play?.[form] ?? 0, level) },
    }))
  ),
  ...(['video', 'audio'] as const).map((kind) =>
    stated(place, `needs a protection of ${kind}`, ({ play }) => ({
      play: { ...play, [kind]: [...(play?.[kind] ?? []), { id: SYSTEMS[0], config: '1' }] },
    }))
  ),
  stated(place, 'needs a copy level', ({ copy }) => ({
    copy: { ...copy, minimum: Math.max(copy?.minimum ?? 0, level) },
  })),
  ...SYSTEMS.flatMap((system) => [
    stated(place, `leaves ${system} out`, ({ copy }) => ({
      copy: { minimum: 0, ...copy, excludes: [...(copy?.excludes ?? []), system] },
    })),
    stated(place, `takes ${system} in no more`, ({ copy }) =>
      copy === undefined ? {} : { copy: { ...copy, includes: (copy.includes ?? []).filter((id) => id !== system) } }
    ),
  ]),
]

const ofDevice: ReadonlyArray<Restriction> = [
  on('device not individualized', ({ securityVersion }) => ({
    securityVersion: securityVersion.replace(/1$/, '0') as DeviceStatement['securityVersion'],
  })),
  on('device without an application level', () => ({ applicationLevel: Number.NaN })),
  on('device with a lower application level', ({ applicationLevel = 0 }) => ({ applicationLevel: applicationLevel - 1 })),
  on('device without a secure clock', () => ({ secureClock: false })),
  on('device without metering', () => ({ metering: [] })),
  on('device without an audio path', () => ({ audioPath: 0 })),
  on('device with older revocation information', ({ revocation }) => (revocation === undefined ? {} : { revocation: '0' })),
  on('device with unreadable revocation information', () => ({ revocation: '' })),
]

const ofDelivery: ReadonlyArray<Restriction> = [
  ...DATA_FORMS.map((form) =>
    under(`${form} is delivered to a lower level`, (all) =>
      all.delivery === undefined || Object.keys(all.delivery.forms).length === 0
        ? all
        : { ...all, delivery: { ...all.delivery, forms: { ...all.delivery.forms, [form]: 0 } } }
    )
  ),
  under('fewer protections are engaged', (all) =>
    all.delivery?.type === 'output' ? { ...all, delivery: { ...all.delivery, protections: [] } } : all
  ),
  under('the copy’s target has a lower level', (all) =>
    all.delivery?.type === 'copy' ? { ...all, delivery: { ...all.delivery, level: 0 } } : all
  ),
]

const ofTime: ReadonlyArray<Restriction> = [
  under('the clock is set back', (all) => ({
    ...all,
    clock: { type: 'set-back', acceptedFor: all.clock.type === 'set-back' ? all.clock.acceptedFor : null },
  })),
  under('nobody accepts the clock', (all) => ({
    ...all,
    clock: all.clock.type === 'set-back' ? { type: 'set-back', acceptedFor: null } : all.clock,
  })),
  under('the time is none', (all) => ({ ...all, now: Number.NaN })),
  under('another session is open', (all) => ({ ...all, session: { others: 1, offline: all.session?.offline ?? 1 } })),
]

const chainBroken: Restriction = {
  name: 'the root is gone',
  apply: (scene) => {
    const { license, state } = scene.held
    return { ...scene, held: { license, state } }
  },
}

const becomesLeaf = stated('leaf', 'hangs on a root', ({ chain }) => ({
  chain: chain?.role === 'leaf' ? chain : { role: 'leaf', uplink: `${'C'.repeat(21)}A`, key: 'x' },
}))

/** All restrictions, with their parameters drawn. */
export const anyRestriction: fc.Arbitrary<Restriction> = fc
  .record({
    place: fc.constantFrom<Place>('leaf', 'root'),
    action: fc.constantFrom(...ACTIONS),
    hours: fc.integer({ min: -2, max: 2 }),
    lasting: fc.integer({ min: 1, max: 3 }),
    level: fc.constantFrom(1, 100, 200, 300),
  })
  .chain(({ place, action, hours, lasting, level }) =>
    fc.oneof(
      fc.constantFrom(...ofRight(place, action, hours)),
      fc.constantFrom(...ofLife(place, lasting)),
      fc.constantFrom(...ofDemands(place)),
      fc.constantFrom(...ofLevels(place, level)),
      fc.constantFrom(...ofDevice),
      fc.constantFrom(...ofDelivery),
      fc.constantFrom(...ofTime, chainBroken, becomesLeaf)
    )
  )

/**
 * The one way in which a restriction more can permit more: the first levels of a root put those of its leaf out of force
 * (LI-58). The rule is the platform's, so no evaluation that keeps it can be monotone there.
 */
export const replacesLeafLevels = (before: Scene, after: Scene): boolean => {
  const restricts = (link: HeldLicense | undefined): boolean => {
    if (link === undefined) return false
    const { restrictsPlay, restrictsCopy } = termsOf(link.license.document)
    return restrictsPlay || restrictsCopy
  }
  return restricts(before.held) && !restricts(before.held.root) && restricts(after.held.root)
}
