# What exists in which Windows release: the one place where the engine asks. The build makes the
# numbers of releases and forms, and the rows, of the protocol's tables.

include "engine_releases.pxi"


# The form of a structure that a miniport made for a release sends.
ctypedef struct form_t:
    uint32_t revision
    uint32_t size                     # of the fixed part, bytes; 0: it has no such structure


cdef form_t FORMS[FORM_COUNT][RELEASE_COUNT]


cdef void form_fill(
    uint32_t form, uint32_t release, uint32_t revision, uint32_t size
) noexcept nogil:
    """Let the structure have this form in the release."""
    FORMS[form][release].revision = revision
    FORMS[form][release].size = size


fill_forms()
