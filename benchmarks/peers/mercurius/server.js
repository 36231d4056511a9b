// A peer of claimkb: mercurius with its JIT and its loaders, on PostgreSQL (pg) and on SQLite (better-sqlite3).
// The part of claimkb's schema that the benchmark's documents ask for; one SQL statement a level, prepared once.

import Fastify from 'fastify'
import mercurius from 'mercurius'

const url = process.env.CLAIMKB_DATABASE_URL
const USUAL = 20
const LONG_OVERDUE_DAYS = 30

const schema = `
  scalar Date
  scalar DateTime
  enum Timeliness { OVERDUE LONG_OVERDUE }
  enum SearchKind { SOURCE CLAIMANT CLAIM PREDICTION OUTCOME }
  input PredictionFilter { timeliness: [Timeliness!] }
  type Claimant { id: ID! name: String! }
  type Source { id: ID! title: String! url: String publisher: String publishedOn: Date }
  type Appearance { id: ID! paragraph: Int source: Source! }
  type AppearanceConnection { nodes: [Appearance!]! }
  type Outcome { id: ID! verdict: String! occurredOn: Date rationale: String! }
  type OutcomeConnection { nodes: [Outcome!]! }
  type Prediction {
    id: ID! question: String! dueOn: Date status: String! claim: Claim! outcomes(first: Int = ${USUAL}): OutcomeConnection!
  }
  type PredictionConnection { nodes: [Prediction!]! }
  type Claim {
    id: ID! statement: String! kind: String! voice: String! isHedged: Boolean! createdAt: DateTime!
    claimant: Claimant prediction: Prediction appearances(first: Int = ${USUAL}): AppearanceConnection!
  }
  type ClaimConnection { nodes: [Claim!]! }
  union SearchResult = Source | Claimant | Claim | Prediction | Outcome
  type SearchConnection { nodes: [SearchResult!]! }
  type Query {
    claim(id: ID!): Claim
    claims(first: Int = ${USUAL}): ClaimConnection!
    predictions(first: Int = ${USUAL}, filter: PredictionFilter): PredictionConnection!
    search(query: String!, kinds: [SearchKind!], first: Int = ${USUAL}): SearchConnection!
  }
`

// What a level selects of a table; the names are those of the schema.
const COLUMNS = {
  claim: 't.id, t.statement, t.kind, t.voice, t.is_hedged AS "isHedged", t.created_at AS "createdAt", t.claimant_id AS "claimantId"',
  claimant: 't.id, t.name',
  source: 't.id, t.title, t.url, t.publisher, t.published_on AS "publishedOn"',
  appearance: 't.id, t.paragraph, t.claim_id AS "claimId", t.source_id AS "sourceId"',
  prediction: 't.id, t.question, t.due_on AS "dueOn", t.status, t.claim_id AS "claimId"',
  outcome: 't.id, t.verdict, t.occurred_on AS "occurredOn", t.rationale, t.prediction_id AS "predictionId"'
}
const TYPES = { SOURCE: 'Source', CLAIMANT: 'Claimant', CLAIM: 'Claim', PREDICTION: 'Prediction', OUTCOME: 'Outcome' }
const QUEUE = "(t.status = 'OPEN' OR t.status = 'PROPOSED') AND coalesce(t.due_on, t.review_on) >= $1" +
  ' AND coalesce(t.due_on, t.review_on) <= $2 AND t.due_on IS NOT NULL ORDER BY coalesce(t.due_on, t.review_on), t.id LIMIT $3'

// --- The engines: each gives the same few questions. -----------------------------------------------------------------

