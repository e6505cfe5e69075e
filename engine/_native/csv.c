/* Rows of a table as text, read into columns: numbers straight into arrays, each the nearest one of its type, all else copied for
   another reader. What is not plain (too few values in a row, a number in other letters) is left to the caller. */
#include "native.h"

/* What becomes of a column's values: whole numbers as int64, numbers as float64 with NaN where there is none, a text of the copied
   columns alone, nothing. */
enum { WHOLE, REAL, COPIED, LEFT_OUT };

/* Powers of ten of these exponents are known to the caller's tables; a number with another one is not plain. */
#define LEAST_EXPONENT (-290)
#define MOST_EXPONENT 280
#define NOT_PLAIN (-1)

/* size: bytes of text, behind which eight more may be read. kinds, into: of each column; where its values go. room: rows for which
   there is room. copied: room for twice the text; copied_size: bytes that were written. missing: what stands for no value, each behind
   its length as a byte, 255 at the end. powers: two words of 64 bits each, the first bit set, and by `exponents` what they are times a
   power of two; a little too small, or exact. hard: row, column, where its text begins and ends, of numbers that the caller rounds.
   trouble: a column whose value was not plain, or -1. */
typedef struct {
    const char *text;
    int64_t size;
    const int8_t *kinds;
    void *const *into;
    int64_t columns, room;
    char *copied;
    int64_t copied_size;
    const unsigned char *missing;
    const uint64_t *powers;
    const int32_t *exponents;
    int64_t *hard;
    int64_t most_hard, hard_count, trouble;
    int64_t separator, decimal;
} CsvText;

/* A number as it is written: digits * 10^exponent. */
typedef struct {
    uint64_t digits;
    int64_t exponent;
    int negative, is_whole, is_long;
} Written;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
typedef uint64_t Letters __attribute__((aligned(1), may_alias));

/* Whether eight letters, the first one in the lowest byte, are all digits: neither above '9' nor below '0'. */
static int are_digits(uint64_t letters) {
    return !(((letters + 0x4646464646464646u) | (letters - 0x3030303030303030u)) & 0x8080808080808080u);
}

/* The number that eight digits make: neighbours are put together, first to pairs, then to fours and eights. */
static uint64_t of_eight(uint64_t letters) {
    letters -= 0x3030303030303030u;
    letters = (letters * 10 + (letters >> 8)) & 0x00ff00ff00ff00ffu;
    letters = (letters * 100 + (letters >> 16)) & 0x0000ffff0000ffffu;
    return (letters * 10000 + (letters >> 32)) & 0xffffffffu;
}
#endif

/* Digits from p on, added behind those that there are; where they end. */
static const char *digits_of(const char *p, uint64_t *number) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (uint64_t letters; letters = *(const Letters *)p, are_digits(letters); p += 8) *number = *number * 100000000 + of_eight(letters);
#endif
    for (; (unsigned char)(*p - '0') < 10; p++) *number = *number * 10 + (uint64_t)(*p - '0');
    return p;
}

/* Digits of a number that count: without zeros before the first other one. */
static int64_t counted_digits(const char *p, const char *end, char decimal) {
    while (p < end && (*p == '0' || *p == decimal)) p++;
    int64_t count = 0;
    for (; p < end; p++) count += *p != decimal;
    return count;
}

/* Reads a number from p on; where it ends, or NULL where there is none in plain letters. */
static const char *read_number(const char *p, char decimal, Written *number) {
    number->negative = *p == '-';
    p += number->negative;
    const char *begin = p;
    number->digits = 0, number->exponent = 0, number->is_whole = 1;
    p = digits_of(p, &number->digits);
    int64_t count = p - begin;
    if (*p == decimal) {
        const char *fraction = ++p;
        p = digits_of(p, &number->digits);
        number->exponent = fraction - p, number->is_whole = 0;
        count += p - fraction;
    }
    if (!count) return NULL;
    number->is_long = count > 19 && counted_digits(begin, p, decimal) > 19;
    if (*p == 'e' || *p == 'E') {
        const char *sign = p + 1;
        int below = *sign == '-';
        const char *first = sign + (below || *sign == '+');
        uint64_t exponent = 0;
        p = digits_of(first, &exponent);
        if (p == first || p - first > 4) return NULL;
        number->exponent += below ? -(int64_t)exponent : (int64_t)exponent;
        number->is_whole = 0;
    }
    return p;
}

