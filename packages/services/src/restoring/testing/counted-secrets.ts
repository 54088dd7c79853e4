import type { Secret } from '@custody/core/secret'

/** What core's module of secrets has that is watched here. */
interface SecretModule {
  readonly secretFromBytes: (source: Uint8Array) => Secret
  readonly withSecretBytes: <A>(secret: Secret, use: (bytes: Uint8Array) => A) => A
  readonly wipeSecret: (secret: Secret) => void
}

const made = new Set<Uint8Array>()
let wipes = true

/** The module with the bytes of every secret remembered, to stand in for it in a test. */
export const countedSecrets = <A extends SecretModule>(module: A): A => ({
  ...module,
  secretFromBytes: (source: Uint8Array): Secret => {
    const secret = module.secretFromBytes(source)
    made.add(module.withSecretBytes(secret, (bytes) => bytes))
    return secret
  },
  wipeSecret: (secret: Secret): void => {
    if (wipes) module.wipeSecret(secret)
  },
})

/** How many secrets of this program, services that run in it included, hold bytes that were not filled with zeros. */
export const clearSecrets = (): number => {
  for (const bytes of made) if (bytes.every((byte) => byte === 0)) made.delete(bytes)
  return made.size
}

/** Switches the wiping of secrets off, and on again when the work is done. */
export const withoutWiping = async <A>(work: () => Promise<A>): Promise<A> => {
  wipes = false
  try {
    return await work()
  } finally {
    wipes = true
  }
}
