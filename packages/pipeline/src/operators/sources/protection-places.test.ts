import { PipelineError } from '../../fault/pipeline-error'
import { protectionPlaces } from './protection-places'

const keyId = (number: number): string => number.toString(16).padStart(32, '0')
const iv = new Uint8Array(16)

describe('places of the protections of a file', () => {
  it('one that came before keeps its place; another key, scheme or pattern gets one of its own', () => {
    const { protections, placeOf } = protectionPlaces()
    expect(placeOf({ scheme: 'cenc', keyId: keyId(1), iv }, 0)).toBe(1)
    expect(placeOf({ scheme: 'cenc', keyId: keyId(2), iv }, 0)).toBe(2)
    expect(placeOf({ scheme: 'cens', keyId: keyId(1), iv, pattern: { crypt: 1, skip: 9 } }, 0)).toBe(3)
    expect(placeOf({ scheme: 'cens', keyId: keyId(1), iv, pattern: { crypt: 2, skip: 8 } }, 0)).toBe(4)
    expect(placeOf({ scheme: 'cenc', keyId: keyId(1), iv: iv.slice() }, 0)).toBe(1)
    expect(protections).toHaveLength(5)
  })

  it('refuses a file with more than the 16 bits of a row can name, with the place of the sample', () => {
    const { protections, placeOf } = protectionPlaces()
    for (let number = 1; number < 0x1_0000; number += 1) placeOf({ scheme: 'cenc', keyId: keyId(number), iv }, 0)
    let fault: unknown
    try {
      placeOf({ scheme: 'cenc', keyId: keyId(0x1_0000), iv }, 77)
    } catch (error) {
      fault = error instanceof PipelineError ? error.fault : error
    }
    expect(fault).toEqual({ type: 'UnsupportedMedia', at: 77, what: 'more than 65535 keys and patterns' })
    expect(protections).toHaveLength(0x1_0000)
    expect(placeOf({ scheme: 'cenc', keyId: keyId(5), iv }, 78)).toBe(5)
  })
})
