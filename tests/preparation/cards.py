"""Tokens that are in for those of makers: their objects, sessions and libraries."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

pkcs11 = pytest.importorskip("pkcs11")
Attribute, Flag = pkcs11.Attribute, pkcs11.TokenFlag
PIN = "the card's PIN"


class Thing(dict[Any, Any]):
    """An object on a token, with its attributes; those that it has not cannot be read."""

    def __getitem__(self, attribute: Any) -> Any:
        if attribute not in self:
            raise pkcs11.AttributeTypeInvalid
        found = super().__getitem__(attribute)
        if isinstance(found, Exception):
            raise found
        return found

    def __hash__(self) -> int:
        return id(self)

    @property
    def key_type(self) -> Any:
        return self[Attribute.KEY_TYPE]

    def sign(self, data: bytes, *, mechanism: Any, pin: Any) -> bytes:
        self.asked = (data, mechanism, pin)
        said = self["says"]
        assert isinstance(said, bytes)
        return said


def key(label: str = "signing", identifier: bytes = b"\xa1", **more: Any) -> Thing:
    own = {
        Attribute.KEY_TYPE: pkcs11.KeyType.EC, Attribute.LABEL: label, Attribute.ID: identifier,
        "says": bytes([0] * 31 + [1] + [0] * 31 + [2]),
    }  # fmt: skip
    return Thing({**own, **{getattr(Attribute, k, k): v for k, v in more.items()}})


def certificate(der: bytes, identifier: bytes = b"\xa1") -> Thing:
    return Thing({Attribute.VALUE: der, Attribute.ID: identifier})


class Session:
    """The contents of a token after login."""

    def __init__(self, keys: Sequence[Thing], certificates: Sequence[Thing]) -> None:
        self.things = {
            pkcs11.ObjectClass.PRIVATE_KEY: keys,
            pkcs11.ObjectClass.CERTIFICATE: certificates,
        }
        self.ended = False

    def get_objects(self, wanted: dict[Any, Any]) -> Any:
        ((attribute, kind),) = wanted.items()
        assert attribute == Attribute.CLASS
        return iter(self.things[kind])

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.ended = True


class Card:
    """A token with a label and flags, and a session to open with the PIN."""

    def __init__(self, label: str = "CARD", flags: int = 0, session: Any = None) -> None:
        self.label, self.flags, self.session = label, flags | Flag.TOKEN_INITIALIZED, session
        self.opened: list[object] = []

    def open(self, *, user_pin: object) -> Session:
        self.opened.append(user_pin)
        if isinstance(self.session, Exception):
            raise self.session
        assert isinstance(self.session, Session)
        return self.session


class Library:
    """The library of a maker of tokens, with these in its slots."""

    def __init__(self, *cards: Any) -> None:
        self.cards = cards
        self.finalized = 0

    def get_slots(self, *, token_present: bool) -> list[Any]:
        assert token_present
        return [SimpleNamespace(get_token=lambda card=card: self._of(card)) for card in self.cards]

    @staticmethod
    def _of(card: Any) -> Any:
        if isinstance(card, Exception):
            raise card
        return card

    def finalize(self) -> None:
        self.finalized += 1
        raise pkcs11.GeneralError
