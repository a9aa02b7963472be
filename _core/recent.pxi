# A mapping of the last so many keys. Searches set and forget one for nearly every record.

cdef extern from "Python.h":
    ctypedef struct PyDictObject:
        void* ma_keys


@cython.final
cdef class Recent(dict):
    """Values by key, of which the last `count` that were set stay."""
    cdef Py_ssize_t count
    cdef Py_ssize_t first             # in the table: nothing stands before it
    cdef void* table                  # for which that holds: one that grows is packed anew

    def __init__(self, Py_ssize_t count):
        dict.__init__(self)
        self.count = count

    def __setitem__(self, key, value):
        cdef PyObject* oldest
        if key in self:
            PyDict_DelItem(self, key)
        PyDict_SetItem(self, key, value)
        if (<PyDictObject*>self).ma_keys != self.table:
            self.table = (<PyDictObject*>self).ma_keys
            self.first = 0
        if PyDict_Size(self) > self.count and PyDict_Next(self, &self.first, &oldest, NULL):
            PyDict_DelItem(self, <object>oldest)

    def clear(self):
        """Forget all."""
        dict.clear(self)
        self.table = NULL
