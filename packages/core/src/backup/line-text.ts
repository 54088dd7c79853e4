import * as E from 'fp-ts/Either'

import { signedForm } from '../signed/signed-form'
import type { BackupLine } from './backup-manifest'
import { leafOf } from './leaf'

/** What a line holds, before it has a number. */
export type LineContent = Omit<BackupLine, 'n'>

const NUMBER = /^\{"n":([1-9][0-9]{0,6}),/
const LID = /"lid":"([^"]*)"/
const DOCUMENT = /"doc":"([^"]*)"/
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/
/** Longest start of a line that {@link NUMBER} can match. */
const NUMBER_LENGTH = 14

/** A line without its line feed. The number comes first, so that a line is known by it wherever it stands in a damaged file. */
export const lineText = (n: number, { lid, keyId, gen, doc, env }: LineContent): string => {
  const sealed = env === undefined ? '' : `,"env":"${env}"`
  // None of the members holds a character that JSON escapes.
  return `{"n":${n},"lid":"${lid}","keyId":"${keyId}","gen":${gen},"doc":"${doc}"${sealed}}`
}

/** The number that a line begins with. */
export const numberOfLine = (line: Uint8Array): number | undefined => {
  const [, digits] = NUMBER.exec(Buffer.from(line.subarray(0, NUMBER_LENGTH)).toString('latin1')) ?? []
  return digits === undefined ? undefined : Number(digits)
}

const uuid = (text: string | undefined): string | undefined => (text !== undefined && UUID.test(text) ? text : undefined)

const documentLid = (line: string): string | undefined => {
  const form = signedForm(DOCUMENT.exec(line)?.[1] ?? '')
  return E.isRight(form) ? uuid(LID.exec(form.right.payload)?.[1]) : undefined
}

/**
 * The license that a damaged line was about, where it can still be told: the line says it twice.
 *
 * @param leaf of a line number, as it was written.
 */
const lidOfLine = (line: string, leaf: (n: number) => Uint8Array | undefined): string | undefined => {
  const [own, inside] = [uuid(LID.exec(line)?.[1]), documentLid(line)]
  if (own === undefined || inside === undefined || own === inside) return own ?? inside
  // One of the two is damaged: with the right one in both places the line may be whole.
  const repaired = Buffer.from(line.replace(LID, `"lid":"${inside}"`), 'latin1')
  const n = numberOfLine(repaired)
  const expected = n === undefined ? undefined : leaf(n)
  return n !== undefined && expected !== undefined && Buffer.compare(leafOf(n, repaired), expected) === 0 ? inside : own
}

/** The licenses that a damaged piece of a segment was about; lines that ran together are told apart. */
export const lidsOfPiece = (piece: Uint8Array, leaf: (n: number) => Uint8Array | undefined): ReadonlyArray<string> =>
  Buffer.from(piece)
    .toString('latin1')
    .split(/(?=\{"n":)/)
    .flatMap((line) => lidOfLine(line, leaf) ?? [])
