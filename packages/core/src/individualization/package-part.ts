import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { isCanonical } from '../encoding/canonical-json'
import type { IndividualizationFault } from '../fault/core-fault'
import { IssuerId } from '../identity/issuer-id'
import { RequiredVersion } from '../identity/security-version'
import { boundedList, EncodedDigest, ShortText, wholeNumber } from '../license/document-values'
import { Timestamp } from '../license/timestamp'
import { exactly } from '../signed/exactly'
import { signDocument } from '../signed/sign-document'
import { parseJson } from '../signed/signed-header'
import { verifyDocument } from '../signed/verify-document'

/** The JWS `typ` of policies. */
export const POLICY_TYP = 'custody-policy+1'
/** The JWS `typ` of enabler tables. */
export const ENABLERS_TYP = 'custody-enablers+1'
/** Largest signed part of a package in characters. */
export const MAX_PACKAGE_PART = 1024 * 1024
/** Most characters of a line of a package: a part with its name. */
export const MAX_PACKAGE_LINE = MAX_PACKAGE_PART + 64

const MAX_POLICY = 8 * 1024
const MOST_ENABLERS = 4096
const MOST_A_DAY = 1000
const MOST_COMPUTERS = 1000
const MAX_ENABLER = 2 ** 31 - 1

/** The first line of a package: which one it is, so that the bytes of two are never mixed. */
const PackageHead = exactly(t.type({ v: t.literal(1), package: ShortText }, 'head of a package'))

/**
 * Every other line of a package: a document with a signature of its own. `trust` is a trust document, `revocation` a list,
 * `information` revocation information, `policy` a {@link PolicyDocument}, `enablers` an {@link EnablerTable}.
 *
 * @source docs/reference/protocols.md, section 5.2
 */
export const PackagePart = exactly(
  t.type(
    {
      part: t.union([
        t.literal('trust'),
        t.literal('policy'),
        t.literal('revocation'),
        t.literal('information'),
        t.literal('enablers'),
      ]),
      jws: t.string,
    },
    'part of a package'
  )
)
export type PackagePart = Readonly<t.TypeOf<typeof PackagePart>>

/** By which numbers the services of an authority decide. */
export const PolicyDocument = exactly(
  t.type(
    {
      v: t.literal(1),
      authority: IssuerId,
      issued: Timestamp,
      securityVersion: RequiredVersion,
      restoreLimit: wholeNumber(0, MOST_COMPUTERS),
      /** Individualizations of one computer on one UTC day (IN-11). */
      individualizationsADay: wholeNumber(0, MOST_A_DAY),
    },
    'policy of an authority'
  )
)
export type PolicyDocument = Readonly<t.TypeOf<typeof PolicyDocument>>

/** Where what replaces a revoked component is found. Data only: an enabler is never run by this software. */
const Enabler = exactly(
  t.type(
    {
      /** Of the revoked key. */
      thumbprint: EncodedDigest,
      type: ShortText,
      url: ShortText,
      /** Of what the address leads to. */
      bytes: wholeNumber(0, MAX_ENABLER),
    },
    'enabler'
  )
)

/** What replaces revoked components. A package has as many tables as it takes. @source docs/reference/domain.md, RV-11 */
export const EnablerTable = exactly(
  t.type({ v: t.literal(1), authority: IssuerId, entries: boundedList(Enabler, MOST_ENABLERS) }, 'enabler table')
)
export type EnablerTable = Readonly<t.TypeOf<typeof EnablerTable>>

/** The first line of a package in canonical form, with its line feed. */
export const packageHead = (id: string): string => `${JSON.stringify({ package: id, v: 1 })}\n`

/** A later line of a package in canonical form, with its line feed. */
export const packageLine = ({ part, jws }: PackagePart): string => `${JSON.stringify({ jws, part })}\n`

