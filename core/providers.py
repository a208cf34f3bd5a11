"""Registered providers: the only way from a lower floor to an upper one.

A lower app declares a :class:`Provider`; upper apps register functions with it in
``AppConfig.ready``. ``docs/architecture.md`` lists every provider.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Provider(Generic[P, R]):
    """A named list of functions that answer the same question."""

    registry: dict[str, Provider[Any, Any]] = {}

    def __init__(self, name: str) -> None:
        self.name = name
        self.functions: list[Callable[P, R]] = []
        Provider.registry[name] = self

    def register(self, function: Callable[P, R]) -> Callable[P, R]:
        """Register a function once; can be used as a decorator."""
        if function not in self.functions:
            self.functions.append(function)
        return function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[R]:
        """The answer of each registered function, in the order of registration."""
        for function in self.functions:
            yield function(*args, **kwargs)
