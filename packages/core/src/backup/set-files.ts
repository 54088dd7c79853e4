import { b64u } from '../encoding/b64u'
import { sha256 } from '../encoding/sha256'

/** Names the current set of a folder of backups. */
export const POINTER = 'CURRENT'
/** A new pointer until it takes the old one's place. */
export const NEW_POINTER = 'CURRENT.new'
/** Signed list of a set's parts. */
export const MANIFEST = 'manifest.jws'
/** Digests of all lines. */
export const LEAVES = 'leaves.bin'

const UUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}'
const SET_ID = new RegExp(`^${UUID}$`)
const SET_FOLDER = new RegExp(`^set-(${UUID})$`)
const POINTER_FORM = new RegExp(`^(${UUID}) ([A-Za-z0-9_-]{43})\n$`)
const NUMBER_LENGTH = 5

/** Whether a text can be the id of a set: a UUID in lower case. */
export const isSetId = (text: string): boolean => SET_ID.test(text)

/** Folder of a whole set. */
export const setFolder = (set: string): string => `set-${set}`
/** Folder of a set that is being written; never read. */
export const partialFolder = (set: string): string => `${setFolder(set)}.partial`
/** The id in the name of a whole set's folder. */
export const setOfFolder = (name: string): string | undefined => SET_FOLDER.exec(name)?.[1]

/** File of a segment. @param number from 1. */
export const segmentName = (number: number): string => `documents-${String(number).padStart(NUMBER_LENGTH, '0')}.ndjson`

/** SHA-256 in base64url, as manifest and pointer carry it. */
export const digestOf = (bytes: Uint8Array): string => b64u(sha256(bytes))

/** What a pointer says. */
export interface Pointer {
  readonly set: string
  /** SHA-256 of the manifest, base64url. */
  readonly manifest: string
}

/** The one text of a pointer: set id, space, digest, line feed. */
export const pointerText = ({ set, manifest }: Pointer): string => `${set} ${manifest}\n`

/** Reads a pointer, or nothing for any other text. */
export const pointerOf = (text: string): Pointer | undefined => {
  const [, set, manifest] = POINTER_FORM.exec(text) ?? []
  return set === undefined || manifest === undefined ? undefined : { set, manifest }
}
