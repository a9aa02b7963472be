# The one allocator of the engine, and the door by which a test lets it fail.

cdef extern from "allocation.h" nogil:
    void* take_memory(size_t size)
    void* take_zeroed(size_t count, size_t size)
    void* resize_memory(void* block, size_t size)
    void give_memory(void* block)
    void allocation_arm(int64_t fails_at)
    void allocation_disarm()
    int64_t allocations_taken()
    int64_t allocations_alive()


def fail_allocation(number):
    """For tests, of one thread: let the allocation of this number, from 1 on, fail from now on.

    0 lets none fail and counts them only; None ends it.
    """
    if number is None:
        allocation_disarm()
    else:
        allocation_arm(number)


def allocation_counts():
    """Allocations since `fail_allocation`, and how many more blocks are alive than then."""
    return allocations_taken(), allocations_alive()
