#include "textflag.h"

#define AHEAD 12 // rows

// func productsAVX2(sums []int32, a []int16, rows []int8, items []uint32)
TEXT ·productsAVX2(SB), NOSPLIT, $0-96
	MOVQ sums_base+0(FP), DI
	MOVQ a_base+24(FP), SI
	MOVQ a_len+32(FP), DX
	MOVQ rows_base+48(FP), BX
	MOVQ items_base+72(FP), R8
	MOVQ items_len+80(FP), CX

row:
	CMPQ       CX, $AHEAD
	JLE        fetched
	MOVL       (4*AHEAD)(R8), AX
	IMULQ      DX, AX
	PREFETCHT0 (BX)(AX*1)
	PREFETCHT0 64(BX)(AX*1)

fetched:
	MOVL  (R8), R9
	IMULQ DX, R9
	ADDQ  BX, R9
	MOVQ  SI, R10
	MOVQ  DX, R11
	VPXOR Y0, Y0, Y0 // two times eight sums
	VPXOR Y1, Y1, Y1

block:
	VPMOVSXBW (R9), Y2      // bytes to words
	VPMOVSXBW 16(R9), Y3
	VPMADDWD  (R10), Y2, Y2 // products, in pairs
	VPMADDWD  32(R10), Y3, Y3
	VPADDD    Y2, Y0, Y0
	VPADDD    Y3, Y1, Y1
	ADDQ      $32, R9
	ADDQ      $64, R10
	SUBQ      $32, R11
	JNZ       block

	// Sixteen sums to one.
	VPADDD       Y1, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPADDD       X1, X0, X0
	VPSHUFD      $0x4e, X0, X1
	VPADDD       X1, X0, X0
	VPSHUFD      $0xb1, X0, X1
	VPADDD       X1, X0, X0
	VMOVD        X0, (DI)
	ADDQ         $4, DI
	ADDQ         $4, R8
	DECQ         CX
	JNZ          row
	VZEROUPPER
	RET

// func addAVX2(sum []float32, vector []int8, times float32)
//
// Product and sum are rounded each by itself.
TEXT ·addAVX2(SB), NOSPLIT, $0-52
	MOVQ         sum_base+0(FP), DI
	MOVQ         vector_base+24(FP), SI
	MOVQ         vector_len+32(FP), CX
	VBROADCASTSS times+48(FP), Y1

eight:
	VPMOVSXBD (SI), Y0 // bytes to numbers
	VCVTDQ2PS Y0, Y0
	VMULPS    Y1, Y0, Y0
	VADDPS    (DI), Y0, Y0
	VMOVUPS   Y0, (DI)
	ADDQ      $8, SI
	ADDQ      $32, DI
	SUBQ      $8, CX
	JNZ       eight
	VZEROUPPER
	RET

// func roundAVX2(values []int16, sum []float32, scale float32)
TEXT ·roundAVX2(SB), NOSPLIT, $0-52
	MOVQ         values_base+0(FP), DI
	MOVQ         sum_base+24(FP), SI
	MOVQ         sum_len+32(FP), CX
	VBROADCASTSS scale+48(FP), Y1

eight:
	VMOVUPS      (SI), Y0
	VDIVPS       Y1, Y0, Y0
	VCVTPS2DQ    Y0, Y0 // the nearest, of two the even
	VEXTRACTI128 $1, Y0, X2
	VPACKSSDW    X2, X0, X0
	VMOVDQU      X0, (DI)
	ADDQ         $32, SI
	ADDQ         $16, DI
	SUBQ         $8, CX
	JNZ          eight
	VZEROUPPER
	RET
