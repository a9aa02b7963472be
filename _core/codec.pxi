# The checked walk over the flat leaves of one structure's layout: read, write, bounds.

from libc.stdint cimport UINT64_MAX

from wwanreplay.errors import DecodeError

# How a leaf's bytes are read. Array kinds have a count; bit fields a shift and a mask.
cdef enum:
    LEAF_UNSIGNED = 1
    LEAF_SIGNED = 2
    LEAF_GUID = 3
    LEAF_WIDE_TEXT = 4
    LEAF_TEXT = 5
    LEAF_OCTETS = 6
    LEAF_BITS = 7
    LEAF_GUIDS = 8
    LEAF_NUMBERS = 9

cdef enum:
    LAYOUT_SIZE_MAX = 65535           # Header.Size has 16 bits; no structure is larger

ctypedef struct leaf_t:
    uint32_t offset
    uint32_t size                     # all bytes of the leaf
    uint32_t count                    # array elements, 1 for a scalar
    uint32_t width                    # bytes of one element
    uint32_t mode
    uint32_t shift
    uint32_t mask
    uint32_t is_signed

# kind → (width in bytes, mode of a scalar, mode of an array)
cdef dict LEAF_KINDS = {
    "u8": (1, LEAF_UNSIGNED, LEAF_OCTETS),
    "bool8": (1, LEAF_UNSIGNED, LEAF_OCTETS),
    "char8": (1, LEAF_UNSIGNED, LEAF_TEXT),
    "u16": (2, LEAF_UNSIGNED, LEAF_NUMBERS),
    "wchar16": (2, LEAF_UNSIGNED, LEAF_WIDE_TEXT),
    "u32": (4, LEAF_UNSIGNED, LEAF_NUMBERS),
    "i32": (4, LEAF_SIGNED, LEAF_NUMBERS),
    "u64": (8, LEAF_UNSIGNED, LEAF_NUMBERS),
    "i64": (8, LEAF_SIGNED, LEAF_NUMBERS),
    "pointer": (8, LEAF_UNSIGNED, LEAF_NUMBERS),
    "guid": (16, LEAF_GUID, LEAF_GUIDS),
}


cdef inline uint64_t load_number(const uint8_t* place, uint32_t width) noexcept nogil:
    cdef uint64_t number = 0
    cdef uint32_t index
    for index in range(width):
        number |= <uint64_t>place[index] << (8 * index)
    return number


cdef inline void store_number(uint8_t* place, uint32_t width, uint64_t number) noexcept nogil:
    cdef uint32_t index
    for index in range(width):
        place[index] = <uint8_t>(number >> (8 * index))


cdef object load_guid(const uint8_t* place):
    cdef bytes octets = place[:16]
    return (
        f"{octets[3::-1].hex()}-{octets[5:3:-1].hex()}-{octets[7:5:-1].hex()}"
        f"-{octets[8:10].hex()}-{octets[10:].hex()}"
    )


cdef bytes guid_octets(object text):
    cdef str digits = str(text).strip("{}").replace("-", "")
    cdef bytes plain
    try:
        plain = bytes.fromhex(digits)
    except ValueError:
        plain = b""
    if len(plain) != 16:
        raise ValueError(f"{text!r} is not a GUID")
    return plain[3::-1] + plain[5:3:-1] + plain[7:5:-1] + plain[8:]


cdef object load_leaf(const leaf_t* leaf, const uint8_t* place):
    cdef uint64_t number
    cdef uint32_t index
    cdef uint32_t end = 0
    cdef list values
    if leaf.mode == LEAF_UNSIGNED:
        return load_number(place, leaf.width)
    if leaf.mode == LEAF_SIGNED:
        return load_signed(place, leaf.width)
    if leaf.mode == LEAF_BITS:
        number = load_number(place, leaf.width)
        return (number >> leaf.shift) & leaf.mask
    if leaf.mode == LEAF_OCTETS:
        return <bytes>place[:leaf.size]
    if leaf.mode == LEAF_WIDE_TEXT:
        while end < leaf.size and (place[end] or place[end + 1]):
            end += 2
        return place[:end].decode("utf-16-le", "surrogatepass")
    if leaf.mode == LEAF_TEXT:
        while end < leaf.size and place[end]:
            end += 1
        return place[:end].decode("latin-1")
    if leaf.mode == LEAF_GUID:
        return load_guid(place)
    values = []
    for index in range(leaf.count):
        if leaf.mode == LEAF_GUIDS:
            values.append(load_guid(place + 16 * index))
        elif leaf.is_signed:
            values.append(load_signed(place + leaf.width * index, leaf.width))
        else:
            values.append(load_number(place + leaf.width * index, leaf.width))
    return tuple(values)


