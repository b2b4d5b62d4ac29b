import type { Infer } from '../protocol/xml/shape.ts'
import type { PublicAccessBlock } from '../store/rows.ts'
import type { PublicAccessBlock as shape } from './shapes.ts'

type OnTheWire = Infer<typeof shape>

const allBlocked: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
}

/** The settings that a request asks for: all four without the element; a member missing within it is false. */
export function readPublicAccessBlock(block: OnTheWire | undefined): PublicAccessBlock {
  if (!block) return allBlocked
  return {
    blockPublicAcls: block.BlockPublicAcls === true,
    ignorePublicAcls: block.IgnorePublicAcls === true,
    blockPublicPolicy: block.BlockPublicPolicy === true,
    restrictPublicBuckets: block.RestrictPublicBuckets === true,
  }
}

export function writePublicAccessBlock(block: PublicAccessBlock = allBlocked): OnTheWire {
  return {
    BlockPublicAcls: block.blockPublicAcls,
    IgnorePublicAcls: block.ignorePublicAcls,
    BlockPublicPolicy: block.blockPublicPolicy,
    RestrictPublicBuckets: block.restrictPublicBuckets,
  }
}
