package main

import "strconv"

// A decimal is a number of an answer, in millionths: so its digits are known without
// looking for the shortest that a floating-point number has.
type decimal uint64

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
	return decimal(x*parts+0.5) * decimal(float64(one)/parts)
}

// appendDecimal writes a decimal as encoding/json writes the number.
func appendDecimal(b []byte, d decimal) []byte {
	b = appendWhole(b, uint64(d/one))
	rest := uint32(d % one)
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	if thousandths := rest / 1000; rest%1000 == 0 { // as of all but scores
		b = appendThree(b, thousandths)
	} else {
		b = appendThree(appendThree(b, thousandths), rest%1000)
	}
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b
}

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
