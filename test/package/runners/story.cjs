// What every runner does with the package: an emulator of its own, a request, a reset, the client's configuration.
exports.tellStory = async ({ start, mrapLocal }) => {
  const emulator = await start({
    timing: 'instant',
    world: { buckets: [{ name: 'orders-usw2', region: 'us-west-2' }] },
  })
  try {
    const health = await fetch(`${emulator.url}/_mrap/health`)
    if (health.status !== 200) throw new Error(`health answers ${health.status}`)
    await emulator.reset()
    const { requestHandler } = mrapLocal({ endpoint: emulator.url })
    if (!requestHandler.httpsAgent) throw new Error('mrapLocal gives no agent')
  } finally {
    await emulator.close()
  }
}