async function openPostgres () {
  const { default: pg } = await import('pg')
  pg.types.setTypeParser(pg.types.builtins.DATE, text => text)
  pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, instant)
  const pool = new pg.Pool({ connectionString: url, max: 10, options: '-c timezone=UTC' })
  const names = new Map()

  async function ask (text, values) {
    let name = names.get(text)
    if (name === undefined) names.set(text, name = `s${names.size}`)
    return (await pool.query({ name, text, values })).rows
  }

  return {
    toKey: uuid => uuid,
    toUuid: id => id,
    toInstant: value => value,
    ask,
    byKeys: (table, column, keys) => ask(`SELECT ${COLUMNS[table]} FROM ${table} t WHERE t.${column} = ANY($1)`, [keys]),
    listsByKeys: (table, column, order, keys, first) => ask(
      `SELECT l.* FROM unnest($1::uuid[]) AS k(key) CROSS JOIN LATERAL (SELECT ${COLUMNS[table]} FROM ${table} t` +
      ` WHERE t.${column} = k.key ORDER BY t.${order}, t.id LIMIT $2) l`, [keys, first]),
    words: words => words.map(word => `'${word}'${word.length >= 3 ? ':*' : ''}`).join(' & '),
    find: "e.position FROM search_entry e WHERE to_tsvector('simple'::regconfig, e.words) @@ to_tsquery('simple'::regconfig, $1)",
    close: () => pool.end()
  }
}

async function openSqlite () {
  const { default: Sqlite } = await import('better-sqlite3')
  const connection = new Sqlite(url.replace('sqlite:///', ''), { readonly: true })
  connection.pragma('cache_size = -65536')
  connection.pragma('mmap_size = 1073741824')
  const statements = new Map()

  function ask (text, values) {
    let statement = statements.get(text)
    if (statement === undefined) statements.set(text, statement = connection.prepare(text.replace(/\$\d/g, '?')))
    return statement.all(values)
  }

  return {
    toKey: uuid => uuid.replaceAll('-', ''),
    toUuid: id => `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`,
    toInstant: instant,
    ask,
    byKeys: (table, column, keys) => ask(
      `SELECT ${COLUMNS[table]} FROM json_each($1) k CROSS JOIN ${table} t ON t.${column} = k.value`, [JSON.stringify(keys)]),
    // The database is in the process: a prepared statement a key is what SQLite itself advises, and beats a window function.
    listsByKeys: (table, column, order, keys, first) => keys.flatMap(key => ask(
      `SELECT ${COLUMNS[table]} FROM ${table} t WHERE t.${column} = $1 ORDER BY t.${order}, t.id LIMIT $2`, [key, first])),
    words: words => words.map(word => `"${word}"${word.length >= 3 ? '*' : ''}`).join(' AND '),
    find: 'e.position FROM search_entry e WHERE e.position IN (SELECT rowid FROM search_index WHERE search_index MATCH $1)',
    close: () => connection.close()
  }
}

const db = await (url.startsWith('sqlite') ? openSqlite() : openPostgres())

// --- Small things. ---------------------------------------------------------------------------------------------------

/** Write an instant of either database in UTC, with a Z. */
function instant (text) {
  const second = `${text.slice(0, 10)}T${text.slice(11, 19)}`
  const part = text.slice(19).replace(/\+00$/, '')
  return part === '' || part === '.000000' ? `${second}Z` : `${second}${part.padEnd(7, '0')}Z`
}

function globalId (type) {
  const prefix = `${type}:`
  return row => Buffer.from(prefix + db.toUuid(row.id), 'latin1').toString('base64url')
}

function keyOf (id) {
  return db.toKey(id.length === 36 ? id : Buffer.from(id, 'base64url').toString('latin1').split(':')[1])
}

function day (daysAgo) {
  return new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)
}

function days (timeliness) {
  const late = timeliness.includes('OVERDUE')
  const long = timeliness.includes('LONG_OVERDUE')
  return [long ? '0001-01-01' : day(LONG_OVERDUE_DAYS - 1), late ? day(1) : day(LONG_OVERDUE_DAYS)]
}

/** Load what a column of the parents refers to: one statement for all parents. */
function toOne (table, parentColumn, column = 'id', columnName = 'id') {
  return async queries => {
    const keys = new Set()
    for (const { obj } of queries) if (obj[parentColumn] !== null) keys.add(obj[parentColumn])
    const found = new Map()
    for (const row of await db.byKeys(table, column, [...keys])) found.set(row[columnName], row)
    return queries.map(({ obj }) => found.get(obj[parentColumn]) ?? null)
  }
}

