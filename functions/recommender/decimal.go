package main

import "strconv"

// A decimal is a number of an answer, in millionths: so its digits are known without
// looking for the shortest that a floating-point number has.
type decimal int64

// one is the decimal 1.
const one decimal = 1e6

// maxRounded bounds what round takes, far above what any rule has.
const maxRounded = 1e9

// round keeps what is worth reading of a number that is not negative: whole parts of
// one, which are a power of ten and millionths at the finest.
func round(x, parts float64) decimal {
	if !(x < maxRounded) {
		x = maxRounded
	}
	x = float64(x * parts)
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
