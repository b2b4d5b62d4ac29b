import { start } from 'mrap-local'
import { mrapLocal } from 'mrap-local/client'
import { tellStory } from './story.cjs'

const { it } = process.env.VITEST ? await import('vitest') : await import('node:test')
it('starts an emulator from a module', () => tellStory({ start, mrapLocal }))
