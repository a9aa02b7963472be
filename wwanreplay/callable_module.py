"""Modules that are called as the function that they are named for.

`wwanreplay.record` and `wwanreplay.replay` hold what recording and replaying consist of, and
`wwanreplay.replay("bug.wwtrace")` is what a user writes first. One name is both.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


class CallableModule(ModuleType):
    """A module that is called as its function of the same name."""

    def _function(self) -> Callable[..., Any]:
        function: Callable[..., Any] = self.__dict__[self.__name__.rpartition(".")[2]]
        return function

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Call the function that the module is named for."""
        return self._function()(*args, **options)

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.signature(self._function())


def make_callable(name: str) -> None:
    """Let the module of this name be called."""
    sys.modules[name].__class__ = CallableModule
