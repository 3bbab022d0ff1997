"""The options that say with which key to sign, and the signer that they name."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from conformance.errors import TadpError

if TYPE_CHECKING:
    from conformance.signature.signer import Signer

#: The options by their names in the namespace, with those that one of them goes with.
_GOES_WITH = {
    "key": (),
    "pkcs12": (),
    "module": (),
    "certificate": ("key", "pkcs12", "module"),
    "passphrase_file": ("key", "pkcs12"),
    "token": ("module",),
    "key_label": ("module",),
    "key_id": ("module",),
    "pin_file": ("module",),
}
NAMES = tuple(_GOES_WITH)

_FILES = ("key", "pkcs12", "module", "certificate", "passphrase_file", "pin_file")
#: Options that say where the key is; one of them is required.
_SOURCES = ("key", "pkcs12", "module")


#: Options that people may try, and the right ones.
_TURNED_DOWN = {
    "passphrase": "--passphrase-file",
    "password": "--passphrase-file",
    "pin": "--pin-file",
}


class _Refused(argparse.Action):
    """A secret on the command line, where every user of the machine can read it."""

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        # The value given is not repeated.
        name = self.option_strings[0]
        raise TadpError(
            f"{name} would show a secret to everybody on this machine",
            remedy=f"leave it out to be asked for it, or use {_TURNED_DOWN[name[2:]]}",
        )


def add_options(parser: argparse.ArgumentParser, purpose: str = "") -> None:
    """Add the options to the parser of a command that signs; ``purpose`` begins their title."""
    add = parser.add_argument_group(f"{purpose}with a key in a file").add_argument
    add("--key", metavar="FILE", type=Path, help="private key, PEM or DER, encrypted or not")
    add("--certificate", metavar="FILE", type=Path,
        help="its certificate, wherever the key is; issuers behind it come along")  # fmt: skip
    add("--pkcs12", metavar="FILE", type=Path, help="key and certificates in one file: .p12, .pfx")
    add("--passphrase-file", metavar="FILE", type=Path,
        help="its first line is the passphrase (-: standard input); or be asked")  # fmt: skip
    add = parser.add_argument_group(f"{purpose}with a key on a token (PKCS #11)").add_argument
    add("--module", metavar="FILE", type=Path, help="the PKCS #11 library of the token's maker")
    add("--token", metavar="LABEL", help="label of the token, if there are several")
    add("--key-label", metavar="LABEL", help="label of the key, if there are several")
    add("--key-id", metavar="HEX", help="id of the key, if there are several")
    add("--pin-file", metavar="FILE", type=Path,
        help="its first line is the PIN (-: standard input); or be asked")  # fmt: skip
    for name in _TURNED_DOWN:
        parser.add_argument(f"--{name}", nargs="?", action=_Refused, help=argparse.SUPPRESS)


@contextmanager
def signer_of(options: argparse.Namespace) -> Iterator[Signer]:
    """The signer that the options name; a token is let go at the end.

    Raises:
        TadpError: the options do not go together, or the key cannot be used.
    """
    require_source(options)
    from conformance.preparation.secret import Ask

    passphrase = Ask(options.passphrase_file, "--passphrase-file")
    if options.module is not None:
        from conformance.preparation.token import TokenKey, token_signer

        which = TokenKey(options.module, options.token, options.key_label, _identifier(options))
        pin = Ask(options.pin_file, "--pin-file")
        with token_signer(which, options.certificate, pin) as on_token:
            yield on_token
        return
    from conformance.preparation.key_file import key_signer, pkcs12_signer

    if options.pkcs12 is not None:
        yield pkcs12_signer(options.pkcs12, options.certificate, passphrase)
    else:
        yield key_signer(options.key, options.certificate, passphrase)


def require_source(options: argparse.Namespace) -> None:
    """Complain of options that do not say where just one key is.

    Raises:
        TadpError: they do not.
    """
    given = [name for name in NAMES if getattr(options, name) is not None]
    sources = [name for name in _SOURCES if name in given]
    if len(sources) != 1:
        many = "give just one of" if sources else "with which key? Give one of"
        raise TadpError(f"{many} {_options(_SOURCES)}")
    for name in given:
        if _GOES_WITH[name] and not set(sources) & set(_GOES_WITH[name]):
            raise TadpError(f"{_options([name])} goes with {_options(_GOES_WITH[name])}")
    if sources == ["key"] and options.certificate is None:
        raise TadpError("--key wants --certificate, the certificate that was issued for it")


def files_of(options: argparse.Namespace) -> list[Path]:
    """The files that the options name."""
    return [path for name in _FILES if (path := getattr(options, name)) is not None]


def _options(names: Sequence[str]) -> str:
    *others, last = (f"--{name.replace('_', '-')}" for name in names)
    return f"{', '.join(others)} or {last}" if others else last


def _identifier(options: argparse.Namespace) -> bytes | None:
    if options.key_id is None:
        return None
    try:
        return bytes.fromhex(options.key_id.replace(":", ""))
    except ValueError:
        raise TadpError("is not an id in hexadecimal digits", where="--key-id") from None
