#include "textflag.h"

// func sumShares(playlists []uint16, shared *[playlistNumbers]share) (near, nearest float32)
//
// A share and its square are added in one step. The order is that of sumSharesPortable.
TEXT ·sumShares(SB), NOSPLIT, $0-40
	MOVQ  playlists_base+0(FP), SI
	MOVQ  playlists_len+8(FP), CX
	MOVQ  shared+24(FP), DI
	XORPS X0, X0 // even
	XORPS X1, X1 // odd
	SUBQ  $4, CX
	JLT   rest

four:
	MOVWLZX (SI), AX
	MOVWLZX 2(SI), BX
	MOVWLZX 4(SI), R8
	MOVWLZX 6(SI), R9
	MOVQ    (DI)(AX*8), X2
	MOVQ    (DI)(BX*8), X3
	MOVQ    (DI)(R8*8), X4
	MOVQ    (DI)(R9*8), X5
	ADDPS   X4, X2
	ADDPS   X5, X3
	ADDPS   X2, X0
	ADDPS   X3, X1
	ADDQ    $8, SI
	SUBQ    $4, CX
	JGE     four

rest:
	ADDQ $4, CX
	JZ   done

one:
	MOVWLZX (SI), AX
	MOVQ    (DI)(AX*8), X2
	ADDPS   X2, X0
	ADDQ    $2, SI
	DECQ    CX
	JNZ     one

done:
	ADDPS  X1, X0
	MOVSS  X0, near+32(FP)
	SHUFPS $1, X0, X0
	MOVSS  X0, nearest+36(FP)
	RET
