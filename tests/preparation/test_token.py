"""Keys on tokens: which one, with which certificate, and what a wrong PIN costs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.report.serialising import dump_report
from tests.preparation.desk import KEYS, SigningFolder
from tests.preparation.softhsm import MODULE, Store, Token
from tests.report import made
from tests.running import run


@pytest.fixture
def token(desk: SigningFolder, store: Store) -> Token:
    """A token with a key and its certificate."""
    one = store.token()
    one.add_key(desk.holder, "signing", "a1")
    one.add_certificate(desk.holder, "a1")
    return one


def test_the_issuers_on_the_token_come_along(desk: SigningFolder, token: Token) -> None:
    token.add_certificate(desk.ca, "a2")
    token.add_certificate(desk.root, "a3")
    desk.trust.write_bytes(desk.root.pem)
    assert desk.sign(*token.options, "--trust", desk.trust, "--crl", desk.crl).code == 0
    assert desk.check("cms-detached").status("3.4(b)-3") == "passed"


def test_a_report_is_signed_with_a_token_too(desk: SigningFolder, token: Token) -> None:
    report = desk.put("run.json", dump_report(made.examples()).encode())
    assert run("report", "sign", report, *token.options).code == 0
    signature = ("--signature", desk.folder / "run.json.p7s", "--trust", desk.trust)
    assert run("report", "verify", report, *signature).code == 0


def test_of_several_keys_one_is_chosen(desk: SigningFolder, token: Token) -> None:
    other = desk.issue(KEYS["rsa"])
    token.add_key(other, "spare", "b2")
    reported = desk.sign(*token.options).trouble
    assert "has several keys" in reported
    assert "'signing' (id a1), 'spare' (id b2)" in reported
    certificate = ("--certificate", desk.put("spare.pem", other.pem))
    for number, words in enumerate(
        (
            ("--key-label", "signing"),
            ("--key-id", "A1"),
            ("--key-label", "spare", *certificate),
            ("--key-id", "b2", "--key-label", "spare", *certificate),
        )
    ):
        ran = desk.sign(*token.options, *words, "-o", desk.folder / f"{number}.p7s")
        assert ran.code == 0, ran.err
        assert ("RSA" if number >= 2 else "ECDSA") in ran.out


def test_a_key_that_is_not_there(desk: SigningFolder, token: Token) -> None:
    for words in (
        ("--key-label", "x"),
        ("--key-id", "ff"),
        ("--key-label", "signing", "--key-id", "b2"),
    ):
        reported = desk.sign(*token.options, *words).trouble
        assert "has no such key (there is: 'signing' (id a1))" in reported


def test_a_token_without_a_key(desk: SigningFolder, store: Store) -> None:
    assert "has no RSA or EC key that can sign" in desk.sign(*store.token().options).trouble


def test_the_certificate_is_the_one_with_the_id_of_the_key(
    desk: SigningFolder, store: Store
) -> None:
    token = store.token()
    token.add_key(desk.holder, "signing", "a1")
    token.add_certificate(desk.holder, "b2")
    assert "has no certificate with the id of the key" in desk.sign(*token.options).trouble
    assert desk.sign(*token.options, "--certificate", desk.certificate).code == 0
    for _ in range(2):
        token.add_certificate(desk.issue(), "a1")
    assert "has several certificates" in desk.sign(*token.options, "--overwrite").trouble


def test_a_certificate_for_another_key_is_reported(desk: SigningFolder, store: Store) -> None:
    token = store.token()
    token.add_key(desk.holder, "signing", "a1")
    token.add_certificate(desk.issue(KEYS["rsa"]), "a1")
    assert "the key is not that of the certificate" in desk.sign(*token.options).trouble
    assert not desk.output("cms-detached").exists()


def test_a_token_is_chosen_by_its_label(desk: SigningFolder, token: Token, store: Store) -> None:
    store.token()
    module, pin = ("--module", MODULE), ("--pin-file", store.pin)
    reported = desk.sign(*module, *pin).trouble
    assert "there are several tokens (choose with --token; there is: ARO " in reported
    assert "there is no token 'absent'" in desk.sign(*module, *pin, "--token", "absent").trouble


def test_there_is_no_token(
    desk: SigningFolder, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder := desk.folder / "empty").mkdir()
    monkeypatch.setenv("SOFTHSM2_CONF", str(Store(folder).configuration))
    assert "there is no token" in desk.sign("--module", MODULE, "--pin-file", store.pin).trouble


def test_a_wrong_pin_is_reported(desk: SigningFolder, token: Token) -> None:
    wrong = desk.secret("000000", "wrong.txt")
    reported = desk.sign(*token.options[:-1], wrong).trouble
    assert f"token {token.label}: the PIN is wrong (it was tried once" in reported
    assert desk.sign(*token.options).code == 0, "the right one is still taken"


def test_a_pin_of_the_wrong_length_or_kind(desk: SigningFolder, token: Token) -> None:
    for data in (b"\n", b"1\n", b"9" * 300 + b"\n"):
        reported = desk.sign(*token.options[:-1], desk.put("pin", data)).trouble
        assert "the PIN is wrong" in reported
    assert "is not UTF-8" in desk.sign(*token.options[:-1], desk.put("pin", b"\xff\n")).trouble
    reported = desk.sign(*token.options[:-1], desk.put("pin", b"9" * 5000)).trouble
    assert "more than 4,096 bytes" in reported


def test_files_that_are_not_libraries(desk: SigningFolder, store: Store) -> None:
    libc = next(Path("/").glob("lib/*/libc.so.6"), desk.file)
    for path in (desk.file, libc, desk.folder, desk.folder / "nowhere.so"):
        reported = desk.sign("--module", path, "--pin-file", store.pin).trouble
        assert "is not a PKCS #11 library" in reported
        assert "OS exception" not in reported


def test_the_package_is_wanted_for_tokens_alone(
    desk: SigningFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    reported = desk.sign("--module", "/nowhere.so").trouble
    assert "pip install 'tadp-conformance[token]'" in reported
    assert desk.sign(*desk.pair).code == 0


# --- What no token in software does ---------------------------------------------------------


@dataclass
class Card:
    """A card that is in for a token; what it was asked is noted."""

    flags: int = 0
    refuses: Exception | None = None
    label: str = "CARD"
    opened: list[object] = field(default_factory=list)

    def open(self, user_pin: object) -> Any:
        self.opened.append(user_pin)
        if self.refuses:
            raise self.refuses
        raise AssertionError("not to be opened")


@pytest.fixture
def insert(monkeypatch: pytest.MonkeyPatch) -> Callable[[Card], None]:
    pkcs11 = pytest.importorskip("pkcs11")

    def put(card: Card) -> None:
        card.flags |= pkcs11.TokenFlag.TOKEN_INITIALIZED
        slot = SimpleNamespace(get_token=lambda: card)
        library = SimpleNamespace(get_slots=lambda **_: [slot], finalize=lambda: None)
        monkeypatch.setattr(pkcs11, "lib", lambda _: library)

    return put


def test_a_locked_token_is_given_no_pin(
    desk: SigningFolder, insert: Callable[[Card], None]
) -> None:
    import pkcs11

    insert(card := Card(pkcs11.TokenFlag.USER_PIN_LOCKED))
    reported = desk.sign("--module", "m", "--pin-file", desk.secret()).trouble
    assert "the token is locked" in reported
    assert card.opened == []


def test_the_last_try_is_for_somebody_who_is_there(
    desk: SigningFolder, insert: Callable[[Card], None]
) -> None:
    import pkcs11

    insert(card := Card(pkcs11.TokenFlag.USER_PIN_FINAL_TRY))
    reported = desk.sign("--module", "m", "--pin-file", desk.secret()).trouble
    assert "the next wrong PIN locks token CARD" in reported
    assert card.opened == []


def test_who_types_a_pin_sees_how_many_tries_are_left(
    desk: SigningFolder, insert: Callable[[Card], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    import pkcs11

    asked: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or "1234")
    for flag, reported in {
        pkcs11.TokenFlag.USER_PIN_FINAL_TRY: "the last try",
        pkcs11.TokenFlag.USER_PIN_COUNT_LOW: "a wrong one was given before",
    }.items():
        insert(card := Card(flag, pkcs11.PinIncorrect()))
        assert "the PIN is wrong" in desk.sign("--module", "m").trouble
        assert card.opened == ["1234"]
        assert reported in asked.pop()


def test_a_pin_that_is_typed_on_the_reader_is_not_asked_for(
    desk: SigningFolder, insert: Callable[[Card], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    import pkcs11

    def never(_: str) -> str:
        raise AssertionError("asked for a PIN")

    monkeypatch.setattr("getpass.getpass", never)
    flag = pkcs11.TokenFlag.PROTECTED_AUTHENTICATION_PATH
    insert(card := Card(flag, pkcs11.FunctionCancelled()))
    assert "the token refused: FunctionCancelled" in desk.sign("--module", "m").trouble
    assert card.opened == [pkcs11.types.PROTECTED_AUTH]


def test_a_refusal_by_a_token_is_reported_and_the_pin_not_tried_again(
    desk: SigningFolder, insert: Callable[[Card], None]
) -> None:
    import pkcs11

    for error, reported in {
        pkcs11.PinLocked(): "the token is locked",
        pkcs11.PinExpired(): "the PIN has to be changed first",
        pkcs11.DeviceRemoved(): "the token refused: DeviceRemoved",
        pkcs11.UserPinNotInitialized(): "the token refused: UserPinNotInitialized",
    }.items():
        insert(card := Card(refuses=error))
        ran = desk.sign("--module", "m", "--pin-file", desk.secret())
        assert reported in ran.trouble
        assert len(card.opened) == 1


def test_a_key_that_wants_the_pin_for_each_signature_is_given_it(desk: SigningFolder) -> None:
    pkcs11 = pytest.importorskip("pkcs11")
    from conformance.preparation.token import TokenSigner

    given: list[object] = []

    class Key(dict[object, object]):
        key_type = pkcs11.KeyType.EC

        def sign(self, _: bytes, *, mechanism: object, pin: object) -> bytes:
            given.append((mechanism, pin))
            return bytes([1] * 64)

    for wanted, pin in ((True, "1234"), (False, None)):
        key = Key({pkcs11.Attribute.ALWAYS_AUTHENTICATE: wanted})
        TokenSigner("a card", desk.holder.der, (), key, "1234").sign(bytes(32), "sha256")
        assert given.pop() == (pkcs11.Mechanism.ECDSA, pin)
