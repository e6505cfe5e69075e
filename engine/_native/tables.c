/* Operations on rows that are named by numbers: those of a batch, and those of an embedding's table. Compiled behind rows.c, whose
   words (FLOATS, SIZE, OPERATION) it uses. */

/* Where row number n of x begins, or the row next to it that there is; size = bytes of a row, rows of x. */
ALWAYS const char *gathered(const Instruction *instruction, int64_t n) {
    int64_t row = ((const int64_t *)instruction->array[0])[n];
    row = row < 0 ? 0 : row < SIZE(1) ? row : SIZE(1) - 1;
    return (const char *)instruction->array[1] + row * SIZE(0);
}

/* y = the rows of x with these numbers; arrays numbers (int64), x, y. The next row is asked for while one is copied: they lie anywhere. */
OPERATION(gather_rows) {
    for (int64_t n = first, end = first + count; n < end; n++) {
        if (n + 1 < end)
            for (int64_t i = 0; i < SIZE(0); i += 64) __builtin_prefetch(gathered(instruction, n + 1) + i);
        memcpy((char *)instruction->array[2] + n * SIZE(0), gathered(instruction, n), SIZE(0));
    }
    return 0;
}

/* ---- rows of a table by number: size = numbers of a unit, columns, rows of the table, kind of the numbers: 0 int32, 1 int64, 2 floats ---- */

ALWAYS int64_t row_number(const Instruction *instruction, int n, int64_t i) {
    if (SIZE(3) == 0) return ((const int32_t *)instruction->array[n])[i];
    if (SIZE(3) == 1) return ((const int64_t *)instruction->array[n])[i];
    Number x = NUMBERS(n)[i];
    return x > -1 && x < (Number)9.2e18 ? (int64_t)x : -1;
}

/* y = table[numbers]; arrays numbers, table, y. 1 for a number that the table has no row for. */
OPERATION(table_rows) {
    int64_t columns = SIZE(1);
    ROWS_OF_UNITS(i) {
        int64_t row = row_number(instruction, 0, i);
        if (row < 0 || row >= SIZE(2)) return 1;
        memcpy(NUMBERS(2) + i * columns, NUMBERS(1) + row * columns, columns * sizeof(Number));
    }
    return 0;
}

/* Whether one of LANES numbers from i on names a row from `first` to `first + count` - 1: in most places none does. */
ALWAYS int names_a_row(const Instruction *instruction, int n, int64_t i, int64_t first, int64_t count) {
    typedef int32_t Narrow __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
    if (SIZE(3) == 1) return 1;
    Whole rows = SIZE(3) == 0 ? __builtin_convertvector(*(const Narrow *)((const int32_t *)instruction->array[n] + i), Whole)
                              : __builtin_convertvector(load(NUMBERS(n) + i), Whole);
    return any((rows >= (Integer)first) & (rows < (Integer)(first + count)));
}

/* dtable = sums of the rows of dy that have each number, in their order; units are rows of the table, size[0] all numbers;
   arrays dy, numbers, dtable (NULL: left for the update that follows). */
OPERATION(table_gradient) {
    int64_t columns = SIZE(1);
    Number *rows = NUMBERS(2) ? NUMBERS(2) + first * columns : gradients_of_chunk;
    memset(rows, 0, count * columns * sizeof(Number));
    for (int64_t block = 0; block < SIZE(0); block += LANES) {
        int64_t end = SIZE(0) - block < LANES ? SIZE(0) : block + LANES;
        if (end == block + LANES && !names_a_row(instruction, 1, block, first, count)) continue;
        for (int64_t i = block; i < end; i++) {
            int64_t row = row_number(instruction, 1, i);
            if (row < first || row >= first + count) continue;
            Number *to = rows + (row - first) * columns;
            const Number *dy = NUMBERS(0) + i * columns;
            for (int64_t j = 0; j < columns; j += LANES)
                store_some(to + j, columns - j, load_some(to + j, columns - j, 0) + load_some(dy + j, columns - j, 0));
        }
    }
    return 0;
}
