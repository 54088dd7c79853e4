export { type MemoryLog, memoryLog, type MemoryModel } from './memory-log'
export { type MemoryStore, openMemoryStore } from './open-memory-store'
