// Where a tool in JavaScript works: the world of `world.yaml`, at the emulator's address; and its report.
export { createReport, eventually } from '../../../build/test/clients/report.js'

export const endpoint = process.env.MRAP_ENDPOINT
export const bucket = 'tools-usw2'
export const alias = 'mtoolsglobal0.mrap'
export const arn = `arn:aws:s3::111122223333:accesspoint/${alias}`
export const region = 'us-west-2'
export const credentials = {
  accessKeyId: process.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
}
export const wrongCredentials = { ...credentials, secretAccessKey: 'wrong' }

// Whole bytes of a stream.
export async function bytesOf(stream) {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
