// A peer of claimkb: PostGraphile 5 on its own preset and its own HTTP server, in production settings.
// setup.sql has to be run on the database once. The schema is PostGraphile's; names are as it makes them.

import { createServer } from 'node:http'

import { grafserv } from 'grafserv/node'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'

const TABLES = new Set(['claim', 'claimant', 'source', 'appearance', 'prediction', 'outcome'])

const HideOtherTablesPlugin = {
  name: 'HideOtherTablesPlugin',
  version: '1.0.0',
  gather: {
    hooks: {
      pgIntrospection_class (_, { entity }) {
        if (!TABLES.has(entity.relname)) entity.getTags().behavior = ['-*']
      }
    }
  }
}

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [HideOtherTablesPlugin],
  pgServices: [makePgService({
    connectionString: process.env.CLAIMKB_DATABASE_URL,
    schemas: ['public'],
    pubsub: false,
    poolConfig: { max: 10, options: '-c timezone=UTC' }
  })],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false, websockets: false },
  grafast: { explain: false }
}

const instance = postgraphile(preset)
const server = createServer()
server.on('error', () => process.exit(1))
await instance.createServ(grafserv).addTo(server)
await instance.getSchema()
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    server.close()
    server.closeAllConnections()
    Promise.resolve(instance.release()).finally(() => process.exit(0))
  })
}
server.listen(Number(process.env.CLAIMKB_PORT), '127.0.0.1')
