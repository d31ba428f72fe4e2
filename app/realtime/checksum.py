"""The order-free sum of a map: server and screen compare it once a minute.

A 64-bit FNV-1a of `key@rev` for each card, added modulo 2**64: adding and taking away a card are
one operation each, and the order in which cards came does not matter.
"""

from typing import Final

_OFFSET: Final = 0xCBF29CE484222325
_PRIME: Final = 0x100000001B3
_MASK: Final = 0xFFFFFFFFFFFFFFFF


def fnv1a(data: bytes) -> int:
    """The 64-bit FNV-1a hash."""
    value = _OFFSET
    for byte in data:
        value = ((value ^ byte) * _PRIME) & _MASK
    return value


def term(key: str, rev: int) -> int:
    """What one card adds to the sum."""
    return fnv1a(f"{key}@{rev}".encode())


def add(total: int, *terms: int) -> int:
    """The sum with these terms added; a negative term takes one away."""
    return (total + sum(terms)) & _MASK


def halves(total: int) -> tuple[int, int]:
    """(high, low): two 32-bit numbers, which JavaScript can hold exactly."""
    return total >> 32, total & 0xFFFFFFFF
