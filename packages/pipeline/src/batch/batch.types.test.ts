import type { Observable } from 'rxjs'

import { branch } from '../lease/branch'
import { fanOut } from '../lease/fan-out'
import type { Operator, PreservingOperator, Sink } from '../lease/operator'
import type { Pool } from '../lease/pool-handle'
import { preservingStage } from '../lease/preserving-stage'
import { runPipeline } from '../lease/run-pipeline'
import type { mux } from '../operators/mux/mux'
import type { protect } from '../operators/protection/protect'
import type { transcrypt } from '../operators/protection/transcrypt'
import type { restoreTimes } from '../operators/restore-times'
import type { Batch } from './batch'
import type { Clear, Content, Session, State } from './state'

declare const clear: Batch<Clear>
declare const content: Batch<Content>
declare const either: Batch<Clear | Content>
const takeClear = (batch: Batch<Clear>): Batch<Clear> => batch
const takeContent = (batch: Batch<Content>): Batch<Content> => batch
const takeAny = (batch: Batch<State>): Batch<State> => batch

takeClear(clear)
takeContent(content)
// @ts-expect-error clear samples are not protected ones
takeContent(clear)
// @ts-expect-error nor the other way round: a state is not left by assignment
takeClear(content)
// @ts-expect-error the state is invariant: nothing widens it
takeAny(content)
// @ts-expect-error nor narrows it
takeContent(either)
// @ts-expect-error a spread of a batch is no batch
takeContent({ ...content })
// @ts-expect-error nor is a literal that looks like one
takeContent({ state: (state: Content) => state })
// @ts-expect-error nor an empty object
takeContent({})
// @ts-expect-error nobody constructs one: it is exported as a type only
new Batch()

class Alike {
  protected readonly state = (state: Content): Content => state
}
// @ts-expect-error a class of the same shape is another class
takeContent(new Alike())
// @ts-expect-error and one that claims to be a batch is no heir of it: there is nothing to inherit from
class Heir extends Batch<Content> {}
// @ts-expect-error nor does an interface with the same members pass
takeContent({} as { readonly state: (state: Content) => Content })
// A guard may lie, and the compiler believes it: the sink asks the batch itself (batch-inside.test.ts).
const isContent = (batch: unknown): batch is Batch<Content> => batch !== undefined
const lied: unknown = clear
if (isContent(lied)) takeContent(lied)

// What a phantom field on a plain object promises: this compiles, and is why a batch is none.
interface Phantom<S extends State> {
  readonly state?: S
  readonly bytes: Uint8Array
}
declare const clearPhantom: Phantom<Clear>
declare const contentPhantom: Phantom<Content>
const takePhantom = (batch: Phantom<Content>): Phantom<Content> => batch
takePhantom({ ...contentPhantom, bytes: clearPhantom.bytes })

declare const sink: ReturnType<typeof mux>
declare const protecting: ReturnType<typeof protect>
declare const moving: ReturnType<typeof transcrypt>
declare const restoring: typeof restoreTimes
declare const clear$: Observable<Batch<Clear>>
declare const content$: Observable<Batch<Content>>
declare const session$: Observable<Batch<Session>>

sink(content$)
sink(protecting(clear$))
sink(restoring(moving(content$)))
// @ts-expect-error a sink takes no clear batch
sink(clear$)
// @ts-expect-error nor one under a session key
sink(session$)
// @ts-expect-error a preserving operator does not make it protected
sink(restoring(clear$))
// @ts-expect-error what is protected is not protected again
protecting(content$)
// @ts-expect-error clear media does not go where protected media is transcrypted
moving(clear$)

const keeps: PreservingOperator = restoring
// @ts-expect-error an operator that changes the state is none that preserves it
const changes: PreservingOperator = protecting
// @ts-expect-error there is no way from a protected state to clear
const uncovers: Operator<Content, Clear> = moving
// @ts-expect-error a sink of protected samples is no sink of clear ones
const leaks: Sink<Clear, unknown> = sink

// @ts-expect-error nor of several states at once
const wide: Sink<Clear | Content, unknown> = sink
// Methods are compared both ways; not even so does a state pass for another one.
interface MethodPort<S extends State> {
  write(source: Observable<Batch<S>>): Observable<unknown>
}
declare const contentPort: MethodPort<Content>
// @ts-expect-error a port written as a method takes no clear batches either
const method: MethodPort<Clear> = contentPort
// @ts-expect-error nor batches of either state
const wideMethod: MethodPort<Clear | Content> = contentPort

declare const pool: Pool
runPipeline(pool, clear$, protecting, sink)
runPipeline(pool, clear$, branch(protecting, restoring, sink))
runPipeline(pool, clear$, fanOut([branch(protecting, sink), branch(protecting, restoring, sink)]))
runPipeline(pool, content$, restoring, moving, restoring, moving, restoring, moving, restoring, moving, sink)
// @ts-expect-error a sink takes no clear batch at the end of a pipeline
runPipeline(pool, clear$, sink)
// @ts-expect-error nor behind an operator that preserves
runPipeline(pool, clear$, restoring, sink)
// @ts-expect-error nor in a branch
const leaking: Sink<Clear, unknown> = branch(restoring, sink)
// @ts-expect-error nor in one branch of two
runPipeline(pool, clear$, fanOut([branch(protecting, sink), sink]))

const kept: PreservingOperator = preservingStage('kept', { holds: 1 }, restoring)
// @ts-expect-error a stage of an author's own preserves the state
preservingStage('changed', { holds: 1 }, protecting)

export const types = [Heir, keeps, changes, uncovers, leaks, wide, method, wideMethod, leaking, kept]
