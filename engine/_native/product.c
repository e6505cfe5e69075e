/* Products of matrices, one thread: C = A B, A^T B or A B^T, or added to C. All rows are contiguous, rows may lie apart.

   C is computed in tiles that stay in registers: TILE_ROWS rows of TILE_COLUMNS columns. For a column of tiles, the panel of B that
   they read (at most DEPTH rows) is packed side by side; where B is read as it lies, the first tile packs it while it computes, which
   costs nothing. A is read in place; A^T of more than a few rows is packed too, or each step would touch another page. */
#include "functions.h"

#if defined(__AVX512F__) || defined(__aarch64__)
#define TILE_ROWS 12
#else
#define TILE_ROWS 6
#endif
#define TILE_VECTORS 2
#define TILE_COLUMNS (TILE_VECTORS * LANES)
#define DEPTH 264       /* rows of a panel of B: with DEPTH * TILE_COLUMNS numbers it stays in the first-level cache */
#define PACKED_ROWS 144 /* rows of C whose part of A^T is packed at once, a multiple of TILE_ROWS */
#define FEWEST_PACKED 64
#define FEW_ROWS 3
#define MANY_COLUMNS 512 /* of B^T that few rows of A are multiplied by: of fewer B is packed in no time */
#define WIDEST (TILE_ROWS == 12 ? 16 : 8) /* vectors of a streak of one row, so that sums stay in registers */

/* A sum is in its register before anything is loaded behind this. Compilers like to load all of a tile's left column first, for which
   there are no registers left: then sums go to the stack and back in each step. */
#if defined(__AVX512F__)
#define SETTLED(sum) __asm__ __volatile__("" : "+v"(sum) : : "memory")
#elif defined(__x86_64__)
#define SETTLED(sum) __asm__ __volatile__("" : "+x"(sum) : : "memory")
#elif defined(__aarch64__)
#define SETTLED(sum) __asm__ __volatile__("" : "+w"(sum) : : "memory")
#else
#define SETTLED(sum) ((void)0)
#endif

#define SLAB_COLUMNS 256
#define AHEAD 8 /* rows of B that are asked for before they are read */
#define FAR_AHEAD 20 /* the same where a tile computes with them at once */
#define FAR_ROWS 1024 /* numbers from one row of B to the next, from which on each row lies in a page of its own */

typedef struct {
    Number panel[DEPTH * TILE_COLUMNS]; /* of B */
    Number slab[DEPTH * SLAB_COLUMNS];  /* panels of B side by side */
    Number left[PACKED_ROWS * DEPTH];   /* of A^T */
} Workspace;

static _Thread_local Workspace workspace __attribute__((aligned(64)));

/* Where a chunk of a gradient is left for the update that follows it, if its array is NULL. */
static _Thread_local Number gradients_of_chunk[MOST_GRADIENTS] __attribute__((aligned(64)));

/* The columns of a tile that are part of C. */
static __attribute__((noinline)) void copy_edge(const Number *whole, int rows, int64_t columns, Number *c, int64_t c_step, int add) {
    for (int i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j += LANES) {
            Vector sum = load(whole + i * TILE_COLUMNS + j);
            store_some(c + i * c_step + j, columns - j, add ? load_some(c + i * c_step + j, columns - j, 0) + sum : sum);
        }
}

/* One tile of `rows` x (vectors * LANES): A's element (i, p) is a[i * row_step + p * step]. B's row p begins at b + p * b_step; with
   `pack` it is stored to the panel too. `columns` of the tile are part of C, `add` adds to what stands there. The constant arguments
   come first: each combination is compiled as a function of its own. */
