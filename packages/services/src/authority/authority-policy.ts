import type { RequiredVersion } from '@custody/core/identity'

/** What an operator decides. */
export interface AuthorityPolicy {
  /** Computers beside the first one that a license may be restored to (BR-30). */
  readonly restoreLimit: number
  /** Individualizations of one computer on one UTC day (IN-11). */
  readonly individualizationsADay: number
  /** The newest version of the security component (IN-7). */
  readonly securityVersion: RequiredVersion
  /** Pages for people. */
  readonly urls: { readonly privacy: string; readonly fraud: string; readonly update: string }
}

/** Paths of the service's own pages. */
export const PAGES = { privacy: '/pages/privacy', fraud: '/pages/fraud', update: '/pages/update' } as const

/** Where the services listen when nothing else is said. */
export const DEFAULT_ADDRESS = 'http://127.0.0.1:7480'

/** Addresses of the service's own pages. @param address as in `https://rights.example`. */
export const ownPages = (address: string): AuthorityPolicy['urls'] => ({
  privacy: `${address}${PAGES.privacy}`,
  fraud: `${address}${PAGES.fraud}`,
  update: `${address}${PAGES.update}`,
})

/** What holds when an operator decides nothing. @source docs/reference/protocols.md, sections 4.4 and 5.2 */
export const DEFAULT_POLICY: AuthorityPolicy = {
  restoreLimit: 3,
  individualizationsADay: 5,
  securityVersion: '2.9' as RequiredVersion,
  urls: ownPages(DEFAULT_ADDRESS),
}
