import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const PACKAGE = join(__dirname, '..', '..')

interface Entry {
  readonly types: string
}

/** Declarations of all that importers reach. */
const entries = (): ReadonlyArray<string> => {
  const { exports } = jest.requireActual<{ readonly exports: Readonly<Record<string, Entry | string>> }>(join(PACKAGE, 'package.json'))
  return Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : [join(PACKAGE, entry.types)]))
}

const YIELDS_CLEAR = /\b(Batch(Of)?<Clear>|Operator<[^>]+, Clear>)/

type Found = Readonly<Record<string, ReadonlyArray<string>>>

/** Of each file the functions whose answer is, or gives, a clear batch. */
const givingClear = (files: ReadonlyArray<string>): Found => {
  const options = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, skipLibCheck: true, types: [] }
  const program = ts.createProgram([...files], options)
  const checker = program.getTypeChecker()
  const givesClear = (symbol: ts.Symbol, source: ts.SourceFile): boolean => {
    const meant = (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
    const signatures = checker.getTypeOfSymbolAtLocation(meant, source).getCallSignatures()
    return signatures.some((signature) => {
      const answer = checker.typeToString(signature.getReturnType(), source, ts.TypeFormatFlags.NoTruncation)
      return YIELDS_CLEAR.test(answer.replace(/import\("[^"]+"\)\./g, ''))
    })
  }
  return Object.fromEntries(
    files.map((file) => {
      const source = program.getSourceFile(file)
      const module = source && checker.getSymbolAtLocation(source)
      if (module === undefined || source === undefined) throw new Error(`${file} is no module`)
      return [file, checker.getExportsOfModule(module).filter((symbol) => givesClear(symbol, source)).map(({ name }) => name)]
    })
  )
}

const PLANTED = (batches: string, operators: string): string => `
import type { Observable } from 'rxjs'
import type { Batch, Clear, Content } from '${batches}'
import type { Operator } from '${operators}'
export declare const direct: (batch: Batch<Content>) => Batch<Clear>
export declare const stream: (source: Observable<Batch<Content>>) => Observable<Batch<Clear>>
export declare const operator: () => Operator<Content, Clear>
export declare const harmless: (source: Observable<Batch<Clear>>) => Observable<Batch<Content>>
`

describe('what is public', () => {
  const folder = mkdtempSync(join(PACKAGE, 'dist', 'planted-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('has one function that gives a clear batch: demuxClear', () => {
    const planted = join(folder, 'planted.d.ts')
    writeFileSync(planted, PLANTED('../batch/index.js', '../operators/index.js'))
    const { [planted]: seen, ...found } = givingClear([...entries(), planted])
    expect(entries().length).toBeGreaterThan(8)
    expect(Object.values(found).flat()).toEqual(['demuxClear'])
    expect(seen).toEqual(['direct', 'stream', 'operator'])
  }, 60_000)
})
