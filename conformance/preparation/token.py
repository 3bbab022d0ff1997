"""Private keys on tokens: smart cards, HSMs and the like, through PKCS #11.

The key never leaves the token, which is given digests to sign. A PIN is given to it once: a
wrong one is not tried again, since a few of them lock a token for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from msgspec import Struct

from conformance.errors import TadpError
from conformance.inputs import look_at
from conformance.phrases import listed
from conformance.preparation.key_file import read_certificates
from conformance.preparation.secret import Ask
from conformance.signature.signer import issuers_among
from conformance.signature.writing.signer_info import digest_info

if TYPE_CHECKING:
    import pkcs11


class TokenKey(Struct, frozen=True):
    """Which key of which token: ``module`` is the PKCS #11 library of the token's maker.

    What is None is not asked for, and has to be the only one there is.
    """

    module: Path
    token: str | None = None
    label: str | None = None
    identifier: bytes | None = None


@dataclass(frozen=True, slots=True)
class TokenSigner:
    """A key on a token, with its certificate; see ``Signer``."""

    source: str
    certificate: bytes
    issuers: tuple[bytes, ...]
    key: Any = field(repr=False)
    #: Asked for once more by keys that want it for each signature.
    pin: str | None = field(repr=False)

    @property
    def pss(self) -> bool:
        """Return that it signs with RSA PKCS #1 v1.5."""
        return False

    def with_pss(self) -> TokenSigner:
        """Refuse RSA-PSS; see ``Signer``."""
        raise TadpError(
            "the profile wants RSA-PSS, which is not written here with a key on a token",
            where=self.source,
            remedy="sign with a key in a file",
        )

    def sign(self, digest: bytes, algorithm: str) -> bytes:
        """The signature over what has ``digest``; see ``Signer``."""
        from pkcs11 import Attribute, KeyType, Mechanism, PKCS11Error

        try:
            again = self.pin if _attribute(self.key, Attribute.ALWAYS_AUTHENTICATE) else None
            if self.key.key_type == KeyType.RSA:
                info = digest_info(algorithm, digest)
                return bytes(self.key.sign(info, mechanism=Mechanism.RSA_PKCS, pin=again))
            both = bytes(self.key.sign(digest, mechanism=Mechanism.ECDSA, pin=again))
        except PKCS11Error as error:
            raise _refused(error, self.source) from None
        half = len(both) // 2
        return encode_dss_signature(int.from_bytes(both[:half]), int.from_bytes(both[half:]))


@contextmanager
def token_signer(which: TokenKey, certificate: Path | None, pin: Ask) -> Iterator[TokenSigner]:
    """The signer with a key on a token; logged in until the end.

    ``certificate`` is a file, for a token that does not hold the certificate of the key.

    Raises:
        TadpError: there is no such library, token, key or certificate, or not just one; or the
            PIN is wrong.
    """
    from_file = read_certificates(certificate) if certificate is not None else None
    library = _library(which.module)
    from pkcs11 import PKCS11Error

    try:
        token = _token(library, which)
        text = _pin(token, pin)
        with _session(token, text) as session:
            key = _key(session, which, token.label)
            own, others = _certificates(session, key, token.label, from_file)
            source = f"token {token.label}, key {_title(key)}"
            yield TokenSigner(source, own, issuers_among(own, others), key, text)
    except PKCS11Error as error:
        raise _refused(error, str(which.module)) from None
    finally:
        with suppress(PKCS11Error):  # a token that was taken out has nothing to end
            library.finalize()


def _library(module: Path) -> Any:
    try:
        import pkcs11
    except ImportError:
        raise TadpError(
            "keys on tokens want the package python-pkcs11",
            remedy="pip install 'tadp-conformance[token]'",
        ) from None
    # With a folder in it, or the system would look for it where it pleases.
    if module.exists():
        look_at(module)  # a pipe would be waited for
    path = str(module.absolute())
    try:
        return pkcs11.lib(path)
    except pkcs11.PKCS11Error as error:
        reason = str(error).replace(f"OS exception while loading {path}: ", "")
        reason = reason.removeprefix(f"{path}: ") or type(error).__name__
        raise TadpError(
            f"is not a PKCS #11 library that can be used: {reason}",
            where=str(module),
            remedy="the maker of the token says what it is called; for SoftHSM, libsofthsm2.so",
        ) from None


def _token(library: Any, which: TokenKey) -> pkcs11.Token:
    from pkcs11 import PKCS11Error, TokenFlag

    found: list[pkcs11.Token] = []
    for slot in library.get_slots(token_present=True):
        try:
            token = slot.get_token()
        except PKCS11Error:
            continue  # taken out just now, or of a kind that the library does not know
        if token.flags & TokenFlag.TOKEN_INITIALIZED:
            found.append(token)
    fitting = [one for one in found if which.token in (None, one.label)]
    names = _listed(one.label for one in found)
    if not found:
        raise TadpError("there is no token", where=str(which.module), remedy="is it plugged in?")
    if not fitting:
        raise TadpError(f"there is no token {which.token!r}", remedy=f"there is: {names}")
    if len(fitting) > 1:
        what = "there are several tokens" if which.token is None else "several tokens have the name"
        raise TadpError(what, remedy=f"choose with --token; there is: {names}")
    return fitting[0]


