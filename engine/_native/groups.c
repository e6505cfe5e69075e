/* Numbers in groups of equal width: how many lie in each, and what belongs to them, in one pass. */
#include "native.h"

/* values: finite numbers. Each is brought between low and high, and its group is (value - low) * scale, whole and at most the last one. sizes:
   how many values each group has; with `classes`, the number of one for each value, how many of each class. sums: of the targets in each group,
   added up in their order; NULL where there are none. Sizes and sums begin as they are. */
typedef struct {
    const double *values;
    int64_t count;
    double low, high, scale;
    int64_t groups;
    const int64_t *classes;
    int64_t class_count;
    const double *targets;
    int64_t *sizes;
    double *sums;
} Groups;

static int64_t group_of(const Groups *all, double value) {
    value = value < all->low ? all->low : value > all->high ? all->high : value;
    int64_t group = (int64_t)((value - all->low) * all->scale);
    return group < all->groups ? group : all->groups - 1;
}

void native_groups(const Groups *all) {
    for (int64_t i = 0; i < all->count; i++) {
        int64_t group = group_of(all, all->values[i]);
        if (all->classes)
            all->sizes[group * all->class_count + all->classes[i]]++;
        else {
            all->sizes[group]++;
            if (all->targets) all->sums[group] += all->targets[i];
        }
    }
}
