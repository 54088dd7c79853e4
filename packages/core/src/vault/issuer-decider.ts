import type { PublicKeyJwk } from '../certificate/public-key-jwk'
import type { RecordedEvent } from '../event/decode-event'
import { newEvent } from '../event/define-event'
import type { IssuerId } from '../identity/issuer-id'
import type { NewEvent } from '../store/event-store'
import { IssuerCertified, IssuerDistrusted, type ISSUER_EVENTS, IssuerTrusted } from './issuer-event'

type IssuerEvent = RecordedEvent<(typeof ISSUER_EVENTS)[number]>

/** Why an issuer's signature counts. */
export type IssuerGround =
  | { readonly type: 'trusted'; readonly key: PublicKeyJwk }
  | {
      readonly type: 'certified'
      readonly chain: ReadonlyArray<string>
      /** When the chain was found good, microseconds since 1970: it need not last as long as the licenses do. */
      readonly since: number
    }

/** The issuers that this home has heard of, beside itself. */
export interface IssuerState {
  readonly grounds: ReadonlyMap<IssuerId, IssuerGround>
  /** Withdrawn by the user: no certificate brings them back, only he does. */
  readonly distrusted: ReadonlySet<IssuerId>
}

/** What may be asked of the list of issuers. */
export type IssuerCommand =
  | { readonly type: 'TrustIssuer'; readonly issuer: IssuerId; readonly key: PublicKeyJwk }
  | { readonly type: 'CertifyIssuer'; readonly issuer: IssuerId; readonly chain: ReadonlyArray<string> }
  | { readonly type: 'DistrustIssuer'; readonly issuer: IssuerId }

/** A home that has met nobody. */
export const initial: IssuerState = { grounds: new Map(), distrusted: new Set() }

const sameChain = (ground: IssuerGround | undefined, chain: ReadonlyArray<string>): boolean =>
  ground?.type === 'certified' && ground.chain.join(' ') === chain.join(' ')

/** Chooses the events of one command; none where nothing would change. */
export const decide = ({ grounds, distrusted }: IssuerState, command: IssuerCommand): ReadonlyArray<NewEvent> => {
  const { issuer } = command
  const ground = grounds.get(issuer)
  switch (command.type) {
    case 'TrustIssuer':
      return ground?.type === 'trusted' ? [] : [newEvent(IssuerTrusted, { issuer, key: command.key })]
    case 'CertifyIssuer': {
      const settled = distrusted.has(issuer) || ground?.type === 'trusted' || sameChain(ground, command.chain)
      return settled ? [] : [newEvent(IssuerCertified, { issuer, chain: command.chain })]
    }
    case 'DistrustIssuer':
      return ground === undefined ? [] : [newEvent(IssuerDistrusted, { issuer })]
  }
}

/** The state after one more event. */
export const evolve = ({ grounds, distrusted }: IssuerState, event: IssuerEvent): IssuerState => {
  const { issuer } = event.data
  const rest = new Map(grounds)
  const without = new Set(distrusted)
  without.delete(issuer)
  switch (event.type) {
    case 'IssuerTrusted':
      return { grounds: rest.set(issuer, { type: 'trusted', key: event.data.key }), distrusted: without }
    case 'IssuerCertified':
      return {
        grounds: rest.set(issuer, { type: 'certified', chain: event.data.chain, since: event.time }),
        distrusted,
      }
    case 'IssuerDistrusted':
      rest.delete(issuer)
      return { grounds: rest, distrusted: new Set(distrusted).add(issuer) }
  }
}
