import { createSecretKey } from 'node:crypto'

import { PipelineError } from '../../fault/pipeline-error'
import { classicCipher } from './classic-cipher'

describe('the classic cipher of a run', () => {
  it('refuses to work once its key is forgotten, and leaves the sample alone', () => {
    const cipher = classicCipher(createSecretKey(Uint8Array.of(1, 2, 3, 4, 5, 6, 7)))
    const units = { clear: [0, 0], protected: [5, 27], first: 0, count: 2 }
    const sample = Uint8Array.from({ length: 32 }, (_, at) => at)
    cipher.seal(sample, units)
    const sealed = sample.slice()
    cipher.wipe()
    expect(() => cipher.seal(sample, units)).toThrow(PipelineError)
    expect(() => cipher.open(sample, units)).toThrow(PipelineError)
    expect(sample).toEqual(sealed)
  })
})
