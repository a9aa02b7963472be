/* The memory of the engine: the C library's, of which a test may let one allocation fail.
 *
 * Unarmed, as always but in a test, each call costs one look at a number. Armed, allocations are
 * counted, and the blocks that are alive; that is for one thread.
 */
#ifndef WWANREPLAY_ALLOCATION_H
#define WWANREPLAY_ALLOCATION_H

#include <stdint.h>
#include <stdlib.h>

static struct {
    int armed;
    int64_t fails_at; /* the number of the allocation that fails, from 1; 0 for none */
    int64_t taken;    /* allocations requested since armed */
    int64_t alive;    /* blocks taken less blocks given back since armed */
} allocation_watch;

static inline int allocation_fails(void)
{
    return allocation_watch.armed && ++allocation_watch.taken == allocation_watch.fails_at;
}

static inline void *allocation_counted(void *taken, int is_new)
{
    if (allocation_watch.armed && taken != NULL && is_new)
        allocation_watch.alive++;
    return taken;
}

static inline void *take_memory(size_t size)
{
    return allocation_fails() ? NULL : allocation_counted(malloc(size), 1);
}

static inline void *take_zeroed(size_t count, size_t size)
{
    return allocation_fails() ? NULL : allocation_counted(calloc(count, size), 1);
}

static inline void *resize_memory(void *block, size_t size)
{
    return allocation_fails() ? NULL : allocation_counted(realloc(block, size), block == NULL);
}

static inline void give_memory(void *block)
{
    if (allocation_watch.armed && block != NULL)
        allocation_watch.alive--;
    free(block);
}

/* Let the allocation of this number fail, from 1 on; 0: none. They are counted from now on. */
static inline void allocation_arm(int64_t fails_at)
{
    allocation_watch.fails_at = fails_at;
    allocation_watch.taken = 0;
    allocation_watch.alive = 0;
    allocation_watch.armed = 1;
}

static inline void allocation_disarm(void)
{
    allocation_watch.armed = 0;
}

static inline int64_t allocations_taken(void)
{
    return allocation_watch.taken;
}

static inline int64_t allocations_alive(void)
{
    return allocation_watch.alive;
}

#endif
