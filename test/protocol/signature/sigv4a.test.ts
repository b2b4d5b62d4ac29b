import t from 'tap'
import { deriveKeyPair } from '../../../src/protocol/signature/sigv4a.ts'

// Published with AWS's own signers; the private key too.
t.test('the key pair of a credential', async t => {
  t.strictSame(deriveKeyPair('AKISORANDOMAASORANDOM', 'q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom'), {
    privateKey: '7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd',
    x: '15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb',
    y: '0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0',
  })
})
