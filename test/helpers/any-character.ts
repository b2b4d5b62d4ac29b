import fc from 'fast-check'

const surrogates = 0x800

/**
 * Any one character of Unicode, for `fc.string({ unit: anyCharacter })`. The unit 'binary' of fast-check means the same, but spends more than
 * half a second on a table of all of them.
 */
export const anyCharacter = fc.integer({ min: 0, max: 0x10ffff - surrogates }).map(
  number => String.fromCodePoint(number < 0xd800 ? number : number + surrogates),
  character => {
    const point = typeof character === 'string' ? (character.codePointAt(0) ?? 0) : 0
    if (typeof character !== 'string' || character !== String.fromCodePoint(point)) throw new Error('not one character')
    return point < 0xd800 ? point : point - surrogates
  },
)
