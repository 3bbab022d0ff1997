"""Tokens as their libraries show them: what is asked of them, and every word reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from conformance.errors import TadpError
from conformance.preparation.secret import Ask
from conformance.preparation.token import TokenKey, TokenSigner, token_signer
from conformance.signature.writing.signer_info import digest_info
from tests.preparation.cards import (
    PIN,
    Card,
    Flag,
    Library,
    Session,
    Thing,
    certificate,
    key,
    pkcs11,
)
from tests.preparation.desk import SigningFolder

Insert = Callable[..., Library]


@pytest.fixture
def insert(monkeypatch: pytest.MonkeyPatch) -> Insert:
    def put(*cards: Any) -> Library:
        library = Library(*cards)
        monkeypatch.setattr(pkcs11, "lib", lambda _: library)
        return library

    return put


@pytest.fixture
def pin(tmp_path: Path) -> Ask:
    (tmp_path / "pin.txt").write_text(PIN + "\n")
    return Ask(tmp_path / "pin.txt", "--pin-file")


def taken(which: TokenKey, pin: Ask, certificate: Path | None = None) -> TokenSigner:
    with token_signer(which, certificate, pin) as signer:
        return signer


def refused(which: TokenKey, pin: Ask) -> str:
    with pytest.raises(TadpError) as error:
        taken(which, pin)
    return str(error.value)


M = TokenKey(Path("maker.so"))
WRONG = "the PIN is wrong (it was tried once; a few wrong ones lock the token)"


def test_the_key_with_its_certificate_and_issuers(
    desk: SigningFolder, insert: Insert, pin: Ask
) -> None:
    own, ca, root = desk.holder.der, desk.ca.der, desk.root.der
    held = [certificate(ca, b""), certificate(own), certificate(root, b"x"), Thing()]
    card = Card(session=Session([key()], held))
    library = insert(card)
    signer = taken(M, pin)
    assert signer.source == "token CARD, key 'signing' (id a1)"
    assert (signer.certificate, signer.issuers) == (own, (ca,))
    assert (card.opened, card.session.ended, library.finalized) == ([PIN], True, 1)
    assert PIN not in repr(signer)


def test_a_certificate_from_a_file_comes_before_those_on_the_token(
    desk: SigningFolder, insert: Insert, pin: Ask
) -> None:
    other = desk.issue()
    insert(Card(session=Session([key()], [certificate(desk.ca.der), certificate(other.der)])))
    path = desk.put("alone.pem", desk.holder.pem)
    signer = taken(M, pin, path)
    assert (signer.certificate, signer.issuers) == (desk.holder.der, (desk.ca.der,))
    insert(Card(session=Session([key()], [])))
    signer = taken(M, pin, desk.certificate)
    assert (signer.certificate, signer.issuers) == (desk.holder.der, (desk.ca.der,))


def test_a_digest_is_signed_as_the_kind_of_key_wants_it(desk: SigningFolder) -> None:
    digest = b"d" * 32
    own = key()
    value = TokenSigner("a card", desk.holder.der, (), own, PIN).sign(digest, "sha256")
    assert decode_dss_signature(value) == (1, 2)
    assert own.asked == (digest, pkcs11.Mechanism.ECDSA, None)
    rsa = key(KEY_TYPE=pkcs11.KeyType.RSA, says=b"signed", ALWAYS_AUTHENTICATE=True)
    assert TokenSigner("a card", b"", (), rsa, PIN).sign(digest, "sha256") == b"signed"
    assert rsa.asked == (digest_info("sha256", digest), pkcs11.Mechanism.RSA_PKCS, PIN)
    rsa["says"] = pkcs11.DeviceError("smoke")
    with pytest.raises(TadpError) as error:
        TokenSigner("a card", b"", (), rsa, PIN).sign(digest, "sha256")
    assert str(error.value) == "a card: the token refused: DeviceError: smoke"


def test_which_keys_can_sign(insert: Insert, pin: Ask) -> None:
    kinds = pkcs11.KeyType
    for others in (
        [], [key(KEY_TYPE=kinds.AES)], [key(SIGN=False)], [key(KEY_TYPE=pkcs11.GeneralError())],
    ):  # fmt: skip
        insert(Card(session=Session(others, [])))
        assert refused(M, pin) == "token CARD: has no RSA or EC key that can sign"
    able = [key(SIGN=True), key(SIGN=NotImplementedError()), key(KEY_TYPE=kinds.RSA)]
    for one in able:
        insert(Card(session=Session([key(SIGN=False), one], [])))
        assert refused(M, pin).startswith(
            "token CARD: has no certificate with the id of the key 'signing' (id a1)"
        )


@pytest.mark.parametrize(
    ("which", "chosen"),
    [
        (("b", None), "'b' (id 02)"),
        ((None, b"\x01"), "'a' (id 01)"),
        (("c", b""), "'c' (id none)"),
        (("", None), "'' (id 04)"),
    ],
)
def test_of_several_keys_one_is_chosen(
    which: tuple[str | None, bytes | None],
    chosen: str,
    desk: SigningFolder,
    insert: Insert,
    pin: Ask,
) -> None:
    keys = [key("a", b"\x01"), key("b", b"\x02"), key("c", b"")]
    keys.append(key("d", b"\x04", LABEL=ValueError(), ID=b"\x04"))
    insert(Card(session=Session(keys, [])))
    signer = taken(TokenKey(M.module, None, *which), pin, desk.certificate)
    assert signer.source == f"token CARD, key {chosen}"


def test_keys_that_are_not_there_or_not_alone(insert: Insert, pin: Ask) -> None:
    insert(Card(session=Session([key("b", b"\x02"), key("a", b"\x01")], [])))
    names = "'a' (id 01), 'b' (id 02)"
    for which in (
        TokenKey(M.module, None, "a", b"\x02"),
        TokenKey(M.module, None, "x"),
        TokenKey(M.module, None, None, b""),
    ):
        assert refused(which, pin) == f"token CARD: has no such key (there is: {names})"
    assert refused(M, pin) == (
        "token CARD: has several keys that it could be "
        f"(choose with --key-label or --key-id; there is: {names})"
    )


def test_certificates_that_are_not_there_or_not_alone(
    desk: SigningFolder, insert: Insert, pin: Ask
) -> None:
    own = desk.holder.der
    for held, number in (
        ([certificate(own, b"\xa2")], "no certificate"),
        ([certificate(own), certificate(desk.issue().der)], "several certificates"),
    ):
        insert(Card(session=Session([key()], held)))
        assert refused(M, pin) == (
            f"token CARD: has {number} with the id of the key 'signing' (id a1) "
            "(give the right one with --certificate)"
        )


def test_tokens_that_are_not_there_or_not_alone(insert: Insert, pin: Ask) -> None:
    bare = Card("BARE")
    bare.flags = 0
    for cards in ((), (bare,), (pkcs11.TokenNotPresent(), pkcs11.TokenNotRecognised())):
        assert insert(*cards).finalized == 0
        assert refused(M, pin) == "maker.so: there is no token (is it plugged in?)"
    labels = ["T3", "T1", "T2"]
    insert(bare, *(Card(label) for label in labels))
    assert refused(M, pin) == (
        "there are several tokens (choose with --token; there is: T1, T2, T3)"
    )
    assert refused(TokenKey(M.module, "T4"), pin) == (
        "there is no token 'T4' (there is: T1, T2, T3)"
    )
    insert(Card("T1"), Card("T1"))
    assert refused(TokenKey(M.module, "T1"), pin) == (
        "several tokens have the name (choose with --token; there is: T1, T1)"
    )


@pytest.mark.parametrize(("count", "more"), [(8, ""), (9, " and 1 more"), (12, " and 4 more")])
def test_of_many_tokens_eight_are_named(count: int, more: str, insert: Insert, pin: Ask) -> None:
    insert(*(Card(f"T{number:02}") for number in range(count)))
    names = ", ".join(f"T{number:02}" for number in range(8))
    assert refused(M, pin).endswith(f"there is: {names}{more})")


def test_one_of_several_tokens_is_chosen(desk: SigningFolder, insert: Insert, pin: Ask) -> None:
    wanted = Card("T2", session=Session([key()], [certificate(desk.holder.der)]))
    insert(Card("T1"), pkcs11.DeviceError(), wanted, Card("T3"))
    assert taken(TokenKey(M.module, "T2"), pin).source.startswith("token T2, ")


@pytest.mark.parametrize(
    ("error", "reported"),
    [
        (pkcs11.PinIncorrect(), WRONG),
        (pkcs11.PinInvalid(), WRONG),
        (pkcs11.PinLenRange(), WRONG),
        (pkcs11.PinLocked(), "the token is locked (whoever manages the token can unlock it)"),
        (pkcs11.PinExpired(), "the PIN has to be changed first"),
    ],
)  # fmt: skip
def test_a_pin_that_is_not_taken_is_tried_once(
    error: Exception, reported: str, insert: Insert, pin: Ask
) -> None:
    library = insert(card := Card(session=error))
    assert refused(M, pin) == f"token CARD: {reported}"
    assert (card.opened, library.finalized) == ([PIN], 1)


@pytest.mark.parametrize(
    ("error", "reported"),
    [
        (pkcs11.DeviceRemoved(), "maker.so: the token refused: DeviceRemoved"),
        (pkcs11.GeneralError("why"), "maker.so: the token refused: GeneralError: why"),
    ],
)
def test_an_error_of_a_token_is_reported(
    error: Exception, reported: str, insert: Insert, pin: Ask
) -> None:
    insert(Card(session=error))
    assert refused(M, pin) == reported


def test_a_locked_token_is_given_no_pin(insert: Insert, pin: Ask) -> None:
    insert(card := Card(flags=Flag.USER_PIN_LOCKED))
    assert refused(M, pin) == (
        "token CARD: the token is locked (whoever manages the token can unlock it)"
    )
    insert(final := Card(flags=Flag.USER_PIN_FINAL_TRY))
    assert refused(M, pin) == (
        "the next wrong PIN locks token CARD, so that none is taken from a file "
        "(leave the option out, and type the PIN)"
    )
    assert card.opened == final.opened == []


@pytest.mark.parametrize(
    ("flags", "asked"),
    [
        (0, "PIN of token CARD: "),
        (Flag.USER_PIN_COUNT_LOW,
         "PIN of token CARD (a wrong one was given before; a few lock it): "),
        (Flag.USER_PIN_FINAL_TRY, "PIN of token CARD (the last try: a wrong one locks it): "),
        (Flag.USER_PIN_FINAL_TRY | Flag.USER_PIN_COUNT_LOW,
         "PIN of token CARD (the last try: a wrong one locks it): "),
        (Flag.PROTECTED_AUTHENTICATION_PATH, None),
    ],
)  # fmt: skip
def test_the_prompt_for_a_pin_names_the_token_and_warns_of_the_last_tries(
    flags: int,
    asked: str | None,
    desk: SigningFolder,
    insert: Insert,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prompts: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: prompts.append(prompt) or PIN)
    insert(card := Card(flags=flags, session=Session([key()], [certificate(desk.holder.der)])))
    signer = taken(M, Ask(None, "--pin-file"))
    assert prompts == ([asked] if asked else [])
    assert card.opened == [PIN if asked else pkcs11.types.PROTECTED_AUTH]
    assert signer.pin == (PIN if asked else None)


def test_a_few_tries_are_left_to_a_file(desk: SigningFolder, insert: Insert, pin: Ask) -> None:
    session = Session([key()], [certificate(desk.holder.der)])
    insert(card := Card(flags=Flag.USER_PIN_COUNT_LOW, session=session))
    assert taken(M, pin).pin == PIN
    assert card.opened == [PIN]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (pkcs11.PKCS11Error("OS exception while loading {}: no such thing"), "no such thing"),
        (pkcs11.PKCS11Error("{}: undefined symbol"), "undefined symbol"),
        (pkcs11.GeneralError(), "GeneralError"),
        (pkcs11.GeneralError("odd"), "odd"),
    ],
)
def test_a_library_that_cannot_be_used(
    error: Exception, reason: str, pin: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def load(path: str) -> Any:
        asked.append(path)
        raise type(error)(*(str(word).format(path) for word in error.args))

    monkeypatch.setattr(pkcs11, "lib", load)
    assert refused(M, pin) == (
        f"maker.so: is not a PKCS #11 library that can be used: {reason} "
        "(the maker of the token says what it is called; for SoftHSM, libsofthsm2.so)"
    )
    assert asked == [str(Path.cwd() / "maker.so")]