cdef inline int64_t load_signed(const uint8_t* place, uint32_t width) noexcept nogil:
    cdef uint64_t number = load_number(place, width)
    if width == 4:
        return <int32_t><uint32_t>number
    return <int64_t>number


cdef uint64_t checked_number(object value, uint32_t width, bint is_signed) except? 0:
    cdef uint32_t spare = 64 - 8 * width
    cdef int64_t signed_number
    cdef uint64_t number
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is not a whole number")
    try:
        if is_signed:
            signed_number = value
            if signed_number <= INT64_MAX >> spare and signed_number >= INT64_MIN >> spare:
                return <uint64_t>signed_number
        else:
            number = value
            if number <= UINT64_MAX >> spare:
                return number
    except OverflowError:
        pass
    raise ValueError(f"{value!r} does not fit into {8 * width} bits")


cdef int store_octets(const leaf_t* leaf, uint8_t* place, bytes octets, str what) except -1:
    if <Py_ssize_t>len(octets) > <Py_ssize_t>leaf.size:
        raise ValueError(f"{what} takes {len(octets)} bytes, the field has {leaf.size}")
    memset(place, 0, leaf.size)
    memcpy(place, <const uint8_t*>octets, len(octets))
    return 0


cdef int store_leaf(const leaf_t* leaf, uint8_t* place, object value) except -1:
    cdef uint64_t number
    cdef uint32_t index
    cdef bytes octets
    if leaf.mode == LEAF_UNSIGNED or leaf.mode == LEAF_SIGNED:
        store_number(place, leaf.width, checked_number(value, leaf.width, leaf.is_signed))
    elif leaf.mode == LEAF_BITS:
        number = checked_number(value, 8, False)
        if number > leaf.mask:
            raise ValueError(f"{value!r} does not fit into the bits of the field")
        number <<= leaf.shift
        number |= load_number(place, leaf.width) & ~(<uint64_t>leaf.mask << leaf.shift)
        store_number(place, leaf.width, number)
    elif leaf.mode == LEAF_OCTETS:
        store_octets(leaf, place, bytes(value), "the value")
    elif leaf.mode == LEAF_WIDE_TEXT:
        store_octets(leaf, place, str(value).encode("utf-16-le", "surrogatepass"), "the text")
    elif leaf.mode == LEAF_TEXT:
        store_octets(leaf, place, str(value).encode("latin-1"), "the text")
    elif leaf.mode == LEAF_GUID:
        store_octets(leaf, place, guid_octets(value), "the GUID")
    else:
        if len(value) > <Py_ssize_t>leaf.count:
            raise ValueError(f"{len(value)} elements, the field has {leaf.count}")
        memset(place, 0, leaf.size)
        for index in range(len(value)):
            if leaf.mode == LEAF_GUIDS:
                octets = guid_octets(value[index])
                memcpy(place + 16 * index, <const uint8_t*>octets, 16)
            else:
                number = checked_number(value[index], leaf.width, leaf.is_signed)
                store_number(place + leaf.width * index, leaf.width, number)
    return 0


