# Named values of a recorded buffer, read leniently: a rule judges wrong buffers too.

_NUMBERS = dict(numbers())
_FLATTENER = Flattener(_STRUCTS)
_ELEMENT_TYPES = {
    name: value for name, value in _NUMBERS.items() if name.startswith("WwanStruct")
}

cdef enum:
    READ_UNSIGNED = 0
    READ_SIGNED = 1
    READ_WIDE_TEXT = 2
    READ_TEXT = 3
    READ_OCTETS = 4


def flat_layout(str struct not None, str layout not None):
    """Offsets of one layout, a FlatLayout."""
    return _FLATTENER.flat(struct, layout)


def layouts_of(str struct not None, int revision, int64_t size):
    """The layouts that a header with this revision and size can mean, as FlatLayouts."""
    row = _STRUCTS[struct]
    found = []
    for known in row.revisions:
        if known.number == revision:
            for layout in known.layouts:
                if row.layout(layout).size == size:
                    found.append(_FLATTENER.flat(struct, layout))
    return tuple(found)


@cython.final
cdef class _Place:
    # Where a leaf lies, and how it is read.
    cdef int how
    cdef Py_ssize_t offset
    cdef Py_ssize_t size

    def __cinit__(self, leaf):
        kind = leaf.field.kind
        self.offset = leaf.offset
        self.size = leaf.size
        if kind == "wchar16":
            self.how = READ_WIDE_TEXT
        elif kind == "char8":
            self.how = READ_TEXT
        elif kind == "guid" or leaf.field.count or leaf.size > 8:
            self.how = READ_OCTETS
        else:
            self.how = READ_SIGNED if kind in ("i32", "i64") else READ_UNSIGNED

    cdef object read(self, bytes data, Py_ssize_t start):
        """The value, None when the buffer ends before it; text up to its NUL."""
        cdef const unsigned char* octets
        cdef uint64_t value = 0
        cdef Py_ssize_t at, low = start + self.offset
        if low + self.size > len(data):
            return None
        if self.how <= READ_SIGNED:
            octets = <const unsigned char*>data + low
            for at in range(self.size):
                value |= <uint64_t>octets[at] << (8 * at)
            if self.how == READ_UNSIGNED:
                return value
            if self.size < 8 and value >> (8 * self.size - 1):
                return <int64_t>(value - (<uint64_t>1 << (8 * self.size)))
            return <int64_t>value
        part = data[low:low + self.size]
        if self.how == READ_WIDE_TEXT:
            return part.decode("utf-16-le", "replace").partition("\0")[0]
        if self.how == READ_TEXT:
            return part.partition(b"\0")[0].decode("latin-1")
        return part


@cython.final
cdef class _Shape:
    # A layout, with the places of its leaves by their paths.
    cdef object flat
    cdef Py_ssize_t size
    cdef dict places

    def __cinit__(self, flat):
        self.flat = flat
        self.size = flat.size
        self.places = {leaf.path: _Place(leaf) for leaf in flat.leaves}


cdef dict _SHAPES = {}


cdef _Shape _shape(str struct, str layout):
    key = (struct, layout)
    found = _SHAPES.get(key)
    if found is None:
        found = _SHAPES[key] = _Shape(_FLATTENER.flat(struct, layout))
    return <_Shape>found


@cython.final
cdef class _Form:
    # A structure: which layout a header means, and which one fits where none does.
    cdef object struct
    cdef bint has_header
    cdef dict by_header

    def __cinit__(self, struct):
        self.struct = struct
        self.has_header = struct.has_header
        self.by_header = {}

    cdef _Shape named(self, int revision, int64_t size):
        """The newest layout of a revision and size; None without one."""
        cdef int64_t key = size << 8 | revision
        if key not in self.by_header:
            choices = layouts_of(self.struct.name, revision, size)
            self.by_header[key] = (
                _shape(self.struct.name, choices[len(choices) - 1].layout.id) if choices else None
            )
        return <_Shape>self.by_header[key]

    cdef _Shape guessed(self, Py_ssize_t size):
        """The largest layout that fits a buffer, else the first."""
        chosen = None
        for layout in self.struct.layouts:
            if layout.size <= size and (chosen is None or layout.size > chosen.size):
                chosen = layout
        return _shape(self.struct.name, (chosen or self.struct.layouts[0]).id)


cdef dict _FORMS = {}


cdef _Form _form(struct):
    found = _FORMS.get(struct.name)
    if found is None:
        found = _FORMS[struct.name] = _Form(struct)
    return <_Form>found


