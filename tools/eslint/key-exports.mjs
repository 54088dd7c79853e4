/**
 * The files that may take the bytes out of a key (R5): each turns them into a `Secret`, or wipes them, at once. A file is added by
 * name, never by folder.
 */
export const KEY_EXPORTS = [
  'packages/core/src/device/private-key.ts',
  'packages/pipeline/src/operators/protection/classic-cipher.ts',
  'packages/pipeline/src/operators/protection/session-cipher.ts',
]