const readLine = <A>(codec: t.Type<A, unknown>, line: string): E.Either<IndividualizationFault, A> => {
  const invalid = (why: string): E.Either<IndividualizationFault, never> =>
    E.left({ type: 'PackageSignatureInvalid', part: codec.name, why })
  if (line.length > MAX_PACKAGE_LINE) return invalid(`more than ${MAX_PACKAGE_LINE} characters`)
  const parsed = parseJson(line)
  if (E.isLeft(parsed) || !codec.is(parsed.right)) return invalid('another shape')
  // One comparison refuses doubled members, other spellings and stray white space.
  return isCanonical(line, parsed.right) ? E.right(parsed.right) : invalid('not canonical')
}

/** Reads the first line of a package, without its line feed. @returns the package's id. @errors `PackageSignatureInvalid`. */
export const readPackageHead = (line: string): E.Either<IndividualizationFault, string> => {
  const head = readLine(PackageHead, line)
  return E.isLeft(head) ? head : E.right(head.right.package)
}

/** Reads a later line, without its line feed. Its document is not believed by that. @errors `PackageSignatureInvalid`. */
export const readPackageLine = (line: string): E.Either<IndividualizationFault, PackagePart> => readLine(PackagePart, line)

/** Whose word counts for policies and enabler tables. */
export interface PartExpectation {
  readonly authority: string
  /** Keys of the Individualization Service by name. */
  readonly keyFor: (kid: string) => KeyObject | undefined
}

interface PartForm<A> {
  readonly part: PackagePart['part']
  readonly typ: string
  readonly codec: t.Type<A, unknown>
  readonly limit: number
}

const POLICY: PartForm<PolicyDocument> = { part: 'policy', typ: POLICY_TYP, codec: PolicyDocument, limit: MAX_POLICY }
const ENABLERS: PartForm<EnablerTable> = {
  part: 'enablers',
  typ: ENABLERS_TYP,
  codec: EnablerTable,
  limit: MAX_PACKAGE_PART,
}

const accept = <A extends { readonly authority: string }>(
  { part, typ, codec, limit }: PartForm<A>,
  { authority, keyFor }: PartExpectation,
  jws: string
): E.Either<IndividualizationFault, A> => {
  const verified = verifyDocument({ typ, codec, keyFor, limit }, jws)
  if (E.isLeft(verified)) return E.left({ type: 'PackageSignatureInvalid', part, why: verified.left.type })
  const { payload } = verified.right
  return payload.authority === authority
    ? E.right(payload)
    : E.left({ type: 'PackageSignatureInvalid', part, why: `of another authority, ${payload.authority}` })
}

const issue = <A>({ part, typ, codec, limit }: PartForm<A>, key: KeyObject, kid: string, draft: object): string => {
  const document: unknown = { ...draft, v: 1 }
  if (!codec.is(document)) throw new TypeError(`this draft is no part '${part}'`)
  const jws = signDocument(key, { typ, kid }, document)
  if (jws.length > limit) throw new RangeError(`a part '${part}' has at most ${limit} characters`)
  return jws
}

/** Believes a policy or says why not. @errors `PackageSignatureInvalid`. */
export const acceptPolicy = (expectation: PartExpectation, jws: string): E.Either<IndividualizationFault, PolicyDocument> =>
  accept(POLICY, expectation, jws)

/** Believes an enabler table or says why not. @errors `PackageSignatureInvalid`. */
export const acceptEnablerTable = (expectation: PartExpectation, jws: string): E.Either<IndividualizationFault, EnablerTable> =>
  accept(ENABLERS, expectation, jws)

/** Signs a policy with the Individualization Service's key. Throws for a draft that none can say. */
export const issuePolicy = (key: KeyObject, kid: string, draft: Omit<PolicyDocument, 'v'>): string =>
  issue(POLICY, key, kid, draft)

/** Signs an enabler table, as {@link issuePolicy} does a policy. Throws for one that is too large: make several. */
export const issueEnablerTable = (key: KeyObject, kid: string, draft: Omit<EnablerTable, 'v'>): string =>
  issue(ENABLERS, key, kid, draft)