ALWAYS void tile(const int rows, const int vectors, const int pack, int64_t depth, const Number *a, int64_t row_step,
                 int64_t step, const Number *b, int64_t b_step, Number *c, int64_t c_step, int64_t columns, int add) {
    Vector sums[TILE_ROWS][TILE_VECTORS];
    Number *panel = workspace.panel;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < vectors; j++) sums[i][j] = (Vector){0};
    for (int64_t p = 0; p < depth; p++) {
        Vector right[TILE_VECTORS];
#pragma GCC unroll 2
        for (int j = 0; j < vectors; j++) {
            right[j] = load(b + p * b_step + j * LANES);
            if (pack) {
                *(Vector *)(panel + p * TILE_COLUMNS + j * LANES) = right[j];
                __builtin_prefetch(b + (p + FAR_AHEAD) * b_step + j * LANES); /* rows lie too far apart for the processor to guess */
            }
        }
#pragma GCC unroll 12
        for (int i = 0; i < rows; i++) {
            Number left = a[i * row_step + p * step];
#pragma GCC unroll 2
            for (int j = 0; j < vectors; j++) sums[i][j] += left * right[j];
        }
    }
    if (columns == vectors * LANES) {
#pragma GCC unroll 12
        for (int i = 0; i < rows; i++)
#pragma GCC unroll 2
            for (int j = 0; j < vectors; j++) {
                Number *to = c + i * c_step + j * LANES;
                store(to, add ? load(to) + sums[i][j] : sums[i][j]);
            }
        return;
    }
    Number whole[TILE_ROWS * TILE_COLUMNS];
#pragma GCC unroll 12
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 2
        for (int j = 0; j < vectors; j++) store(whole + i * TILE_COLUMNS + j * LANES, sums[i][j]);
    copy_edge(whole, rows, columns, c, c_step, add);
}

typedef void (*Tile)(int64_t depth, const Number *a, int64_t step, const Number *b, int64_t b_step, Number *c, int64_t c_step,
                     int64_t columns, int add);

/* For each number of rows: A by rows (its columns lie side by side) and A^T (its rows do); narrow tiles of one vector; packing ones. */
#define TILES(n)                                                                                                       \
    static void rows_##n(int64_t d, const Number *a, int64_t s, const Number *b, int64_t bs, Number *c, int64_t cs, int64_t m, int add) { \
        tile(n, 2, 0, d, a, s, 1, b, bs, c, cs, m, add);                                                               \
    }                                                                                                                  \
    static void columns_##n(int64_t d, const Number *a, int64_t s, const Number *b, int64_t bs, Number *c, int64_t cs, int64_t m, int add) { \
        tile(n, 2, 0, d, a, 1, s, b, bs, c, cs, m, add);                                                               \
    }                                                                                                                  \
    static void narrow_rows_##n(int64_t d, const Number *a, int64_t s, const Number *b, int64_t bs, Number *c, int64_t cs, int64_t m, int add) { \
        tile(n, 1, 0, d, a, s, 1, b, bs, c, cs, m, add);                                                               \
    }                                                                                                                  \
    static void narrow_columns_##n(int64_t d, const Number *a, int64_t s, const Number *b, int64_t bs, Number *c, int64_t cs, int64_t m, int add) { \
        tile(n, 1, 0, d, a, 1, s, b, bs, c, cs, m, add);                                                               \
    }                                                                                                                  \
    static void packing_rows_##n(int64_t d, const Number *a, int64_t s, const Number *b, int64_t bs, Number *c, int64_t cs, int64_t m, int add) { \
        tile(n, 2, 1, d, a, s, 1, b, bs, c, cs, m, add);                                                               \
    }                                                                                                                  \
    static void packing_columns_##n(int64_t d, const Number *a, int64_t s, const Number *b, int64_t bs, Number *c, int64_t cs, int64_t m, int add) { \
        tile(n, 2, 1, d, a, 1, s, b, bs, c, cs, m, add);                                                               \
    }

#define FAMILIES(n) {rows_##n, columns_##n, narrow_rows_##n, narrow_columns_##n, packing_rows_##n, packing_columns_##n}
enum { WIDE, NARROW = 2, PACKING = 4 };

TILES(1) TILES(2) TILES(3) TILES(4) TILES(5) TILES(6)
#if TILE_ROWS == 12
TILES(7) TILES(8) TILES(9) TILES(10) TILES(11) TILES(12)
#endif

static const Tile tiles[TILE_ROWS + 1][6] = {
    {0}, FAMILIES(1), FAMILIES(2), FAMILIES(3), FAMILIES(4), FAMILIES(5), FAMILIES(6),
#if TILE_ROWS == 12
    FAMILIES(7), FAMILIES(8), FAMILIES(9), FAMILIES(10), FAMILIES(11), FAMILIES(12),
#endif
};

/* How much of what is left the next of `parts` parts takes, when all are to be about equal. */
ALWAYS int64_t share(int64_t left, int64_t parts) { return (left + parts - 1) / parts; }