@cython.final
cdef class Layout:
    """The flat leaves of one layout of a structure, ready to be read and written.

    Numbers are `int`, byte arrays `bytes`, number arrays tuples, GUIDs lower-case text, characters
    text up to the first NUL. Overlapping leaves (unions) are each read as what they are.
    """

    cdef leaf_t* leaves
    cdef readonly str structure
    cdef readonly tuple paths
    cdef readonly uint32_t size
    cdef readonly Py_ssize_t count

    def __cinit__(self):
        self.leaves = NULL

    def __init__(self, str structure not None, Py_ssize_t size, rows):
        """Rows are (path, kind, offset, count or 0, (first bit, width) or None)."""
        cdef leaf_t* leaf
        cdef Py_ssize_t offset, count, width
        cdef list paths = []
        if self.leaves != NULL:
            raise ValueError(f"{structure}: a layout is made once")
        if not 0 <= size <= LAYOUT_SIZE_MAX:
            raise ValueError(f"{structure}: a layout has 0 to {LAYOUT_SIZE_MAX} bytes, not {size}")
        rows = list(rows)
        self.structure = structure
        self.size = <uint32_t>size
        self.leaves = <leaf_t*>take_zeroed(len(rows) + 1, sizeof(leaf_t))
        if self.leaves == NULL:
            raise MemoryError
        for row in rows:
            paths.append(row[0])
        self.paths = tuple(paths)
        self.count = len(rows)
        for index, (path, kind, offset, count, bits) in enumerate(rows):
            if kind not in LEAF_KINDS:
                raise ValueError(f"{structure}.{path}: unknown kind {kind!r}")
            leaf = &self.leaves[index]
            width, scalar, array = LEAF_KINDS[kind]
            if count < 0 or count > LAYOUT_SIZE_MAX:
                raise ValueError(f"{structure}.{path}: {count} elements")
            leaf.mode = array if count else scalar
            leaf.count = <uint32_t>count if count else 1
            leaf.width = <uint32_t>width
            leaf.size = leaf.width * leaf.count
            leaf.is_signed = scalar == LEAF_SIGNED
            if bits is not None:
                first, width = bits
                if first < 0 or width < 1 or first + width > 8 * leaf.width or leaf.width > 4:
                    raise ValueError(f"{structure}.{path}: bits outside the number")
                leaf.mode = LEAF_BITS
                leaf.shift = <uint32_t>first
                leaf.mask = <uint32_t>((<uint64_t>1 << width) - 1)
            if offset < 0 or offset + <Py_ssize_t>leaf.size > size:
                raise ValueError(f"{structure}.{path}: lies outside the structure")
            leaf.offset = <uint32_t>offset

    def __dealloc__(self):
        give_memory(self.leaves)

    cdef int check_bounds(self, Py_ssize_t had, Py_ssize_t start) except -1:
        cdef Py_ssize_t index, end
        if start < 0:
            raise ValueError(f"{self.structure}: starts before the buffer")
        if start + <Py_ssize_t>self.size <= had:
            return 0
        for index in range(self.count):
            end = start + self.leaves[index].offset + self.leaves[index].size
            if end > had:
                raise DecodeError(
                    "the buffer ends in this field",
                    structure=self.structure,
                    field=self.paths[index],
                    offset=start + self.leaves[index].offset,
                    needed=self.leaves[index].size,
                    had=max(0, had - start - <Py_ssize_t>self.leaves[index].offset),
                )
        raise DecodeError(
            "the buffer ends in the structure's padding",
            structure=self.structure,
            offset=start,
            needed=self.size,
            had=max(0, had - start),
        )

    def check(self, const uint8_t[::1] data not None, Py_ssize_t start=0):
        """Raise DecodeError, naming the first field cut off, unless all bytes are there."""
        self.check_bounds(data.shape[0], start)

    def unpack(self, const uint8_t[::1] data not None, Py_ssize_t start=0):
        """The values of all leaves in the order of `paths`."""
        cdef Py_ssize_t index
        self.check_bounds(data.shape[0], start)
        if self.count == 0:
            return ()
        cdef list values = []
        for index in range(self.count):
            values.append(load_leaf(&self.leaves[index], &data[start] + self.leaves[index].offset))
        return tuple(values)

    def load(self, const uint8_t[::1] data not None, Py_ssize_t start, Py_ssize_t index):
        """The value of one leaf; only this leaf has to be in the buffer."""
        if not 0 <= index < self.count:
            raise IndexError(f"{self.structure}: no leaf {index}")
        cdef leaf_t* leaf = &self.leaves[index]
        if start < 0:
            raise ValueError(f"{self.structure}: starts before the buffer")
        if start + <Py_ssize_t>leaf.offset + <Py_ssize_t>leaf.size > data.shape[0]:
            self.check_bounds(data.shape[0], start)
        return load_leaf(leaf, &data[start] + leaf.offset)

    def store(self, uint8_t[::1] data not None, Py_ssize_t start, Py_ssize_t index, value):
        """Write one leaf; ValueError when the value does not fit. Text is padded with NULs."""
        if not 0 <= index < self.count:
            raise IndexError(f"{self.structure}: no leaf {index}")
        self.check_bounds(data.shape[0], start)
        store_leaf(&self.leaves[index], &data[start] + self.leaves[index].offset, value)

    def pack(self, values):
        """The bytes of a structure with these values, one for each leaf; None leaves zeros."""
        cdef bytearray data = bytearray(self.size)
        cdef uint8_t* base = data
        cdef leaf_t* leaf
        cdef Py_ssize_t index
        if len(values) != self.count:
            raise ValueError(f"{self.structure}: {self.count} leaves, {len(values)} values")
        for index in range(self.count):
            leaf = &self.leaves[index]
            if values[index] is not None:
                try:
                    store_leaf(leaf, base + leaf.offset, values[index])
                except (TypeError, ValueError) as error:
                    raise ValueError(f"{self.structure}.{self.paths[index]}: {error}") from None
        return bytes(data)
