/**
 * Protection levels of the technologies that this project delivers to, on the scale that licenses state minima on. The
 * platform's own numbers were licensed material; these are this project's (LI-38), and only their order means anything.
 */
export const OUTPUT_LEVEL = {
  /** A file or line that anybody can read. */
  unprotected: 100,
  /** Common Encryption whose key is handed to whoever asks, as with Clear Key. */
  openKey: 150,
  /** A rights system of third parties, which gives its key to licensed players. */
  rightsSystem: 250,
  /** The same with keys that never leave hardware. */
  hardware: 300,
} as const
