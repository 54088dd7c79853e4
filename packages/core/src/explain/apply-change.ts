import * as E from 'fp-ts/Either'

import type { LicenseDocument } from '../license/license-document'
import type { LicenseState, Standing } from '../license/license-state'
import { usageKey } from '../license/usage'
import type { Candidate } from '../transfer/candidate'
import type { ExportQuestion } from '../transfer/export-question'
import type { Change } from './change'
import { freshLicense, rootFor } from './hypothetical-license'
import { actionOf, inSurroundings, surroundings, withDocument, withLicense, withQuestion, withState, type Scene } from './scene'

type Of<T extends Change['type']> = Extract<Change, { readonly type: T }>
type Apply<T extends Change['type']> = (scene: Scene, change: Of<T>) => Scene

const onDevice = (scene: Scene, changed: Partial<ReturnType<typeof surroundings>['device']>): Scene =>
  inSurroundings(scene, { device: { ...surroundings(scene).device, ...changed } })

const onTarget = (scene: Scene, change: (target: ExportQuestion['target']) => ExportQuestion['target']): Scene => {
  const { asked } = scene
  return asked.type === 'export'
    ? { ...scene, asked: { ...asked, question: { ...asked.question, target: change(asked.question.target) } } }
    : scene
}

const used =
  (by: number, action: string, window: number) =>
  (state: LicenseState): LicenseState => {
    const key = usageKey(action, window)
    return { ...state, usage: new Map(state.usage).set(key, (state.usage.get(key) ?? 0) + by) }
  }

const granting =
  (action: LicenseDocument['rights'][number]['action']) =>
  (document: LicenseDocument): LicenseDocument =>
    document.rights.some((right) => right.action === action)
      ? document
      : { ...document, rights: [...document.rights, { action }] }

/** Trust does not mend a bad signature, and does not outweigh a revocation. */
const believing = (candidate: Candidate, issuer: string): Candidate => {
  const { held } = candidate
  if (candidate.issuer !== issuer || E.isRight(held) || held.left.why !== 'LicenseIssuerUnknown') return candidate
  return { ...candidate, held: E.right(held.left.stored) }
}

/** As in the vault, nothing becomes of a license that was revoked: it does not come in again, deleted first or not (LI-50). */
const standing =
  (own: Standing) =>
  (state: LicenseState): LicenseState =>
    state.standing === 'revoked' ? state : { ...state, standing: own }

/** What each change does. A new kind of change needs a line here. */
const APPLY: { readonly [T in Change['type']]: Apply<T> } = {
  TimeMoves: (scene, { to }) => inSurroundings(scene, { now: to }),
  ClockReanchored: (scene) => inSurroundings(scene, { clock: { type: 'trusted' } }),
  ClockSetBack: (scene) => inSurroundings(scene, { clock: { type: 'set-back', acceptedFor: null } }),
  HandleRenewed: (scene) => withQuestion(scene, (question) => ({ ...question, handleEpoch: null })),
  VersionInstalled: (scene, { securityVersion }) => onDevice(scene, { securityVersion }),
  ApplicationLevelRaised: (scene, { level }) => onDevice(scene, { applicationLevel: level }),
  SecureClockAdded: (scene) => onDevice(scene, { secureClock: true }),
  MeteringAdded: (scene, { service }) =>
    onDevice(scene, { metering: [...(surroundings(scene).device.metering ?? []), service] }),
  AudioPathRaised: (scene, { level }) => onDevice(scene, { audioPath: level }),
  SystemRegistered: (scene, { system }) =>
    withQuestion(scene, (question) => ({ ...question, registered: [...question.registered, system] })),
  SystemRemoved: (scene, { system }) =>
    withQuestion(scene, (question) => ({ ...question, registered: question.registered.filter((id) => id !== system) })),
  ReceiverReplaced: (scene) =>
    withQuestion(scene, (question) => ({
      ...question,
      receiver: {
        type: 'certified',
        serial: '',
        level: 0,
        thumbprints: [],
        systems: [question.system],
        until: Number.MAX_SAFE_INTEGER,
        ...(question.receiver.type === 'certified' && { level: question.receiver.level }),
      },
      revocation: { ...question.revocation, listed: [] },
    })),
  ApplicationReplaced: (scene) => {
    const { asked } = scene
    return asked.type === 'query'
      ? { ...scene, asked: { ...asked, barred: null } }
      : withQuestion(scene, (question) => ({ ...question, revocation: { ...question.revocation, barred: false } }))
  },
  ReceiverLevelRaised: (scene, { level }) =>
    withQuestion(scene, (question) =>
      question.receiver.type === 'certified' ? { ...question, receiver: { ...question.receiver, level } } : question
    ),
  RevocationListRenewed: (scene) =>
    withQuestion(scene, (question) => ({ ...question, revocation: { ...question.revocation, freshness: 'fresh' } })),
  RevocationInformationRenewed: (scene) =>
    withQuestion(scene, (question) => ({ ...question, revocation: { ...question.revocation, information: 'fresh' } })),
  RevocationInformationStored: (scene, { version }) => onDevice(scene, { revocation: version }),
  CopyLevelRaised: (scene, { level }) => onTarget(scene, (target) => ({ ...target, copyLevel: level })),
  FormLevelRaised: (scene, { form, level }) =>
    onTarget(scene, (target) => ({ ...target, forms: { ...target.forms, [form]: level } })),
  IssuerTrusted: (scene, { issuer }) => ({
    ...scene,
    candidates: scene.candidates.map((candidate) => believing(candidate, issuer)),
  }),
  UseGivenBack: (scene, { license, action, window, uses }) =>
    withLicense(scene, license, withState(used(-uses, action, window))),
  UseSpent: (scene, { license, action, window }) => withLicense(scene, license, withState(used(1, action, window))),
  LicenseStored: (scene, { license }) => withLicense(scene, license, withState(standing('held'))),
  LicenseDeleted: (scene, { license }) => withLicense(scene, license, withState(standing('deleted'))),
  LicenseGrants: (scene, { license, action }) => withLicense(scene, license, withDocument(granting(action))),
  LicenseIncludes: (scene, { license, system }) =>
    withLicense(
      scene,
      license,
      withDocument((document) => ({ ...document, inclusion: [...(document.inclusion ?? []), system] }))
    ),
  RootStored: (scene, { license }) => withLicense(scene, license, (held) => ({ ...held, root: rootFor(held, actionOf(scene)) })),
  LicenseAdded: (scene, { action }) => ({
    ...scene,
    candidates: [...freshLicense(scene, action), ...scene.candidates],
  }),
}

/** The scene after one change. */
export const applyChange = (scene: Scene, change: Change): Scene =>
  (APPLY[change.type] as (scene: Scene, change: Change) => Scene)(scene, change)

/** The scene after several changes, in order. */
export const applyChanges = (scene: Scene, changes: ReadonlyArray<Change>): Scene => changes.reduce(applyChange, scene)
