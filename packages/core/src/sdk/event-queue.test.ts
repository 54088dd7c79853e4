import { createEventQueue } from './event-queue'
import { HRESULT } from './hresult'
import type { MediaEvent } from './status-object'
import { settled } from './testing/scripted-process'

const eventOf = (type: number): MediaEvent => ({ type, status: 0, value: null })

describe('an event queue', () => {
  it('EV-1: gives one event at a time, oldest first, and fails at once while it is empty', () => {
    const { source, push } = createEventQueue()
    expect(source.getEvent()).toEqual({ hr: HRESULT.ERROR_NO_MORE_ITEMS, event: null })
    push(eventOf(501))
    push(eventOf(500))
    expect([1, 2, 3].map(() => source.getEvent().event?.type)).toEqual([501, 500, undefined])
    push(eventOf(515))
    expect(source.getEvent()).toEqual({ hr: 0, event: eventOf(515) })
  })

  it('EV-1: or hands the next one to a callback, once for each time that it is asked', async () => {
    const { source, push } = createEventQueue()
    const received: number[] = []
    const receive = ({ type }: MediaEvent) => received.push(type)
    expect(source.beginGetEvent(receive)).toBe(0)
    push(eventOf(501))
    push(eventOf(500))
    expect(received).toEqual([501])
    source.beginGetEvent(receive)
    expect(received).toEqual([501])
    await settled()
    expect(received).toEqual([501, 500])
    expect(source.getEvent().event).toBeNull()
  })

  it('EV-1: gives the same events either way, in the same order', async () => {
    const types = [501, 503, 513, 500, 502, 508]
    const [pulled, called] = [createEventQueue(), createEventQueue()]
    const received: MediaEvent[] = []
    const again = (event: MediaEvent): void => {
      received.push(event)
      called.source.beginGetEvent(again)
    }
    called.source.beginGetEvent(again)
    for (const type of types) {
      pulled.push(eventOf(type))
      called.push(eventOf(type))
    }
    await settled()
    expect(received).toEqual(types.map(() => pulled.source.getEvent().event))
    expect(received.map(({ type }) => type)).toEqual(types)
  })

  it('refuses a second waiting callback, and the first still gets its event', () => {
    const { source, push } = createEventQueue()
    const received: string[] = []
    source.beginGetEvent(() => received.push('first'))
    expect(source.beginGetEvent(() => received.push('second'))).toBe(HRESULT.NS_E_INVALID_REQUEST)
    push(eventOf(500))
    expect(received).toEqual(['first'])
  })
})
