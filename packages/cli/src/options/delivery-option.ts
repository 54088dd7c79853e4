import { DATA_FORMS, type DataForm, type DeliveredForms, type Delivery } from '@custody/core/license'
import { systemIdFromText, type SystemId } from '@custody/core/identity'
import { InvalidArgumentError, Option, type Command } from 'commander'
import * as E from 'fp-ts/Either'

/** What the options of {@link addDeliveryOptions} leave. */
interface DeliveryOptions {
  readonly level?: DeliveredForms
  readonly protection?: ReadonlyArray<SystemId>
  readonly target?: SystemId
  readonly copyLevel?: number
}

const MAX_LEVEL = 65_535

const levelNumber = (text: string): number => {
  const level = Number(text)
  if (/^\d+$/.test(text) && level <= MAX_LEVEL) return level
  throw new InvalidArgumentError(`A level is a whole number up to ${MAX_LEVEL}.`)
}

const isForm = (text: string | undefined): text is DataForm => DATA_FORMS.some((form) => form === text)

const formLevel = (text: string, earlier: DeliveredForms = {}): DeliveredForms => {
  const [form, level = '', ...more] = text.split('=')
  if (!isForm(form) || more.length > 0) throw new InvalidArgumentError(`FORM=LEVEL, where FORM is one of ${DATA_FORMS.join(', ')}.`)
  return { ...earlier, [form]: levelNumber(level) }
}

const system = (text: string): SystemId => {
  const id = systemIdFromText(text)
  if (E.isRight(id)) return id.right
  throw new InvalidArgumentError('A GUID.')
}

const protection = (text: string, earlier: ReadonlyArray<SystemId> | undefined): ReadonlyArray<SystemId> => [
  ...(earlier ?? []),
  system(text),
]

/** Adds the options that say where the data of a use would go. Without them levels are not judged (LI-15). */
export const addDeliveryOptions = (command: Command): Command =>
  command
    .option('--level <form=level>', `protection level of the target for a form of data: ${DATA_FORMS.join(', ')}`, formLevel)
    .option('--protection <id>', 'output protection that is engaged', protection)
    .option('--target <id>', 'system id of the target of a copy', system)
    .addOption(new Option('--copy-level <level>', 'protection level of the target of a copy').argParser(levelNumber))

/** Where the data would go; nothing where no option says so. A copy is one with a target. */
export const deliveryFrom = (options: Readonly<Record<string, unknown>>): Delivery | undefined => {
  const { level: forms = {}, protection = [], target, copyLevel = 0 } = options as DeliveryOptions
  if (target !== undefined) return { type: 'copy', level: copyLevel, target, forms }
  return Object.keys(forms).length > 0 || protection.length > 0 ? { type: 'output', forms, protections: protection } : undefined
}
