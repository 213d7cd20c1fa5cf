#include "textflag.h"

DATA leak<>+0(SB)/4, $0x3d4ccccd // 0.05
GLOBL leak<>(SB), RODATA|NOPTR, $4

DATA one<>+0(SB)/4, $0x3f800000 // 1, and its bits
GLOBL one<>(SB), RODATA|NOPTR, $4

DATA unit<>+0(SB)/4, $0x34000000 // 2⁻²³
GLOBL unit<>(SB), RODATA|NOPTR, $4

// func scoreAVX2(scores, inputs, weights, given, counts []float32)
//
// Products and sums are rounded each by itself, as scorePortable has it. Sixteen units
// are computed side by side.
TEXT ·scoreAVX2(SB), NOSPLIT, $0-120
	MOVQ         scores_base+0(FP), DI
	MOVQ         scores_len+8(FP), CX
	MOVQ         inputs_base+24(FP), SI
	MOVQ         inputs_len+32(FP), AX
	MOVQ         weights_base+48(FP), BX
	MOVQ         given_base+72(FP), R8
	MOVQ         given_len+80(FP), R10
	MOVQ         counts_base+96(FP), R9
	VBROADCASTSS leak<>(SB), Y3
	SHLQ         $2, R10 // bytes of the weights of one input
	XORQ         DX, DX
	DIVQ         CX
	MOVQ         AX, DX // inputs of each candidate

candidate:
	VXORPS Y4, Y4, Y4 // eight sums
	XORQ   R11, R11

units:
	VMOVUPS (R8)(R11*1), Y0
	VMOVUPS 32(R8)(R11*1), Y5
	LEAQ    (BX)(R11*1), R12
	MOVQ    SI, R13
	MOVQ    DX, AX

input:
	VBROADCASTSS (R13), Y1
	VMULPS       (R12), Y1, Y2
	VMULPS       32(R12), Y1, Y1
	VADDPS       Y2, Y0, Y0
	VADDPS       Y1, Y5, Y5
	ADDQ         $4, R13
	ADDQ         R10, R12
	DECQ         AX
	JNZ          input

	VMULPS Y3, Y0, Y1 // leaky rectifier
	VMULPS Y3, Y5, Y2
	VMAXPS Y1, Y0, Y0
	VMAXPS Y2, Y5, Y5
	VMULPS (R9)(R11*1), Y0, Y0
	VMULPS 32(R9)(R11*1), Y5, Y5
	VADDPS Y0, Y4, Y4
	VADDPS Y5, Y4, Y4
	ADDQ   $64, R11
	CMPQ   R11, R10
	JLT    units

	// Eight sums to one, in the order that total has.
	VEXTRACTF128 $1, Y4, X1
	VADDPS       X1, X4, X0
	VMOVHLPS     X0, X0, X1
	VADDPS       X1, X0, X0
	VMOVSHDUP    X0, X1
	VADDSS       X1, X0, X0
	VMOVSS       X0, (DI)
	ADDQ         $4, DI
	MOVQ         R13, SI
	DECQ         CX
	JNZ          candidate
	VZEROUPPER
	RET

// LOGARITHM sets Y to the logarithms of the eight features at FEATURES times the scales at
// SCALES. Y6 is 1, and its bits, and Y7 is 2⁻²³.
#define LOGARITHM(FEATURES, SCALES, Y) \
	VMOVUPS   FEATURES, Y  \
	VMULPS    SCALES, Y, Y \
	VADDPS    Y6, Y, Y     \
	VPSUBD    Y6, Y, Y     \
	VCVTDQ2PS Y, Y         \
	VMULPS    Y7, Y, Y

// func toInputsAVX2(features, scales []float32)
//
// The last eight features of a row may begin among those before: their logarithms are
// taken first, and stored last.
TEXT ·toInputsAVX2(SB), NOSPLIT, $0-48
	MOVQ         features_base+0(FP), DI
	MOVQ         features_len+8(FP), CX
	MOVQ         scales_base+24(FP), SI
	MOVQ         scales_len+32(FP), DX
	VBROADCASTSS one<>(SB), Y6
	VBROADCASTSS unit<>(SB), Y7
	SHLQ         $2, CX // bytes of all
	SHLQ         $2, DX // bytes of a row
	LEAQ         (DI)(CX*1), R8 // the end
	LEAQ         -32(DX), R9 // where the last eight of a row are

row:
	CMPQ DI, R8
	JGE  done
	LOGARITHM((DI)(R9*1), (SI)(R9*1), Y0)
	XORQ R10, R10

eight:
	CMPQ    R10, R9
	JGE     last
	LOGARITHM((DI)(R10*1), (SI)(R10*1), Y1)
	VMOVUPS Y1, (DI)(R10*1)
	ADDQ    $32, R10
	JMP     eight

last:
	VMOVUPS Y0, (DI)(R9*1)
	ADDQ    DX, DI
	JMP     row

done:
	VZEROUPPER
	RET
