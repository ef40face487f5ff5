"""Laws are sentences: a predicate whose name is the law and whose breach is a Rejection with advice."""

from collections.abc import Callable
from typing import Literal, ParamSpec

from aptas.kernel.messages import Rejection

P = ParamSpec("P")
Law = Callable[P, Rejection | None]


def law(
    ko: str, en: str, kind: Literal["forbidden", "invalid", "missing"] = "forbidden"
) -> Callable[[Callable[P, bool]], Law[P]]:
    """Turn a predicate (True: the law is kept) into a law (None when kept, its Rejection when broken)."""

    def enact(is_kept: Callable[P, bool]) -> Law[P]:
        breach = Rejection(law=is_kept.__name__, ko=ko, en=en, kind=kind)

        def check(*args: P.args, **kwargs: P.kwargs) -> Rejection | None:
            return None if is_kept(*args, **kwargs) else breach

        check.__name__ = is_kept.__name__
        check.__doc__ = is_kept.__doc__ or f"{ko} / {en}"
        return check

    return enact


def first_breach(*checks: Rejection | None) -> Rejection | None:
    """The first law that was broken, in the order a person would be told."""
    return next((breach for breach in checks if breach is not None), None)