/* The panel of B^T: `depth` columns of `columns` rows of b, as rows of the panel, zeros behind them. By blocks of 4 x 4. */
static void pack_transposed(const Number *b, int64_t b_step, int64_t depth, int64_t columns) {
    typedef Number Four __attribute__((vector_size(4 * sizeof(Number))));
    typedef Number FourAnywhere __attribute__((vector_size(4 * sizeof(Number)), aligned(sizeof(Number)), may_alias));
    for (int64_t j = 0; j < TILE_COLUMNS; j += 4) {
        Number *to = workspace.panel + j;
        int64_t p = 0;
        for (; j + 4 <= columns && p + 4 <= depth; p += 4) {
            const Number *from = b + j * b_step + p;
            if (p % 16 == 0 && j + 8 <= columns)
                for (int i = 4; i < 8; i++) __builtin_prefetch(from + i * b_step);
            Four r[4];
            for (int i = 0; i < 4; i++) r[i] = *(const FourAnywhere *)(from + i * b_step);
            Four a = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5), c = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5);
            Four e = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7), f = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
            *(FourAnywhere *)(to + p * TILE_COLUMNS) = __builtin_shufflevector(a, c, 0, 1, 4, 5);
            *(FourAnywhere *)(to + (p + 1) * TILE_COLUMNS) = __builtin_shufflevector(a, c, 2, 3, 6, 7);
            *(FourAnywhere *)(to + (p + 2) * TILE_COLUMNS) = __builtin_shufflevector(e, f, 0, 1, 4, 5);
            *(FourAnywhere *)(to + (p + 3) * TILE_COLUMNS) = __builtin_shufflevector(e, f, 2, 3, 6, 7);
        }
        for (; p < depth; p++)
            for (int i = 0; i < 4; i++) to[p * TILE_COLUMNS + i] = j + i < columns ? b[(j + i) * b_step + p] : 0;
    }
}

/* The panel of B's `depth` rows, of which fewer than a tile's columns are left. */
static void pack_edge(const Number *b, int64_t b_step, int64_t depth, int64_t columns) {
    for (int64_t p = 0; p < depth; p++)
        for (int64_t j = 0; j < TILE_COLUMNS; j += LANES)
            *(Vector *)(workspace.panel + p * TILE_COLUMNS + j) = load_some(b + p * b_step + j, columns - j, 0);
}

/* The panels of `columns` columns of B's rows, the last of them with zeros behind. Where rows lie far apart, to read a panel at a time
   would touch as many pages as there are rows for each of them. */
static void pack_slab(const Number *b, int64_t b_step, int64_t depth, int64_t columns) {
    for (int64_t p = 0; p < depth; p++) {
        if (p + AHEAD < depth)
            for (int64_t j = 0; j < columns; j += 16) __builtin_prefetch(b + (p + AHEAD) * b_step + j);
        for (int64_t j = 0; j < columns; j += LANES) {
            Number *panel = workspace.slab + j / TILE_COLUMNS * (DEPTH * TILE_COLUMNS) + j % TILE_COLUMNS;
            *(Vector *)(panel + p * TILE_COLUMNS) = load_some(b + p * b_step + j, columns - j, 0);
        }
    }
}

/* Rows of A^T, column by column of A, so that each tile's part lies side by side. */
static void pack_left(const Number *a, int64_t a_step, int64_t depth, int64_t rows) {
    Number *to = workspace.left;
    int64_t blocks = (rows + TILE_ROWS - 1) / TILE_ROWS;
    for (int64_t i = 0; blocks; blocks--) {
        int64_t height = share(rows - i, blocks);
        for (int64_t p = 0; p < depth; p++, to += height)
            for (int64_t r = 0; r < height; r++) to[r] = a[p * a_step + i + r];
        i += height;
    }
}

/* A few rows of C over columns that are whole vectors, with B as it lies. Sums are those of a tile, but in wider pieces: the columns of one
   tile are too few to hide what an addition waits for the one before, and B is read nearly as it lies. */
ALWAYS void streak(const int rows, const int vectors, int64_t depth, const Number *a, int64_t row_step, const Number *b,
                   int64_t b_step, Number *c, int64_t c_step, int add) {
    Vector sums[FEW_ROWS][WIDEST];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < vectors; j++) sums[i][j] = (Vector){0};
    for (int64_t p = 0; p < depth; p++) {
        const Number *right = b + p * b_step;
#pragma GCC unroll 16
        for (int j = 0; j < vectors; j++)
#pragma GCC unroll 3
            for (int i = 0; i < rows; i++) sums[i][j] += a[i * row_step + p] * load(right + j * LANES);
    }
