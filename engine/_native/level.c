/* All operations for one level of instruction sets; compiled for each, and for float32 and float64, with
   LEVEL_TABLE as the name of its table. */
#include "rows.c"
#include "reductions.c"
#include "comparisons.c"
#include "tables.c"
#include "recurrent.c"
#include "thin.c"
#include "windows.c"
#include "few.c"
#include "convolution.c"
#include "winograd.c"
#include "largest.c"
#include "depthwise.c"
#include "pooling.c"
#include "strided.c"
#include "normalisation.c"
#include "updates.c"
#include "limits.c"

extern const Operation LEVEL_TABLE[];
#define ENTRY(name) name,
const Operation LEVEL_TABLE[] = {OPERATIONS(ENTRY)};
