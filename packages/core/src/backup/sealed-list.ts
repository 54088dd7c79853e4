import { b64u } from '../encoding/b64u'
import { ENVELOPE_LENGTH } from '../vault/key-envelope'
import { LIST_PAGE, nameText, ofNameText } from './license-list'
import type { PlannedLicense, SealedLicense } from './planned-license'

/** Licenses with their envelopes, in the order in which they were added. */
export interface SealedList {
  readonly add: (license: PlannedLicense, envelope: Uint8Array) => void
  readonly count: () => number
  /** All of them, at most {@link LIST_PAGE} at once. */
  readonly pages: () => Iterable<ReadonlyArray<SealedLicense>>
}

/** An empty list. Envelopes have one length, so that they lie in one piece of memory that grows. */
export const sealedList = (): SealedList => {
  const texts: string[] = []
  let envelopes = new Uint8Array(LIST_PAGE * ENVELOPE_LENGTH)
  const envelope = (index: number): Uint8Array => envelopes.subarray(index * ENVELOPE_LENGTH, (index + 1) * ENVELOPE_LENGTH)
  const sealed = (text: string, index: number): SealedLicense => ({ ...ofNameText(text), env: b64u(envelope(index)) })
  return {
    add: (license, bytes) => {
      if (bytes.length !== ENVELOPE_LENGTH) throw new RangeError(`an envelope has ${ENVELOPE_LENGTH} bytes`)
      const end = (texts.length + 1) * ENVELOPE_LENGTH
      if (end > envelopes.length) {
        const larger = new Uint8Array(2 * envelopes.length)
        larger.set(envelopes)
        envelopes = larger
      }
      envelopes.set(bytes, end - ENVELOPE_LENGTH)
      texts.push(nameText(license))
    },
    count: () => texts.length,
    *pages() {
      for (let at = 0; at < texts.length; at += LIST_PAGE) {
        yield texts.slice(at, at + LIST_PAGE).map((text, index) => sealed(text, at + index))
      }
    },
  }
}
