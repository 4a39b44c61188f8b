"""Random numbers of the sample market, fixed by seed, market, purpose and an absolute number such as a day."""

import numpy as np


def generator(seed: int, market: str, purpose: str, number: int) -> np.random.Generator:
    """A generator whose stream depends on nothing but the four arguments."""
    words = [seed, number, *(int.from_bytes(name.encode()) for name in (market, purpose))]
    return np.random.Generator(np.random.PCG64(words))
