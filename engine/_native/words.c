/* Words of texts in ASCII as numbers: letters, digits and underscores, with single apostrophes between them; capital letters count as small. */
#include "native.h"

/* words: one behind the other; starts: where each begins, and where the last ends. places: 1 + the number of the word that is found there,
   0 where there is none; mask: their number, a power of two, less one. */
typedef struct {
    const char *words;
    const int64_t *starts;
    int64_t count;
    int32_t *places;
    int64_t mask;
} Words;

static char small(char letter) { return letter >= 'A' && letter <= 'Z' ? (char)(letter + 32) : letter; }

static int is_of_word(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '_';
}

/* FNV-1a, by G. Fowler, L. C. Noll and K.-P. Vo. */
static uint64_t hash_of(const char *letters, int64_t size) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (int64_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)small(letters[i])) * 0x100000001b3u;
    return hash ^ hash >> 29;
}

static int equal(const char *word, const char *letters, int64_t size) {
    for (int64_t i = 0; i < size; i++)
        if (word[i] != small(letters[i])) return 0;
    return 1;
}

/* The place of a word, or the free one where it would be. */
static int64_t place_of(const Words *known, const char *letters, int64_t size) {
    int64_t place = (int64_t)hash_of(letters, size) & known->mask;
    for (; known->places[place]; place = (place + 1) & known->mask) {
        int64_t word = known->places[place] - 1, begin = known->starts[word];
        if (known->starts[word + 1] - begin == size && equal(known->words + begin, letters, size)) break;
    }
    return place;
}

/* Fills the places, all of which are 0, with the words. */
void native_know_words(const Words *known) {
    for (int64_t word = 0; word < known->count; word++) {
        int64_t begin = known->starts[word], place = place_of(known, known->words + begin, known->starts[word + 1] - begin);
        if (!known->places[place]) known->places[place] = (int32_t)(word + 1);
    }
}

/* Finds the next word from p on; where it ends, NULL where there is none. */
static const char *next_word(const char *p, const char *end, const char **begin) {
    while (p < end && !is_of_word(*p)) p++;
    if (p == end) return NULL;
    for (*begin = p; p < end && (is_of_word(*p) || (*p == '\'' && p + 1 < end && is_of_word(p[1]))); p++);
    return p;
}

static int64_t count_words(const char *p, const char *end) {
    int64_t count = 0;
    for (const char *begin; (p = next_word(p, end, &begin)); count++);
    return count;
}

/* The numbers of each text's words: `first` and on for known ones, `unseen` for others; texts begin at `starts`, rows of `numbers` are `length`
   long and hold something already, which stays where there is no word. keep_last: the last words of longer texts; after: shorter ones are filled
   up behind their words. */
void native_words(const Words *known, const char *text, const int64_t *starts, int64_t count, int32_t *numbers, int64_t length, int first,
                  int unseen, int keep_last, int after) {
    for (int64_t row = 0; row < count; row++) {
        const char *p = text + starts[row], *end = text + starts[row + 1], *begin;
        int64_t words = keep_last || !after ? count_words(p, end) : length;
        int64_t passed = keep_last && words > length ? words - length : 0, kept = words < length ? words : length;
        int32_t *to = numbers + row * length + (after ? 0 : length - kept);
        for (int64_t word = 0; word < passed + kept && (p = next_word(p, end, &begin)); word++) {
            if (word < passed) continue;
            int32_t place = known->places[place_of(known, begin, p - begin)];
            *to++ = place ? place - 1 + first : unseen;
        }
    }
}
