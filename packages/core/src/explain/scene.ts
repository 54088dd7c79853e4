import * as E from 'fp-ts/Either'

import type { KeyId } from '../identity/key-id'
import type { Action } from '../license/action'
import type { Circumstances } from '../license/evaluation'
import { linksOf, type HeldLicense } from '../license/held-license'
import type { LicenseState } from '../license/license-state'
import type { LicenseDocument } from '../license/license-document'
import type { QueryCircumstances } from '../license/query-action'
import type { Refusal } from '../license/refusal'
import { storedOf, type Candidate, type Unbelieved } from '../transfer/candidate'
import type { ExportQuestion } from '../transfer/export-question'
import type { ImportQuestion } from '../transfer/import-question'
import type { LicenseRef } from './change'

/** What was asked, in the form in which it was decided. */
export type Asked =
  | {
      readonly type: 'query'
      readonly keyId: KeyId
      readonly action: Action
      /** Why nothing protected may be used at all (RV-4); `null` where it may. */
      readonly barred: Refusal | null
      readonly circumstances: QueryCircumstances
    }
  | { readonly type: 'export'; readonly question: ExportQuestion }
  | { readonly type: 'import'; readonly question: ImportQuestion }

/** All that one decision was made from: it can be made again, and made again with something changed. */
export interface Scene {
  readonly candidates: ReadonlyArray<Candidate>
  readonly asked: Asked
}

/** The part of the circumstances that every question has. */
export type Surroundings = Pick<Circumstances, 'now' | 'clock' | 'device'>

/** Time, clock and device of a scene. */
export const surroundings = ({ asked }: Scene): Surroundings => {
  if (asked.type === 'query') return asked.circumstances
  const { judgedAt: now, clock, device } = asked.question
  return { now, clock, device }
}

/** The scene at another time, with another clock or device. */
export const inSurroundings = (scene: Scene, changed: Partial<Surroundings>): Scene => {
  const { asked } = scene
  const { now, ...rest } = changed
  switch (asked.type) {
    case 'query':
      return { ...scene, asked: { ...asked, circumstances: { ...asked.circumstances, ...changed } } }
    case 'export':
      return { ...scene, asked: { ...asked, question: { ...asked.question, ...rest, ...(now !== undefined && { judgedAt: now }) } } }
    case 'import':
      return { ...scene, asked: { ...asked, question: { ...asked.question, ...rest, ...(now !== undefined && { judgedAt: now }) } } }
  }
}

/** The scene with something else in the question of a transfer; a query has no such part. */
export const withQuestion = (
  scene: Scene,
  change: <Q extends ExportQuestion | ImportQuestion>(question: Q) => Q
): Scene => {
  const { asked } = scene
  switch (asked.type) {
    case 'query':
      return scene
    case 'export':
      return { ...scene, asked: { ...asked, question: change(asked.question) } }
    case 'import':
      return { ...scene, asked: { ...asked, question: change(asked.question) } }
  }
}

const isNamed = ({ license }: HeldLicense, { issuer, lid }: LicenseRef): boolean =>
  license.issuer === issuer && license.lid === lid

const inLinks = (held: HeldLicense, name: LicenseRef, change: (link: HeldLicense) => HeldLicense): HeldLicense => {
  const { root } = held
  const leaf = isNamed(held, name) ? change(held) : held
  return root !== undefined && isNamed(root, name) ? { ...leaf, root: change(root) } : leaf
}

/**
 * The scene with one license changed wherever it stands, as leaf or as root. One that is not believed changes as well, though it
 * decides nothing as yet: so it does not matter whether its issuer comes to be trusted before or after.
 */
export const withLicense = (scene: Scene, name: LicenseRef, change: (link: HeldLicense) => HeldLicense): Scene => ({
  ...scene,
  candidates: scene.candidates.map((candidate) => ({
    ...candidate,
    held: E.bimap(
      ({ why, stored }: Unbelieved): Unbelieved => ({ why, stored: inLinks(stored, name, change) }),
      (held: HeldLicense) => inLinks(held, name, change)
    )(candidate.held),
  })),
})

/** Changes what became of a license. */
export const withState =
  (change: (state: LicenseState) => LicenseState) =>
  (held: HeldLicense): HeldLicense => ({ ...held, state: change(held.state) })

/** Changes what a license says; what its signature is worth then is not asked. */
export const withDocument =
  (change: (document: LicenseDocument) => LicenseDocument) =>
  (held: HeldLicense): HeldLicense => ({
    ...held,
    license: { ...held.license, document: change(held.license.document) },
  })

/** Every believed license of a scene, leaves and roots. */
export const linksIn = ({ candidates }: Scene): ReadonlyArray<HeldLicense> =>
  candidates.flatMap(({ held }) => (E.isRight(held) ? linksOf(held.right) : []))

/** The action that a scene is about; an import uses no right. */
export const actionOf = ({ asked }: Scene): Action | undefined => {
  switch (asked.type) {
    case 'query':
      return asked.action
    case 'export':
      return asked.question.action
    case 'import':
      return undefined
  }
}

/** The key ID that a scene is about, or that of its first license. */
export const keyIdOf = ({ asked, candidates }: Scene): KeyId | undefined => {
  switch (asked.type) {
    case 'query':
      return asked.keyId
    case 'export':
      return asked.question.keyId
    case 'import':
      return candidates.map((candidate) => storedOf(candidate).license.keyId)[0] ?? asked.question.sourceKeyIds[0]
  }
}
