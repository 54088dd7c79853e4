import { freshSqlitePlace } from './testing/fresh-sqlite-place'
import { describeEventStore } from '../../testing/store/store-kit'

describeEventStore('SQLite', freshSqlitePlace, { describe, it })
