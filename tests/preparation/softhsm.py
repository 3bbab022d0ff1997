"""Tokens in software, which touch nothing outside the tests' own folders."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.preparation.desk import private_pem
from tests.signature.pki import Holder

_PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
MODULE = next((Path(place) for place in _PLACES if Path(place).exists()), None)
PIN = "8246193757"


class Store:
    """A store of tokens; ``SOFTHSM2_CONF`` has to name its ``configuration``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.configuration = folder / "softhsm2.conf"
        (folder / "tokens").mkdir()
        self.configuration.write_text(
            f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n"
        )
        self.pin = folder / "pin.txt"
        self.pin.write_text(f"{PIN}\n")
        self._labels = 0

    def token(self) -> Token:
        """Return a new token with a label of its own."""
        self._labels += 1
        label = f"ARO {self._labels}"
        self.run("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "12345678")
        return Token(self, label)

    def run(self, *words: object) -> None:
        subprocess.run(
            ["softhsm2-util", *map(str, words)],
            env={**os.environ, "SOFTHSM2_CONF": str(self.configuration)},
            check=True,
            capture_output=True,
        )


class Token:
    """A token of a store."""

    def __init__(self, store: Store, label: str) -> None:
        self.store, self.label = store, label

    @property
    def options(self) -> tuple[object, ...]:
        """The options of ``tadp sign`` that name the token, with the right PIN."""
        assert MODULE is not None
        return ("--module", MODULE, "--token", self.label, "--pin-file", self.store.pin)

    def add_key(self, holder: Holder, label: str, identifier: str) -> None:
        file = self.store.folder / "import.pem"
        file.write_bytes(private_pem(holder.key))
        self.store.run("--import", file, "--token", self.label, "--label", label,
            "--id", identifier, "--pin", PIN)  # fmt: skip
        file.unlink()

    def add_certificate(self, holder: Holder, identifier: str) -> None:
        import pkcs11
        from pkcs11 import Attribute
        from pkcs11.util.x509 import decode_x509_certificate

        library = pkcs11.lib(str(MODULE))
        try:
            with library.get_token(token_label=self.label).open(rw=True, user_pin=PIN) as session:
                session.create_object(
                    {
                        **decode_x509_certificate(holder.der),
                        Attribute.TOKEN: True,
                        Attribute.LABEL: "certificate",
                        Attribute.ID: bytes.fromhex(identifier),
                    }
                )
        finally:
            library.finalize()
