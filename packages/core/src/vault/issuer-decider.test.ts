import type { PublicKeyJwk } from '../certificate/public-key-jwk'
import type { IssuerId } from '../identity/issuer-id'
import type { NewEvent } from '../store/event-store'
import { decide, evolve, initial, type IssuerCommand, type IssuerState } from './issuer-decider'

const issuer = 'A'.repeat(43) as IssuerId
const key: PublicKeyJwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }
const trust: IssuerCommand = { type: 'TrustIssuer', issuer, key }
const certify = (...chain: ReadonlyArray<string>): IssuerCommand => ({ type: 'CertifyIssuer', issuer, chain })
const distrust: IssuerCommand = { type: 'DistrustIssuer', issuer }

type IssuerEvent = Parameters<typeof evolve>[1]
const recorded = (event: NewEvent): IssuerEvent => ({ ...event, time: 5 }) as unknown as IssuerEvent
const given = (...commands: ReadonlyArray<IssuerCommand>): IssuerState =>
  commands.reduce((state, command) => decide(state, command).map(recorded).reduce(evolve, state), initial)
const typesOf = (state: IssuerState, command: IssuerCommand) => decide(state, command).map(({ type }) => type)

describe('issuers of licenses', () => {
  it('are added once, by the user or with certificates', () => {
    expect(typesOf(initial, trust)).toEqual(['IssuerTrusted'])
    expect(typesOf(given(trust), trust)).toEqual([])
    expect(typesOf(initial, certify('a'))).toEqual(['IssuerCertified'])
    expect(typesOf(given(certify('a')), certify('a'))).toEqual([])
    expect(given(certify('a')).grounds.get(issuer)).toEqual({ type: 'certified', chain: ['a'], since: 5 })
  })

  it('get newer certificates, but the user’s word stands above them', () => {
    expect(typesOf(given(certify('a')), certify('b'))).toEqual(['IssuerCertified'])
    expect(typesOf(given(trust), certify('b'))).toEqual([])
    expect(typesOf(given(certify('a')), trust)).toEqual(['IssuerTrusted'])
  })

  it('stay withdrawn whatever certificates come, until the user adds them again', () => {
    expect(typesOf(initial, distrust)).toEqual([])
    for (const before of [trust, certify('a')]) {
      const withdrawn = given(before, distrust)
      expect(withdrawn.grounds.size).toBe(0)
      expect(typesOf(withdrawn, certify('b'))).toEqual([])
      expect(given(before, distrust, trust).grounds.get(issuer)).toEqual({ type: 'trusted', key })
      expect(given(before, distrust, trust).distrusted.size).toBe(0)
    }
  })
})