def _pin(token: pkcs11.Token, pin: Ask) -> str | None:
    """The PIN, or None if it is not for this program to ask for: it is typed on the token."""
    from pkcs11 import TokenFlag

    if token.flags & TokenFlag.USER_PIN_LOCKED:
        remedy = "whoever manages the token can unlock it"
        raise TadpError("the token is locked", where=f"token {token.label}", remedy=remedy)
    if token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH:
        return None
    what = f"PIN of token {token.label}"
    if token.flags & TokenFlag.USER_PIN_FINAL_TRY:
        if pin.unattended:
            remedy = "leave the option out, and type the PIN"
            raise TadpError(
                f"the next wrong PIN locks token {token.label}, so that none is taken from a file",
                remedy=remedy,
            )
        what += " (the last try: a wrong one locks it)"
    elif token.flags & TokenFlag.USER_PIN_COUNT_LOW and not pin.unattended:
        what += " (a wrong one was given before; a few lock it)"
    return pin(what).text("PIN")


def _session(token: pkcs11.Token, pin: str | None) -> pkcs11.Session:
    import pkcs11

    where = f"token {token.label}"
    try:
        return token.open(user_pin=pkcs11.types.PROTECTED_AUTH if pin is None else pin)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        remedy = "it was tried once; a few wrong ones lock the token"
        raise TadpError("the PIN is wrong", where=where, remedy=remedy) from None
    except pkcs11.PinLocked:
        remedy = "whoever manages the token can unlock it"
        raise TadpError("the token is locked", where=where, remedy=remedy) from None
    except pkcs11.PinExpired:
        raise TadpError("the PIN has to be changed first", where=where) from None


def _key(session: pkcs11.Session, which: TokenKey, token: str) -> Any:
    from pkcs11 import Attribute, KeyType, ObjectClass

    # A list: a search that goes on keeps the token from doing anything else.
    found = [
        one
        for one in list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
        if _attribute(one, Attribute.KEY_TYPE) in (KeyType.RSA, KeyType.EC)
        and _attribute(one, Attribute.SIGN) is not False
    ]
    fitting = [
        one
        for one in found
        if which.label in (None, _label(one)) and which.identifier in (None, _identifier(one))
    ]
    where, names = f"token {token}", _listed(map(_title, found))
    if not found:
        raise TadpError("has no RSA or EC key that can sign", where=where)
    if not fitting:
        raise TadpError("has no such key", where=where, remedy=f"there is: {names}")
    if len(fitting) > 1:
        remedy = f"choose with --key-label or --key-id; there is: {names}"
        raise TadpError("has several keys that it could be", where=where, remedy=remedy)
    return fitting[0]


def _certificates(
    session: pkcs11.Session, key: Any, token: str, given: list[bytes] | None
) -> tuple[bytes, list[bytes]]:
    """The certificate of the key, and others among which its issuers may be."""
    from pkcs11 import Attribute, ObjectClass

    held: list[tuple[bytes, bytes]] = []
    for one in list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})):
        value = _attribute(one, Attribute.VALUE)
        if value:
            held.append((_identifier(one), bytes(value)))
    ders = [der for _, der in held]
    if given is not None:
        return given[0], [*given[1:], *ders]
    own = [der for identifier, der in held if identifier == _identifier(key)]
    if len(own) != 1:
        number = "several certificates" if own else "no certificate"
        raise TadpError(
            f"has {number} with the id of the key {_title(key)}",
            where=f"token {token}",
            remedy="give the right one with --certificate",
        )
    return own[0], [der for der in ders if der != own[0]]


def _attribute(one: Any, attribute: pkcs11.Attribute) -> Any:
    """An attribute of an object on a token; None if it has none that can be read."""
    from pkcs11 import PKCS11Error

    try:
        return one[attribute]
    except (PKCS11Error, NotImplementedError, ValueError):
        return None


def _label(one: Any) -> str:
    from pkcs11 import Attribute

    return str(_attribute(one, Attribute.LABEL) or "")


def _identifier(one: Any) -> bytes:
    from pkcs11 import Attribute

    return bytes(_attribute(one, Attribute.ID) or b"")


def _title(key: Any) -> str:
    """A key as people choose it, by its label and id."""
    return f"{_label(key)!r} (id {_identifier(key).hex() or 'none'})"


def _listed(names: Iterable[str]) -> str:
    return listed(sorted(names), 8)


def _refused(error: Exception, where: str) -> TadpError:
    """Return the error of the library, with the name that PKCS #11 gives it."""
    said = f": {error}" if str(error) else ""
    return TadpError(f"the token refused: {type(error).__name__}{said}", where=where)
