import { isPublic } from '../server/policy/is-public.ts'
import { type PolicyDocument, parsePolicy } from '../server/policy/document.ts'