/* Powers of ten that a float64 holds exactly. */
static const double TENS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
#define EXACT_TENS 22
#define EXACT_DIGITS (1ull << 53)

/* The nearest float64 of digits * 10^exponent; 0 where the powers are not exact enough to tell which of two is nearest. The product of the
   digits with a power of 128 bits, cut to its first 128, is too small by less than two units, so the number lies between it and that much
   more: mostly both round alike. After D. Lemire, "Number Parsing at a Gigabyte per Second" (2021). */
static int nearest(const CsvText *table, const Written *number, double *nearest_number) {
    uint64_t digits = number->digits;
    int64_t exponent = number->exponent;
    if (digits < EXACT_DIGITS && exponent >= -EXACT_TENS && exponent <= EXACT_TENS) {
        double whole = (double)digits;
        *nearest_number = exponent < 0 ? whole / TENS[-exponent] : whole * TENS[exponent];
        return 1;
    }
    if (!digits) return *nearest_number = 0, 1;
    int shift = __builtin_clzll(digits);
    const uint64_t *power = table->powers + 2 * (exponent - LEAST_EXPONENT);
    unsigned __int128 product = (unsigned __int128)(digits << shift) * power[0];
    product += ((unsigned __int128)(digits << shift) * power[1]) >> 64;
    int64_t binary = table->exponents[exponent - LEAST_EXPONENT] + 64 - shift;
    if (!(product >> 127)) product <<= 1, binary--;
    const unsigned __int128 half = (unsigned __int128)1 << 74;
    unsigned __int128 rest = product & (2 * half - 1);
    if (rest <= half && rest + 4 >= half) return 0;
    uint64_t mantissa = (uint64_t)(product >> 75) + (rest > half);
    uint64_t bits = ((uint64_t)(binary + 75 + 52 + 1023) << 52) + (mantissa - (1ull << 52));
    __builtin_memcpy(nearest_number, &bits, 8);
    return 1;
}

/* Whether letters stand for no value. */
static int is_missing(const unsigned char *missing, const char *begin, int64_t size) {
    for (; *missing != 0xff; missing += 1 + *missing)
        if (*missing == size && !memcmp(missing + 1, begin, (size_t)size)) return 1;
    return 0;
}

static const char *end_of_value(const char *p, const char *end, char separator) {
    while (p < end && *p != separator && *p != '\n' && *p != '\r') p++;
    return p;
}

static const char *without_blanks(const char *p, char separator) {
    while ((*p == ' ' || *p == '\t') && *p != separator) p++;
    return p;
}

/* Keeps where a number stands that the caller is to round; 0 where there are too many. */
static int keep_hard(CsvText *table, int64_t row, int64_t column, const char *begin, const char *end) {
    if (table->hard_count == table->most_hard) return 0;
    int64_t *hard = table->hard + 4 * table->hard_count++;
    hard[0] = row, hard[1] = column, hard[2] = begin - table->text, hard[3] = end - table->text;
    return 1;
}

/* Puts a number into its column; 0 where it is not of its kind. */
static int put(CsvText *table, int64_t row, int64_t column, const Written *number, const char *begin, const char *end) {
    if (table->kinds[column] == WHOLE) {
        if (!number->is_whole || end - begin - number->negative > 18) return 0;
        ((int64_t *)table->into[column])[row] = number->negative ? -(int64_t)number->digits : (int64_t)number->digits;
        return 1;
    }
    double *to = (double *)table->into[column] + row;
    if (number->exponent < LEAST_EXPONENT || number->exponent > MOST_EXPONENT) return 0;
    if (number->is_long || !nearest(table, number, to)) return keep_hard(table, row, column, begin, end);
    if (number->negative) *to = -*to;
    return 1;
}

