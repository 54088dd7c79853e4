import { RESULT_CODE } from '../license/result-code'
import { FLAGS } from './flags'
import { HRESULT, NOT_PLAIN_COMPLETION, isDone, isFailure } from './hresult'
import { HTTP_STATUS } from './http-status'
import { INDIVIDUALIZATION_CODE } from './individualization-code'
import { MEDIA_EVENT } from './media-event'
import { MSDRM_STATUS } from './msdrm-status'
import { referenceSection, tableRows } from './testing/reference-tables'
import { WMT_STATUS } from './wmt-status'

type Named = Readonly<Record<string, number>>

const rows = (section: string): ReadonlyArray<ReadonlyArray<string>> => tableRows(referenceSection(section))
const named = (pairs: Iterable<readonly [string, number]>): Named => Object.fromEntries(pairs)
/** Tables that begin with the number and then the name. */
const numberFirst = (section: string): Named => named(rows(section).map(([value = '', name = '']) => [name, Number(value)]))
const codes = (text: string): ReadonlyArray<readonly [string, number]> =>
  [...text.matchAll(/\b([A-Z]\w+) (0x[0-9A-F]{8})\b/g)].map(([, name = '', value = '']) => [name, Number(value)] as const)

describe('the tables of the platform are those of the reference, row by row and both ways', () => {
  it('statuses, events, stages', () => {
    expect(WMT_STATUS).toEqual(numberFirst('### 2.1'))
    expect(MEDIA_EVENT).toEqual(numberFirst('### 2.2'))
    expect(MSDRM_STATUS).toEqual(numberFirst('### 2.3'))
    const stages = rows('### 2.4')
    expect(INDIVIDUALIZATION_CODE).toEqual(named(stages.map(([name = '', value = '']) => [name, Number(value)])))
    const http = stages.filter(([, , , , name]) => name !== '')
    expect(HTTP_STATUS).toEqual(named(http.map(([, , , , name = '', value = '']) => [name, Number(value)])))
    expect([22, 10, 12, 7, 5]).toEqual([WMT_STATUS, MEDIA_EVENT, MSDRM_STATUS, INDIVIDUALIZATION_CODE, HTTP_STATUS].map(sizeOf))
  })

  it('flags, where a name that the reference shortens ends as it does there', () => {
    const stated = rows('### 2.5').map(([group = '', text = '']) => [group.replace('Licence', 'License'), flagsIn(text)] as const)
    expect(stated.map(([group]) => group)).toEqual(Object.keys(FLAGS))
    for (const [group, flags] of stated) {
      const ours = Object.entries(FLAGS[group as keyof typeof FLAGS])
      expect([group, ours.map(([, value]) => value)]).toEqual([group, flags.map(([, value]) => value)])
      ours.forEach(([name], index) => {
        const [shown = ''] = flags[index] ?? []
        expect(shown.startsWith('…') ? name.endsWith(shown.slice(1)) : name === shown).toBe(true)
      })
    }
  })

  it('result codes', () => {
    const failures = referenceSection('### 11.1')
    const central = tableRows(failures).map(([name = '', value = '']) => [name, Number(value.slice(0, 10))] as const)
    const [, less = '', general = ''] = /Less central([^]*)\nGeneral:(.*)\n/.exec(failures) ?? []
    const successes = rows('### 11.2').map(([name = '', value = '']) => [name, Number(value.slice(0, 10))] as const)
    const lessCentral = codes(less).map(([name, value]) => [`NS_E_${name}`, value] as const)
    expect(HRESULT).toEqual(named([['S_OK', 0], ...central, ...lessCentral, ...codes(general), ...successes]))
    expect(sizeOf(HRESULT)).toBe(150)
  })

  it('are one with the codes of licenses', () => {
    const all: Named = HRESULT
    for (const { name, value } of Object.values(RESULT_CODE)) expect([name, all[name]]).toEqual([name, value])
  })
})

describe('severity', () => {
  it('is the highest bit: NS_E_ and E_ fail, NS_S_ and S_OK do not', () => {
    for (const [name, value] of Object.entries(HRESULT)) {
      expect([name, isFailure(value)]).toEqual([name, /^(NS_E_|E_|ERROR_)/.test(name)])
    }
  })

  it('EV-17, IN-32: five successes are not plain completion', () => {
    const [, listed = ''] = /The five meant in EV-17: (.*)\./.exec(referenceSection('### 11.2')) ?? []
    const stated = listed.split(', ').map((name) => new RegExp(`^NS_S_(DRM_)?${name.replace('…', '.*')}$`))
    expect(NOT_PLAIN_COMPLETION).toHaveLength(stated.length)
    stated.forEach((pattern, index) => expect(NOT_PLAIN_COMPLETION[index]).toMatch(pattern))
    for (const name of NOT_PLAIN_COMPLETION) expect([name, isFailure(HRESULT[name]), isDone(HRESULT[name])]).toEqual([name, false, false])
    expect([HRESULT.S_OK, HRESULT.NS_S_DRM_LICENSE_ACQUIRED, HRESULT.NS_S_DRM_INDIVIDUALIZED].map(isDone)).toEqual([true, true, true])
    expect(isDone(HRESULT.NS_E_DRM_BUSY)).toBe(false)
  })
})

const sizeOf = (table: object): number => Object.keys(table).length

const flagsIn = (text: string): ReadonlyArray<readonly [string, number]> => {
  const values = [...text.matchAll(/(…?[A-Z_][A-Z0-9_]*)(?: = | )(?=.*?\b(0x\d|\d)\b)/g)]
  return values.map(([, name = '', value = '']) => [name, Number(value)] as const)
}
