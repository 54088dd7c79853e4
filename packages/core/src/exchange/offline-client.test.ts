import { fail } from '../home/testing/temporary-home'
import { offlineClient } from './offline-client'

describe('a client that may not ask', () => {
  it('IN-35: answers that, whatever is asked', async () => {
    const client = offlineClient('https://service.example')
    const disabled = { type: 'OnlineDisabled', place: 'https://service.example' }
    const { signal } = new AbortController()
    expect(client.place).toBe('https://service.example')
    expect(await fail(client.fetch('management', '/v1/authority', 9, signal))).toEqual(disabled)
    expect(await fail(client.call(undefined as never))).toEqual(disabled)
    expect(await fail(client.fetchLong(undefined as never))).toEqual(disabled)
  })
})
