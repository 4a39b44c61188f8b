"""Whether a price can be in the unit it should be in, told by the stock's last close."""

JUMP = 50.0
"""No stock has moved this far from one close to the next; pence for pounds and sen for yen are 100."""


def unit_fault(close: float, close_before: float | None, split_ratio: float) -> str | None:
    """Why a close cannot be believed, one sentence with the cure; None when it can.

    `close_before` is the last close known, None without one; `split_ratio` new shares per old since then.
    """
    if close_before is None:
        return None
    times = close * split_ratio / close_before
    if 1 / JUMP < times < JUMP:
        return None
    shown = f"{times:.4g} times" if times >= 1 else f"1/{1 / times:.4g} of"
    return (
        f"The close {close:g} is {shown} the last one, {close_before:g}, with no split told: its unit is wrong, or a"
        " prices file must give the split_ratio of the session."
    )