/* Reads a value of a column of numbers from p on; where it ends, or NULL. */
static const char *value_of(CsvText *table, int64_t row, int64_t column, const char *p, const char *end) {
    char separator = (char)table->separator;
    int quoted = *p == '"';
    p += quoted;
    Written number;
    const char *begin = without_blanks(p, separator), *behind = read_number(begin, (char)table->decimal, &number);
    if (behind) {
        if (behind > end || !put(table, row, column, &number, begin, behind)) return NULL;
        behind = without_blanks(behind, separator);
        return !quoted ? behind : *behind == '"' ? behind + 1 : NULL;
    }
    for (behind = p; quoted && behind < end && *behind != '"'; behind++);
    if (!quoted) behind = end_of_value(p, end, separator);
    if (table->kinds[column] != REAL || !is_missing(table->missing, p, behind - p)) return NULL;
    ((double *)table->into[column])[row] = __builtin_nan("");
    return quoted ? (behind < end ? behind + 1 : NULL) : behind;
}

/* Where a text ends that may stand in quotation marks; NULL where these are not closed. */
static const char *end_of_text(const char *p, const char *end, char separator) {
    if (p == end || *p != '"') return end_of_value(p, end, separator);
    for (p++; p < end; p++)
        if (*p == '"' && (p + 1 == end || *++p != '"')) return *p == '"' ? p + 1 : p;
    return NULL;
}

/* Copies a value behind those of its row; `last`: of the copied columns; `only`: there is no other, so that an empty value needs its marks. */
static char *copy_value(char *to, const char *begin, const char *end, char separator, int last, int only) {
    if (only && begin == end) *to++ = '"', *to++ = '"';
    memcpy(to, begin, (size_t)(end - begin));
    to += end - begin;
    *to++ = last ? '\n' : separator;
    return to;
}

/* Reads one row from p on; where it ends, or NULL with `trouble`. */
static const char *read_row(CsvText *table, int64_t row, const char *p, const char *end, char **to, int64_t copied, int64_t last_copied) {
    char separator = (char)table->separator;
    for (int64_t column = 0; column < table->columns; column++) {
        const char *begin = p;
        int kind = table->kinds[column];
        table->trouble = column;
        p = kind <= REAL ? value_of(table, row, column, p, end) : end_of_text(p, end, separator);
        if (!p || p > end) return NULL;
        if (kind == COPIED) *to = copy_value(*to, begin, p, separator, column == last_copied, copied == 1);
        if (column + 1 < table->columns) {
            if (p == end || *p != separator) {
                if (p == end || *p == '\n' || *p == '\r') table->trouble = -1;
                return NULL;
            }
            p++;
        }
    }
    return p;
}

/* Reads all rows of whole lines; gives their number, or NOT_PLAIN. */
int64_t native_csv(CsvText *table) {
    const char *p = table->text, *end = p + table->size;
    char *to = table->copied;
    int64_t rows = 0, copied = 0, last_copied = -1;
    for (int64_t column = 0; column < table->columns; column++)
        if (table->kinds[column] == COPIED) copied++, last_copied = column;
    table->hard_count = 0;
    for (;; rows++) {
        table->trouble = -1;
        while (p < end && (*p == '\n' || (*p == '\r' && p + 1 < end && p[1] == '\n'))) p++;
        if (p == end) break;
        if (rows == table->room || !(p = read_row(table, rows, p, end, &to, copied, last_copied))) return NOT_PLAIN;
        if (p < end && *p == '\r') p++;
        if (p < end && *p != '\n') {
            if (*p == (char)table->separator) table->trouble = -1;
            return NOT_PLAIN;
        }
        p += p < end;
    }
    table->copied_size = to - table->copied;
    return rows;
}

/* How often a letter stands in a text. */
int64_t native_count(const char *text, int64_t size, int letter) {
    int64_t count = 0;
    for (int64_t i = 0; i < size; i++) count += text[i] == (char)letter;
    return count;
}
