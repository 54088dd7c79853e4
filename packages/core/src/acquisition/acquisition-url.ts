import * as E from 'fp-ts/Either'

import type { CoreFault } from '../fault/core-fault'
import { badInput } from '../identity/bad-input'
import { PAGE_PATH } from './acquisition-messages'

/** Where a license comes from, as content and application say. */
export interface AcquisitionPlace {
  /** Address of a license server or of its page, as the content has it; relative where a base completes it. */
  readonly url?: string | undefined
  /** Completes a relative URL in this session; never kept (LI-71). */
  readonly baseUrl?: string | undefined
}

/** An acquisition URL, read. */
export interface AcquisitionUrl {
  /** Address of the license server, without a slash at its end. */
  readonly server: string
  /** The page that a challenge is posted to. */
  readonly page: string
  /** What may be kept: as it was stated, without query, fragment and user, which may be personal. */
  readonly stated: string
}

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:'])

const parsed = (url: string, base: string | undefined): URL | undefined => {
  try {
    return new URL(url, base)
  } catch {
    return undefined
  }
}

const withoutUser = (url: URL): string => {
  const plain = new URL(url)
  plain.username = ''
  plain.password = ''
  plain.search = ''
  plain.hash = ''
  return plain.href
}

/**
 * Reads an acquisition URL (LI-62) and completes a relative one (LI-71).
 *
 * @errors `LicenseUrlMissing` where there is none; `BadInput` for one that is neither of HTTP nor of HTTPS, or that is relative
 * without a base.
 */
export const acquisitionUrl = ({ url, baseUrl }: AcquisitionPlace): E.Either<CoreFault, AcquisitionUrl> => {
  if (url === undefined || url === '') return E.left({ type: 'LicenseUrlMissing' })
  const whole = parsed(url, baseUrl)
  if (whole === undefined || !SCHEMES.has(whole.protocol)) {
    return E.left(badInput('acquisition URL', 'an address of HTTP or HTTPS, or a base for it', JSON.stringify(url)))
  }
  const isRelative = parsed(url, undefined) === undefined
  const path = whole.pathname.replace(/\/+$/, '')
  const folder = path.endsWith(PAGE_PATH) ? path.slice(0, -PAGE_PATH.length) : path
  const server = `${whole.origin}${folder}`
  return E.right({
    server,
    page: `${server}${PAGE_PATH}${whole.search}`,
    stated: isRelative ? url.replace(/[?#].*$/s, '') : withoutUser(whole),
  })
}