@cython.final
@cython.freelist(64)
cdef class Fields:
    """A buffer seen as one structure.

    `fields["ContextState.ConnectionId"]` is a value, or None when this layout has no such field or
    the buffer ends before it. The layout follows from the header; of an unknown one the newest
    layout that fits the buffer is taken, so that what is there can still be judged. Two events with
    the same buffer share one, as does what is kept in `memory` of it by whoever computes it.
    """
    cdef readonly object struct
    cdef readonly bytes data
    cdef readonly bint known
    cdef Py_ssize_t _start
    cdef _Shape _shape
    cdef dict _texts
    cdef list _elements
    cdef dict _memory

    def __init__(self, struct, bytes data not None, Py_ssize_t start=0, str layout=""):
        self._fill(_form(struct), data, start, layout)

    cdef int _fill(self, _Form form, bytes data, Py_ssize_t start, str layout) except -1:
        cdef const unsigned char* octets = <const unsigned char*>data
        cdef Py_ssize_t size = len(data)
        cdef _Shape shape
        self.struct = form.struct
        self.data = data
        self._start = start
        self.known = True
        if layout:
            self._shape = _shape(form.struct.name, layout)
        elif form.has_header:
            shape = form.named(octets[1], octets[2] | octets[3] << 8) if size > 3 else None
            if size <= 3:
                shape = form.named(0, 0)
            self.known = shape is not None
            self._shape = form.guessed(size) if shape is None else shape
        else:
            self._shape = form.guessed(size - start)
        return 0

    cdef object value(self, path):
        cdef _Place place = <_Place>self._shape.places.get(path)
        if place is None:
            return None
        if place.how <= READ_SIGNED:
            return place.read(self.data, self._start)
        if self._texts is None:
            self._texts = {}
        elif path in self._texts:
            return self._texts[path]
        found = self._texts[path] = place.read(self.data, self._start)
        return found

    def get(self, path):
        """A value by its path, None when it is not there."""
        return self.value(path)

    def __getitem__(self, path):
        return self.value(path)

    @property
    def memory(self):
        """What was found out about this buffer, by names of whoever did."""
        if self._memory is None:
            self._memory = {}
        return self._memory

    @property
    def layout(self):
        """(structure, layout) as which the buffer is read."""
        return self.struct.name, self._shape.flat.layout.id

    @property
    def size(self):
        """Bytes of the fixed part."""
        return self._shape.size

    def octets(self):
        """The bytes from where it starts; what follows it in the buffer is there too."""
        return self.data[self._start:]

    def element_size(self):
        """Bytes of one list element (the smallest form known), None without a list."""
        tail = self.struct.tail
        if not isinstance(tail, ListTail) or self.value(f"{tail.header}.ElementCount") is None:
            return None
        kind = self.value(f"{tail.header}.ElementType")
        for name, choices in tail.elements:
            if _ELEMENT_TYPES.get(name) == kind:
                return min([
                    _FLATTENER.extent(field)[0] * max(field.count, 1) for field in choices
                ])
        return None

    def element_count(self):
        """ElementCount of the list; 0 without one."""
        tail = self.struct.tail
        if not isinstance(tail, ListTail):
            return 0
        return self.value(f"{tail.header}.ElementCount") or 0

    def elements(self):
        """The list elements that the buffer holds: Fields of structures, else numbers."""
        if self._elements is None:
            self._elements = self._read_elements()
        return list(self._elements)

    cdef list _read_elements(self):
        cdef Py_ssize_t at, size, count
        tail = self.struct.tail
        whole = self.element_size()
        found = []
        if not isinstance(tail, ListTail) or not whole:
            return found
        size = whole
        count = self.element_count()
        kind = self.value(f"{tail.header}.ElementType")
        field = None
        for name, choices in tail.elements:
            if _ELEMENT_TYPES.get(name) == kind:
                field = choices[len(choices) - 1]
                break
        at = self._shape.size
        while at + size <= len(self.data) and len(found) < count:
            if field.of:
                found.append(Fields(_STRUCTS[field.of], self.data, at, field.layout))
            elif field.kind in _SCALARS and not field.count:
                found.append(int.from_bytes(self.data[at:at + size], "little"))
            at += size
        return found

    def tail(self):
        """The bytes behind the fixed part."""
        return self.data[self._start + self._shape.size:]

    def tail_length(self):
        """The stated length of the bytes behind the structure; None without a string of bytes."""
        tail = self.struct.tail
        if not isinstance(tail, BytesTail) or not tail.length:
            return None
        return self.value(tail.length)


@cython.final
cdef class _Reader:
    # The structures that a buffer may be.
    cdef list forms

    def __cinit__(self, structs):
        self.forms = []
        for name in structs:
            if name in _STRUCTS:
                self.forms.append(_form(_STRUCTS[name]))

    cdef Fields read(self, bytes data):
        """As that of the structures which the header names, else as the first one, else None."""
        cdef Fields first = None
        cdef Fields found
        if not data:
            return None
        for form in self.forms:
            found = Fields.__new__(Fields)
            found._fill(<_Form>form, data, 0, "")
            if found.known:
                return found
            if first is None:
                first = found
        return first


def read_fields(structs, bytes data not None):
    """The buffer as that of the structures which its header names, else as the first one.

    None when no structure is known or nothing is there.
    """
    return _Reader(structs).read(data)
