/**
 * Older names of today's boxes, the types of `uuid` boxes.
 *
 * @source PIFF 1.1 (the fields are the same there, but for what `senc` may say of its own)
 */
export const PIFF_IDS = {
  tenc: '8974dbce7be74c5184f97148f9882554',
  pssh: 'd08a4f1810f34a82b6c832d8aba183d3',
  senc: 'a2394f525a9b4f14a2446c427c648df4',
} as const
