package main

import "strconv"

// A decimal is a number of an answer, in millionths: so its digits are known without
// looking for the shortest that a floating-point number has.
type decimal int64

const (
	smallest decimal = 1         // above 0
	one      decimal = 1_000_000 // is 1
	// maxRounded bounds what round takes, far above what any rule has.
	maxRounded = 1e9
)

// round gives x, which is not negative, to the nearest 1/parts, up to maxRounded. Parts are
// a power of ten, a million at most.
func round(x, parts float64) decimal {
	if !(x < maxRounded) {
		x = maxRounded
	}
	x = float64(x * parts) // rounded, so that no machine fuses it with the difference
	whole := decimal(x)
	whole += decimal(2 * (x - float64(whole))) // by 1 from a half on
	return whole * decimal(float64(one)/parts)
}

// appendDecimal writes a decimal as encoding/json writes the number.
func appendDecimal(b []byte, d decimal) []byte {
	b = appendWhole(b, uint64(d/one))
	rest := uint32(d % one)
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	if rest%1000 == 0 { // as of all but scores
		return appendLast(b, rest/1000)
	}
	return appendLast(appendThree(b, rest/1000), rest%1000)
}

// appendLast writes a number below 1000, and not 0, with three digits but for zeros at the
// end. It counts them without a branch, which the processor would often guess wrong.
func appendLast(b []byte, n uint32) []byte {
	b = appendThree(b, n)
	return b[:len(b)-isZero(n%10)-isZero(n%100)]
}

// isZero is 1 for 0.
func isZero(n uint32) int { return int((uint64(n) - 1) >> 63) }

// appendThree writes a number below 1000 with three digits.
func appendThree(b []byte, n uint32) []byte {
	return append(b, '0'+byte(n/100), '0'+byte(n/10%10), '0'+byte(n%10))
}

// appendWhole writes a whole number, most of which are small.
func appendWhole(b []byte, n uint64) []byte {
	if n < 10 {
		return append(b, '0'+byte(n))
	}
	return strconv.AppendUint(b, n, 10)
}