#pragma GCC unroll 3
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 16
        for (int j = 0; j < vectors; j++) {
            Number *to = c + i * c_step + j * LANES;
            store(to, add ? load(to) + sums[i][j] : sums[i][j]);
        }
}

/* All columns that are whole vectors; gives how many. */
ALWAYS int64_t streaks(const int rows, int64_t depth, const Number *a, int64_t row_step, const Number *b, int64_t b_step,
                       int64_t columns, Number *c, int64_t c_step, int add) {
    const int wide = WIDEST / rows; /* a constant, as `rows` is */
    int64_t j = 0;
    for (; j + wide * LANES <= columns; j += wide * LANES) streak(rows, wide, depth, a, row_step, b + j, b_step, c + j, c_step, add);
    for (; j + 2 * LANES <= columns; j += 2 * LANES) streak(rows, 2, depth, a, row_step, b + j, b_step, c + j, c_step, add);
    for (; j + LANES <= columns; j += LANES) streak(rows, 1, depth, a, row_step, b + j, b_step, c + j, c_step, add);
    return j;
}

typedef struct {
    const Number *a, *b;
    Number *c;
    int64_t a_step, b_step, c_step; /* from row to row */
    int64_t rows, columns, depth;   /* of C, and of the sum */
    int a_transposed, b_transposed, add;
} Product;

/* All tiles of `rows` rows of C over one part of the depth. */
static void panels(const Product *q, int64_t row, int64_t rows, int64_t from, int64_t depth, int packed) {
    int add = q->add || from > 0;
    const Number *a = q->a_transposed ? q->a + from * q->a_step + row : q->a + row * q->a_step + from;
    if (packed) pack_left(a, q->a_step, depth, rows);
    int64_t first_column = 0;
    if (rows <= FEW_ROWS && !q->a_transposed && !q->b_transposed) {
        const Number *b = q->b + from * q->b_step;
        Number *c = q->c + row * q->c_step;
        if (rows == 1) first_column = streaks(1, depth, a, q->a_step, b, q->b_step, q->columns, c, q->c_step, add);
        else if (rows == 2) first_column = streaks(2, depth, a, q->a_step, b, q->b_step, q->columns, c, q->c_step, add);
        else first_column = streaks(3, depth, a, q->a_step, b, q->b_step, q->columns, c, q->c_step, add);
    }
    int by_slabs = !q->b_transposed && q->b_step >= FAR_ROWS && rows > TILE_ROWS;
    for (int64_t j = first_column; j < q->columns; j += TILE_COLUMNS) {
        int64_t left_columns = q->columns - j, columns = left_columns < TILE_COLUMNS ? left_columns : TILE_COLUMNS;
        const Number *b = q->b_transposed ? q->b + j * q->b_step + from : q->b + from * q->b_step + j;
        const Number *panel = workspace.panel;
        int in_place = !q->b_transposed && columns == TILE_COLUMNS && !by_slabs;
        if (by_slabs) {
            if (j % SLAB_COLUMNS == 0) pack_slab(b, q->b_step, depth, left_columns < SLAB_COLUMNS ? left_columns : SLAB_COLUMNS);
            panel = workspace.slab + j % SLAB_COLUMNS * DEPTH;
        } else if (q->b_transposed) pack_transposed(b, q->b_step, depth, columns);
        else if (!in_place) pack_edge(b, q->b_step, depth, columns);
        const Number *left = workspace.left;
        int64_t blocks = (rows + TILE_ROWS - 1) / TILE_ROWS;
        for (int64_t i = 0; blocks; blocks--) {
            int64_t height = share(rows - i, blocks);
            int first = in_place && i == 0;
            int family = (first && blocks > 1 ? PACKING : columns <= LANES ? NARROW : WIDE) + (q->a_transposed ? 1 : 0);
            const Number *part = packed ? left : q->a_transposed ? a + i : a + i * q->a_step;
            tiles[height][family](depth, part, packed ? height : q->a_step, first ? b : panel,
                                  first ? q->b_step : TILE_COLUMNS, q->c + (row + i) * q->c_step + j, q->c_step, columns, add);
            left += depth * height;
            i += height;
        }
    }
}

