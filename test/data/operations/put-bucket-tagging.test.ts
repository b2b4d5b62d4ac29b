import t from 'tap'
import getBucketTagging from '../../../src/data/operations/get-bucket-tagging.ts'
import putBucketTagging from '../../../src/data/operations/put-bucket-tagging.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (content: string) => `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</Tagging>`
const put = (world: DataWorld, content: string) => exchange(putBucketTagging, world, '', { body: document(content) })

t.test('does the work', async t => {
  const world = await dataWorld(t, { objectOwnership: undefined })
  t.match(
    await put(world, '<TagSet><Tag><Key>b</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value></Value></Tag></TagSet>'),
    { status: 204, body: '' },
  )
  t.equal(
    (await exchange(getBucketTagging, world, '')).body,
    '<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>b</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>',
  )
  await put(world, '<TagSet/>')
  t.equal(world.store.findBucketConfiguration(world.bucket.id, 'tagging'), undefined, 'an empty set removes them')
  await put(world, '')
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const cases: [content: string, expected: object][] = [
    [
      '<TagSet><Tag><Key>k</Key><Value>1</Value></Tag><Tag><Key>k</Key><Value>1</Value></Tag></TagSet>',
      {
        code: 'InvalidTag',
        status: 400,
        message: 'Cannot provide multiple Tags with the same key',
        fields: { TagKey: 'k' },
      },
    ],
    [
      '<TagSet><Tag><Key>a,b</Key><Value>1</Value></Tag></TagSet>',
      {
        code: 'InvalidTag',
        status: 400,
        message: 'The TagKey you have provided is invalid',
        fields: { TagKey: 'a,b' },
      },
    ],
    [
      '<TagSet><Tag><Key>a</Key><Value>1,2</Value></Tag></TagSet>',
      {
        code: 'InvalidTag',
        status: 400,
        message: 'The TagValue you have provided is invalid',
        fields: { TagKey: 'a', TagValue: '1,2' },
      },
    ],
    [
      '<TagSet><Tag><Key>aws:a</Key><Value>1</Value></Tag></TagSet>',
      {
        code: 'InvalidTag',
        status: 400,
        message: 'System tags cannot be added/updated by requester',
        fields: { TagKey: 'aws:a' },
      },
    ],
    ['<TagSet><Tag><Value>1</Value></Tag></TagSet>', { code: 'MalformedXML', status: 400 }],
    [
      '<TagSet><Tag><Key>k0</Key><Value></Value></Tag><Tag><Key>k1</Key><Value></Value></Tag><Tag><Key>k2</Key><Value></Value></Tag><Tag><Key>k3</Key><Value></Value></Tag><Tag><Key>k4</Key><Value></Value></Tag><Tag><Key>k5</Key><Value></Value></Tag><Tag><Key>k6</Key><Value></Value></Tag><Tag><Key>k7</Key><Value></Value></Tag><Tag><Key>k8</Key><Value></Value></Tag><Tag><Key>k9</Key><Value></Value></Tag><Tag><Key>k10</Key><Value></Value></Tag><Tag><Key>k11</Key><Value></Value></Tag><Tag><Key>k12</Key><Value></Value></Tag><Tag><Key>k13</Key><Value></Value></Tag><Tag><Key>k14</Key><Value></Value></Tag><Tag><Key>k15</Key><Value></Value></Tag><Tag><Key>k16</Key><Value></Value></Tag><Tag><Key>k17</Key><Value></Value></Tag><Tag><Key>k18</Key><Value></Value></Tag><Tag><Key>k19</Key><Value></Value></Tag><Tag><Key>k20</Key><Value></Value></Tag><Tag><Key>k21</Key><Value></Value></Tag><Tag><Key>k22</Key><Value></Value></Tag><Tag><Key>k23</Key><Value></Value></Tag><Tag><Key>k24</Key><Value></Value></Tag><Tag><Key>k25</Key><Value></Value></Tag><Tag><Key>k26</Key><Value></Value></Tag><Tag><Key>k27</Key><Value></Value></Tag><Tag><Key>k28</Key><Value></Value></Tag><Tag><Key>k29</Key><Value></Value></Tag><Tag><Key>k30</Key><Value></Value></Tag><Tag><Key>k31</Key><Value></Value></Tag><Tag><Key>k32</Key><Value></Value></Tag><Tag><Key>k33</Key><Value></Value></Tag><Tag><Key>k34</Key><Value></Value></Tag><Tag><Key>k35</Key><Value></Value></Tag><Tag><Key>k36</Key><Value></Value></Tag><Tag><Key>k37</Key><Value></Value></Tag><Tag><Key>k38</Key><Value></Value></Tag><Tag><Key>k39</Key><Value></Value></Tag><Tag><Key>k40</Key><Value></Value></Tag><Tag><Key>k41</Key><Value></Value></Tag><Tag><Key>k42</Key><Value></Value></Tag><Tag><Key>k43</Key><Value></Value></Tag><Tag><Key>k44</Key><Value></Value></Tag><Tag><Key>k45</Key><Value></Value></Tag><Tag><Key>k46</Key><Value></Value></Tag><Tag><Key>k47</Key><Value></Value></Tag><Tag><Key>k48</Key><Value></Value></Tag><Tag><Key>k49</Key><Value></Value></Tag><Tag><Key>k50</Key><Value></Value></Tag></TagSet>',
      { code: 'BadRequest', status: 400 },
    ],
  ]
  for (const [content, expected] of cases) {
    t.match(await refusedExchange(putBucketTagging, world, '', { body: document(content) }), expected, content)
  }
  t.strictSame(world.store.findBucketConfiguration(world.bucket.id, 'tagging'), undefined)
})
