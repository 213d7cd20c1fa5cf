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
