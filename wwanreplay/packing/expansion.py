"""How much a packed file may become: named limits of size and ratio, for all of it together.

Layers and members of one file count into one sum, so that neither packing in packing nor many
members get around them. The size that a zip archive states for a member is checked before it is
opened; what comes out is counted all the same.
"""

from __future__ import annotations

from typing import Final

from wwanreplay.errors import LimitError

#: Bytes unpacked of one file by default: a day of debug logs has less.
EXPANDED_SIZE_MAX: Final = 4 << 30
#: Bytes out per byte of the file; looked at once more than `RATIO_FREE_SIZE` came out. Logs that
#: repeat the same lines each second reach some 50 with gzip and 260 with xz; above is only padding.
RATIO_MAX: Final = 400
RATIO_FREE_SIZE: Final = 128 << 20
#: Packings inside one another, and members of all archives of one file.
LAYERS_MAX: Final = 4
MEMBERS_MAX: Final = 1000
#: What to do about it, of a log.
HINT: Final = "--max-expanded allows more"


class Expansion:
    """What was unpacked of one file so far. With a `size_max` of the user's no ratio is looked
    at.

    The methods raise LimitError with the name of the log or member that went too far.
    """

    def __init__(
        self, size_max: int | None = None, usual_size_max: int = 0, *, hint: str = HINT
    ) -> None:
        usual = usual_size_max or EXPANDED_SIZE_MAX
        self.size_max = usual if size_max is None else size_max
        self.size = 0
        self._hint = hint
        self._watches_ratio = size_max is None
        self._packed_size = 0
        self._members = 0

    def take(self, size: int) -> None:
        """Bytes of the file itself were read."""
        self._packed_size += size

    def add(self, name: str, size: int) -> None:
        """Bytes came out of a packing."""
        self.size += size
        self._check(name, self.size, self._packed_size)

    def expect(self, name: str, size: int, packed_size: int) -> None:
        """Check the sizes that an archive states for a member, packed and unpacked."""
        self._check(name, self.size + size, self._packed_size + packed_size)

    def add_members(self, name: str, count: int) -> None:
        """An archive has so many members."""
        self._members += count
        if self._members > MEMBERS_MAX:
            raise LimitError(f"{name}: members of the archive", self._members, MEMBERS_MAX)

    def enter(self, name: str, layer: int) -> None:
        """Something packed is met inside of `layer` packings."""
        if layer >= LAYERS_MAX:
            raise LimitError(f"{name}: layers of packing", layer + 1, LAYERS_MAX)

    def _check(self, name: str, size: int, packed_size: int) -> None:
        if size > self.size_max:
            raise LimitError(f"{name}: bytes unpacked ({self._hint})", size, self.size_max)
        if self._watches_ratio and size > RATIO_FREE_SIZE and size > RATIO_MAX * packed_size:
            most = max(RATIO_FREE_SIZE, RATIO_MAX * packed_size)
            hint = f"for a file packed {RATIO_MAX} times at most ({self._hint})"
            thing = f"{name}: bytes unpacked, {hint}"
            raise LimitError(thing, size, most)
