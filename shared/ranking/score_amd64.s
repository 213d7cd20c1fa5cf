#include "textflag.h"

DATA leak<>+0(SB)/4, $0x3d4ccccd // 0.05
GLOBL leak<>(SB), RODATA|NOPTR, $4

// func scoreAVX2(scores, inputs, weights, given, counts []float32)
//
// Products and sums are rounded each by itself, as scorePortable has it.
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
	LEAQ    (BX)(R11*1), R12
	MOVQ    SI, R13
	MOVQ    DX, AX

input:
	VBROADCASTSS (R13), Y1
	VMULPS       (R12), Y1, Y1
	VADDPS       Y1, Y0, Y0
	ADDQ         $4, R13
	ADDQ         R10, R12
	DECQ         AX
	JNZ          input

	VMULPS Y3, Y0, Y1 // leaky rectifier
	VMAXPS Y1, Y0, Y0
	VMULPS (R9)(R11*1), Y0, Y0
	VADDPS Y0, Y4, Y4
	ADDQ   $32, R11
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
