const { tellStory } = require('./story.cjs')

// jest and mocha have `it`, node:test is imported.
const it = globalThis.it ?? require('node:test').it
it(
  'starts an emulator from CommonJS',
  () => tellStory({ ...require('mrap-local'), ...require('mrap-local/client') }),
  30_000,
)
