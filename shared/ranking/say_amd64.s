#include "textflag.h"

DATA leak<>+0(SB)/4, $0x3d4ccccd // 0.05
GLOBL leak<>(SB), RODATA|NOPTR, $4

// func sayAVX2(sums *[8]float32, inputs, weights []float32, units int, given, counts []float32)
//
// Products and sums are rounded each by itself, as sayPortable has it.
TEXT ·sayAVX2(SB), NOSPLIT, $0-112
	MOVQ         sums+0(FP), DI
	MOVQ         inputs_base+8(FP), SI
	MOVQ         inputs_len+16(FP), CX
	MOVQ         weights_base+32(FP), BX
	MOVQ         units+56(FP), DX
	MOVQ         given_base+64(FP), R8
	MOVQ         counts_base+88(FP), R9
	SHLQ         $2, DX
	VBROADCASTSS leak<>(SB), Y3
	VMOVUPS      (R8), Y0
	TESTQ        CX, CX
	JZ           say

input:
	VBROADCASTSS (SI), Y1
	VMULPS       (BX), Y1, Y1
	VADDPS       Y1, Y0, Y0
	ADDQ         $4, SI
	ADDQ         DX, BX
	DECQ         CX
	JNZ          input

say:
	VMULPS  Y3, Y0, Y1 // leaky rectifier
	VMAXPS  Y1, Y0, Y0
	VMULPS  (R9), Y0, Y0
	VADDPS  (DI), Y0, Y0
	VMOVUPS Y0, (DI)
	VZEROUPPER
	RET
