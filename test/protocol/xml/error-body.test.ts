import t from 'tap'
import { errors } from '../../../src/protocol/errors.ts'
import { errorBody } from '../../../src/protocol/xml/error-body.ts'

// Both envelopes as recorded from the service (mrap-spec 3.1).
t.test('flat for the data plane, without a namespace', async t => {
  t.equal(
    errorBody(
      errors.MethodNotAllowed({ Method: 'GET', ResourceType: 'BUCKET' }),
      'flat',
      'ABCDEF0123456789',
      'aG9zdA==',
    ),
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>MethodNotAllowed</Code>' +
      '<Message>The specified method is not allowed against this resource.</Message><Method>GET</Method>' +
      '<ResourceType>BUCKET</ResourceType><RequestId>ABCDEF0123456789</RequestId><HostId>aG9zdA==</HostId></Error>',
  )
})

t.test('wrapped for S3 Control, ids outside', async t => {
  t.equal(
    errorBody(errors.AccessDenied({ Name: 'demo' }), 'wrapped', 'R', 'H'),
    '<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse><Error><Code>AccessDenied</Code>' +
      '<Message>Access Denied</Message><Name>demo</Name></Error><RequestId>R</RequestId><HostId>H</HostId></ErrorResponse>',
  )
})

t.test('what a client sent comes back escaped', async t => {
  const body = errorBody(errors.InvalidArgument({ ArgumentValue: '</Error>&\u0000\r' }), 'flat', 'R', 'H')
  t.match(body, '<ArgumentValue>&lt;/Error&gt;&amp;&#0;&#13;</ArgumentValue>')
})