/** Load the first rows of a list of each parent: one statement for all parents. */
function toMany (table, column, columnName, order) {
  return async queries => {
    const found = new Map(queries.map(({ obj }) => [obj.id, { nodes: [] }]))
    const most = Math.max(...queries.map(({ params }) => params.first))
    for (const row of await db.listsByKeys(table, column, order, [...found.keys()], most)) {
      found.get(row[columnName]).nodes.push(row)
    }
    return queries.map(({ obj, params: { first } }) => {
      const list = found.get(obj.id)
      return list.nodes.length > first ? { nodes: list.nodes.slice(0, first) } : list
    })
  }
}

const resolvers = {
  Query: {
    async claim (_, { id }) {
      return (await db.ask(`SELECT ${COLUMNS.claim} FROM claim t WHERE t.id = $1`, [keyOf(id)]))[0] ?? null
    },
    async claims (_, { first }) {
      return { nodes: await db.ask(`SELECT ${COLUMNS.claim} FROM claim t ORDER BY t.created_at, t.id LIMIT $1`, [first]) }
    },
    async predictions (_, { first, filter }) {
      const timeliness = filter?.timeliness
      return {
        nodes: timeliness
          ? await db.ask(`SELECT ${COLUMNS.prediction} FROM prediction t WHERE ${QUEUE}`, [...days(timeliness), first])
          : await db.ask(`SELECT ${COLUMNS.prediction} FROM prediction t ORDER BY coalesce(t.due_on, t.review_on), t.id LIMIT $1`, [first])
      }
    },
    async search (_, { query, kinds, first }) {
      const words = query.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
      if (words.length === 0) return { nodes: [] }
      const page = `SELECT e.record_id AS "recordId", e.kind, ${db.find}${kinds ? ` AND e.kind IN (${kinds.map(kind => `'${kind}'`)})` : ''}` +
        ' ORDER BY e.position DESC LIMIT $2'
      if (kinds?.length === 1) { // one kind only: its rows in the same statement
        const table = kinds[0].toLowerCase()
        const rows = await db.ask(`SELECT ${COLUMNS[table]} FROM (${page}) p JOIN ${table} t ON t.id = p."recordId" ORDER BY p.position DESC`,
          [db.words(words), first])
        for (const row of rows) row.type = TYPES[kinds[0]]
        return { nodes: rows }
      }
      const entries = await db.ask(page, [db.words(words), first])
      const found = new Map()
      await Promise.all(Object.keys(TYPES).map(async kind => {
        const keys = entries.filter(entry => entry.kind === kind).map(entry => entry.recordId)
        if (keys.length === 0) return
        for (const row of await db.byKeys(kind.toLowerCase(), 'id', keys)) found.set(row.id, Object.assign(row, { type: TYPES[kind] }))
      }))
      return { nodes: entries.map(entry => found.get(entry.recordId)) }
    }
  },
  SearchResult: { resolveType: row => row.type },
  Claim: { id: globalId('Claim'), createdAt: row => db.toInstant(row.createdAt), isHedged: row => Boolean(row.isHedged) },
  Claimant: { id: globalId('Claimant') },
  Source: { id: globalId('Source') },
  Appearance: { id: globalId('Appearance') },
  Prediction: { id: globalId('Prediction') },
  Outcome: { id: globalId('Outcome') }
}

const loaders = {
  Claim: {
    claimant: toOne('claimant', 'claimantId'),
    prediction: toOne('prediction', 'id', 'claim_id', 'claimId'),
    appearances: toMany('appearance', 'claim_id', 'claimId', 'created_at')
  },
  Appearance: { source: toOne('source', 'sourceId') },
  Prediction: {
    claim: toOne('claim', 'claimId'),
    outcomes: toMany('outcome', 'prediction_id', 'predictionId', 'recorded_at')
  }
}

const app = Fastify({ logger: false })
app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false, subscription: false })
app.addHook('onClose', () => db.close())
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => { app.close().finally(() => process.exit(0)) })
await app.listen({ port: Number(process.env.CLAIMKB_PORT), host: '127.0.0.1' })
