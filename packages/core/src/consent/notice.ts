import { b64u } from '../encoding/b64u'
import { sha256 } from '../encoding/sha256'
import { utf8 } from '../encoding/utf8'

/** What is asked about: a security upgrade, a restore of licenses, the renewal of a component. */
export type ConsentKind = 'individualize' | 'restore' | 'renew'

/** What a person is told before anything leaves the machine. Plain text, to be shown whole and with both choices. */
export interface Notice {
  readonly kind: ConsentKind
  /** Version of the wording; recorded with the answer. */
  readonly text: string
  readonly title: string
  /** Who asks and why; what changes; what leaves the machine and where to; what it is good for; what refusing means. */
  readonly paragraphs: ReadonlyArray<string>
  /** Where the privacy statement stands (IN-14, BR-34). */
  readonly privacy: string
  readonly accept: string
  readonly decline: string
}

/** Path of the privacy statement in the documents of this project. */
export const PRIVACY_STATEMENT = 'docs/explanation/privacy.md'

const INDIVIDUALIZE = {
  text: '1',
  title: 'Security upgrade of this computer’s rights component',
  paragraphs: [
    'The owner of some content requires a rights component that was made for one computer before that content opens.',
    'On this computer new device keys are made, and the file that describes the rights component is replaced by one for this computer.',
    'A random identifier of this computer, the public halves of its new keys and your answer to this question are sent to ' +
      'the individualization service. No hardware number, no user or computer name and no list of your licenses is sent.',
    'Afterwards content that requires the upgrade can be opened here, and breaking the component of another computer does ' +
      'not break this one.',
    'If you decline, content that requires the upgrade stays closed. Everything else goes on working.',
  ],
  accept: 'Upgrade',
  decline: 'Cancel',
}

const RESTORE = {
  text: '1',
  title: 'Restore of licenses from a backup',
  paragraphs: [
    'Licenses are bound to one computer. A license management service has to allow each one of the backup for this computer.',
    'The licenses that it allows are written into this computer’s license store. If some of them require a security ' +
      'upgrade, that is asked for on its own.',
    'The backup’s list of contents and its license documents, a random identifier of this computer, its device certificate ' +
      'and your answer to this question are sent to the license management service. It counts on how many computers each ' +
      'license was restored.',
    'Afterwards the licenses can be used on this computer. The computer that the backup comes from keeps its own.',
    'If you decline, nothing is sent and nothing is restored.',
  ],
  accept: 'Restore',
  decline: 'Cancel',
}

const RENEW = {
  text: '2',
  title: 'Renewal of a component',
  paragraphs: [
    'The owners of protected content require that components which were found to be compromised be replaced. A component of ' +
      'this computer is on the list of revoked components, or some content asks for a newer list than this computer has.',
    'A newer list is fetched from the service and stored on this computer. Nothing about you or this computer is sent for it.',
    'If a component of this computer is on the list, a page of the update service is opened in the browser. From there a ' +
      'component may be downloaded and installed. An identifier of the revoked component is sent to the update service.',
    'Afterwards protected content can be used again.',
    'If you decline, nothing is fetched or opened, and content that needs the component stays closed. Everything else goes on working.',
  ],
  accept: 'Renew',
  decline: 'Cancel',
}

const WORDS = { individualize: INDIVIDUALIZE, restore: RESTORE, renew: RENEW } as const

/**
 * The notice for one kind of operation, with whom it concerns: the service's address, or a word for the service that runs
 * inside this program.
 *
 * @source docs/reference/domain.md, section 12
 */
export const noticeFor = (kind: ConsentKind, service: string): Notice => ({
  kind,
  ...WORDS[kind],
  paragraphs: [...WORDS[kind].paragraphs, `The service is ${service}.`],
  privacy: PRIVACY_STATEMENT,
})

/** Digest of all that the notice says, base64url of SHA-256. */
export const noticeDigest = ({ title, paragraphs, privacy, accept, decline }: Notice): string =>
  b64u(sha256(utf8([title, ...paragraphs, privacy, accept, decline].join('\n'))))
