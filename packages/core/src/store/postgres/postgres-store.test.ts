import { whenInstalled } from '../../../../../test/gate/when-installed'
import { describeEventStore } from '../../testing/store/store-kit'
import { freshPostgresPlace } from './testing/fresh-postgres-place'

const { describe, it } = whenInstalled('postgres')

// The first of a run starts the server.
describeEventStore('PostgreSQL', freshPostgresPlace, { describe, it: (name, body) => it(name, body, 60_000) })
