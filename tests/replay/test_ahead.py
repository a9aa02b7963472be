"""Parts that others go over are taken in order, and given up once."""

from wwanreplay.replay.ahead import PartsAhead


def test_parts_that_were_passed_by_or_given_up_are_reported_so() -> None:
    class Part:
        def __init__(self, offset: int) -> None:
            self.offset = offset
            self.is_given_up = False

        def passed(self) -> None:
            raise AssertionError("nobody came to it")

        def give_up(self) -> None:
            self.is_given_up = True

    parts = [Part(10), Part(20)]

    class Some:
        def parts(self, start: int, engine: object) -> list[Part]:
            return parts

    ahead = PartsAhead(Some())
    ahead.begin(0, None)  # type: ignore[arg-type]
    assert ahead.stop_offset == 10
    assert ahead.take(5, None) is None  # type: ignore[arg-type]
    assert not parts[0].is_given_up
    assert ahead.take(11, None) is None  # type: ignore[arg-type]
    assert [part.is_given_up for part in parts] == [True, True]
    assert ahead.stop_offset is None
