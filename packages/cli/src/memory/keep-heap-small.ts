import { setFlagsFromString } from 'node:v8'

/**
 * Keeps the engine from growing its heap while media pass. What is alive then is some 15 MiB, whatever the length of the file; but
 * young objects get up to 16 MiB of their own, old ones up to four times what is alive, and buffers that ciphers gave wait for the
 * sweep of either: together as much again as the whole command needs.
 */
export const keepHeapSmall = (): void => {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=150')
}
