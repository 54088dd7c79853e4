import type { HeldLicense } from './held-license'
import type { CopyLevels, LicenseDocument, PlayLevels } from './license-document'
import { termsOf } from './license-terms'

/** The levels that bind the use of a license or chain; a member that restricts nothing is absent (LI-28). */
export interface OutputLevels {
  readonly play?: PlayLevels
  readonly copy?: CopyLevels
}

const ofDocument = (document: LicenseDocument): OutputLevels => {
  const { restrictsPlay, restrictsCopy } = termsOf(document)
  return {
    ...(restrictsPlay && document.play !== undefined && { play: document.play }),
    ...(restrictsCopy && document.copy !== undefined && { copy: document.copy }),
  }
}

/**
 * What a caller has to compare with its output (LI-15). If the root of a chain carries any playback or copy restriction,
 * those of the leaf do not count at all (LI-58).
 */
export const outputLevels = ({ license, root }: HeldLicense): OutputLevels => {
  const own = root === undefined ? {} : ofDocument(root.license.document)
  return own.play === undefined && own.copy === undefined ? ofDocument(license.document) : own
}