ALWAYS void put_one(Number sum, Number *to, int add) { *to = add ? *to + sum : sum; }

/* Results of a tile, a row of them for each column of C, put in place by blocks of 4 x 4. */
ALWAYS void put_transposed(const Number *tile_rows, int64_t height, int64_t rows, Number *c, int64_t c_step, int add) {
    typedef Number Four __attribute__((vector_size(4 * sizeof(Number)), aligned(sizeof(Number)), may_alias));
    int64_t j = 0;
    for (; j + 4 <= height; j += 4) {
        int64_t i = 0;
        for (; i + 4 <= rows; i += 4) {
            const Number *from = tile_rows + j * TILE_COLUMNS + i;
            Four r[4], to[4];
            for (int k = 0; k < 4; k++) r[k] = *(const Four *)(from + k * TILE_COLUMNS);
            Four a = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5), d = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5);
            Four e = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7), f = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
            to[0] = __builtin_shufflevector(a, d, 0, 1, 4, 5), to[1] = __builtin_shufflevector(a, d, 2, 3, 6, 7);
            to[2] = __builtin_shufflevector(e, f, 0, 1, 4, 5), to[3] = __builtin_shufflevector(e, f, 2, 3, 6, 7);
            for (int k = 0; k < 4; k++) {
                Four *place = (Four *)(c + (i + k) * c_step + j);
                if (add) to[k] += *place;
                *place = to[k];
            }
        }
        for (; i < rows; i++)
            for (int64_t k = j; k < j + 4; k++) put_one(tile_rows[k * TILE_COLUMNS + i], c + i * c_step + k, add);
    }
    for (; j < height; j++)
        for (int64_t i = 0; i < rows; i++) put_one(tile_rows[j * TILE_COLUMNS + i], c + i * c_step + j, add);
}

/* A B^T where A has no more rows than a tile has columns: A^T is the panel, which is packed once, and a tile's rows are B's as they lie; B packed
   would be read by so few rows that packing takes as long. The sums are those of the other tiles. */
static void product_of_few_rows(const Product *q, int64_t from, int64_t depth) {
    Number results[TILE_ROWS * TILE_COLUMNS];
    int64_t width = q->rows <= LANES ? LANES : TILE_COLUMNS;
    for (int64_t i = 0; i < width; i++)
        for (int64_t p = 0; p < depth; p++) workspace.panel[p * TILE_COLUMNS + i] = i < q->rows ? q->a[i * q->a_step + from + p] : 0;
    for (int64_t j = 0, blocks = (q->columns + TILE_ROWS - 1) / TILE_ROWS; blocks; blocks--) {
        int64_t height = q->columns - j < TILE_ROWS ? q->columns - j : TILE_ROWS;
        tiles[height][width == LANES ? NARROW : WIDE](depth, q->b + j * q->b_step + from, q->b_step, workspace.panel, TILE_COLUMNS, results,
                                                      TILE_COLUMNS, width, 0);
        put_transposed(results, height, q->rows, q->c + j, q->c_step, q->add || from > 0);
        j += height;
    }
}

static void product(const Product *q) {
    int has_few_rows = q->b_transposed && !q->a_transposed && q->rows <= TILE_COLUMNS && 2 * q->rows > LANES && q->columns >= MANY_COLUMNS;
    if (q->depth == 0 && !q->add)
        for (int64_t i = 0; i < q->rows; i++) memset(q->c + i * q->c_step, 0, q->columns * sizeof(Number));
    int64_t parts = (q->depth + DEPTH - 1) / DEPTH;
    for (int64_t from = 0; parts; parts--) {
        int64_t depth = share(q->depth - from, parts);
        if (has_few_rows) {
            product_of_few_rows(q, from, depth);
            from += depth;
            continue;
        }
        int packed = q->a_transposed && depth >= FEWEST_PACKED;
        int64_t row_parts = packed ? (q->rows + PACKED_ROWS - 1) / PACKED_ROWS : 1;
        for (int64_t row = 0; row_parts; row_parts--) {
            int64_t rows = share(q->rows - row, row_parts);
            panels(q, row, rows, from, depth, packed);
            row += rows;
        }
        from += depth;
    }
}
