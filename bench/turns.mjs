/** Rounds in which programs take turns. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { measure } from './measure.mjs'
import { pinned } from './parts/processor.mjs'

const nothing = () => undefined

/**
 * Every program once in each round, each round beginning with another and going the other way than the one before, so that
 * none always has the same one before it, whose files and memory it inherits. What a run wrote is removed behind it.
 *
 * @param programs by name, what answers the program for a path that nothing stands at; its files begin with that path.
 * @param prepare done before each run, uncounted.
 * @param check done after each run, uncounted; is told the name, the path and the round.
 * @param place where programs run: on one processor unless told.
 * @returns the runs by name.
 */
export const takeTurns = async (programs, { rounds, folder, label, prepare = nothing, check = nothing, place = pinned }) => {
  const names = Object.keys(programs)
  const runs = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const order = names.map((_, turn) => names[(turn + round) % names.length])
    for (const [turn, name] of (round % 2 === 0 ? order : order.reverse()).entries()) {
      const outputs = join(folder, 'outputs')
      mkdirSync(outputs)
      const output = join(outputs, `round-${round}-${turn}`)
      prepare(name, output)
      runs[name].push(await measure(place(programs[name](output)), join(folder, 'figures')))
      check(name, output, round)
      rmSync(outputs, { recursive: true })
    }
    console.error(`  ${label}, round ${round + 1}: ${names.map((name) => `${name} ${runs[name][round].cpu.toFixed(3)}`).join(', ')}`)
  }
  return runs
}
