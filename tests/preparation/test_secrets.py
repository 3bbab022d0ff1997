"""Keys, passphrases and PINs are in nothing that the program writes, shows or is started with."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.preparation.desk import PASSPHRASE, SigningFolder, private_pem
from tests.preparation.softhsm import MODULE, PIN, Store, Token
from tests.sampling import one_in

TADP = (sys.executable, "-m", "conformance")
WRONG = "Wrong-Horse-9144"


def secrets_of(desk: SigningFolder) -> list[bytes]:
    """All that must not be seen: as it is in the files, and as numbers."""
    body = private_pem(desk.holder.key).splitlines()[1:-1]
    numbers = desk.holder.key.private_numbers()  # type: ignore[union-attr]
    value = getattr(numbers, "private_value", None) or numbers.d
    return [
        PASSPHRASE.encode(),
        WRONG.encode(),
        PIN.encode(),
        *body,
        f"{value:x}".encode(),
        str(value).encode(),
    ]


def tadp(
    desk: SigningFolder, *words: object, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run ``tadp sign`` where there is no terminal, with the traceback of every error."""
    ran = subprocess.run(
        [*TADP, "sign", desk.file, "--profile", desk.profile, *map(str, words)],
        input=stdin,
        capture_output=True,
        check=False,
        start_new_session=True,
        env={**os.environ, "TADP_TRACEBACK": "1"},
    )
    said = ran.stdout + ran.stderr
    for secret in secrets_of(desk):
        assert secret not in said, said.decode()
    return ran


def cases(desk: SigningFolder) -> dict[str, tuple[object, ...]]:
    desk.key.write_bytes(private_pem(desk.holder.key, PASSPHRASE))
    bundle = desk.pkcs12(PASSPHRASE)
    right, wrong = desk.secret(), desk.secret(WRONG, "wrong.txt")
    binary = desk.put("binary.txt", b"\xff" + PASSPHRASE.encode())
    long = desk.put("long.txt", PASSPHRASE.encode() * 400)
    other = desk.put("other.pem", desk.issue(name=desk.root.certificate.subject).pem)
    return {
        "the passphrase is wrong": (*desk.pair, "--passphrase-file", wrong),
        "the passphrase is wrong,": ("--pkcs12", bundle, "--passphrase-file", wrong),
        "or the file is damaged": ("--pkcs12", bundle, "--passphrase-file", binary),
        "bytes": ("--pkcs12", bundle, "--passphrase-file", long),
        "no terminal": desk.pair,
        "no terminal to ask": ("--pkcs12", bundle),
        "--passphrase-file: cannot be read": (*desk.pair, "--passphrase-file", PASSPHRASE),
        "would show a secret": (*desk.pair, "--passphrase", PASSPHRASE),
        "would show a secret ": (*desk.pair, f"--passphrase={PASSPHRASE}"),
        "or use --passphrase-file": (*desk.pair, "--password", PASSPHRASE),
        "would show a secret to": ("--module", "m", "--pin", PIN),
        "holds no private key": ("--key", right, "--certificate", desk.certificate),
        "holds no certificate": ("--key", desk.key, "--certificate", right),
        "CONFORMS|DEPARTS": ("--key", desk.key, "--certificate", other,
            "--passphrase-file", right),
    }  # fmt: skip


# The output does not depend on the kind of key: tox -e whole tries the other.
@pytest.mark.parametrize("algorithm", ["ecdsa", pytest.param("rsa", marks=pytest.mark.whole)])
def test_no_error_shows_a_secret(tmp_path: Path, algorithm: str) -> None:
    desk = SigningFolder(tmp_path, algorithm)
    for reported, words in cases(desk).items():
        ran = tadp(desk, *words)
        assert ran.returncode != 0
        assert re.search(reported.strip(" ,"), (ran.stdout + ran.stderr).decode()), reported
    before = desk.names()
    assert tadp(desk, *desk.pair, "--passphrase-file", desk.secret()).returncode == 0
    assert desk.names() - before == {"adt.csv.p7s"}
    for secret in secrets_of(desk):
        assert secret not in desk.output("cms-detached").read_bytes()


def test_no_error_of_a_token_shows_a_secret(desk: SigningFolder, store: Store) -> None:
    token = store.token()
    token.add_key(desk.holder, "signing", "a1")
    *words, right = token.options
    wrong = desk.secret(WRONG, "wrong.txt")
    for reported, options in {
        "the PIN is wrong": (*words, wrong),
        "no terminal": words[:-1],
        "has no certificate": (*words, right),
        "has no such key": (*words, right, "--key-label", "x"),
        "is not UTF-8": (*words, desk.put("odd.txt", b"\xff" + PIN.encode())),
    }.items():
        ran = tadp(desk, *options)
        assert ran.returncode != 0
        assert reported in ran.stderr.decode()
    assert tadp(desk, *words, right, "--certificate", desk.certificate).returncode == 0


@pytest.mark.parametrize(
    "option",
    one_in(2, [
        "--pass={}", "--pass {}", "--passw={}", "--pa={}", "--pi={}", "--p={}", "--passphrase-f={}",
        "--passin {}", "--passin=pass:{}", "--pinfile={}", "--PIN={}", "--user-pin {}",
        "-p {}", "-p{}", "-p={}", "{}", "--passphrase-file={}", "--passphrase-file pass:{}",
        "--passphrase-file env:{}",
    ]),
)  # fmt: skip
def test_no_slip_of_an_option_shows_the_secret_that_was_given_with_it(
    desk: SigningFolder, option: str
) -> None:
    bundle = desk.pkcs12(PASSPHRASE)
    ran = tadp(desk, "--pkcs12", bundle, *option.format(PASSPHRASE).split())
    assert ran.returncode != 0
    assert not desk.output("cms-detached").exists()


@pytest.mark.parametrize("end", [b"", b"\r\n"])
def test_a_file_with_a_byte_order_mark_has_the_same_secret(desk: SigningFolder, end: bytes) -> None:
    file = desk.put("secret.txt", b"\xef\xbb\xbf" + PASSPHRASE.encode() + end)
    words = ("--pkcs12", desk.pkcs12(PASSPHRASE), "--passphrase-file", file)
    ran = tadp(desk, *words)
    assert ran.returncode == 0, ran.stderr


def test_a_secret_can_come_by_standard_input(desk: SigningFolder) -> None:
    words = ("--pkcs12", desk.pkcs12(PASSPHRASE), "--passphrase-file", "-")
    assert tadp(desk, *words, stdin=f"{PASSPHRASE}\nmore".encode()).returncode == 0


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc here")
@pytest.mark.parametrize("kind", ["passphrase", "pin"])
def test_a_typed_secret_is_not_shown_anywhere(
    desk: SigningFolder, kind: str, request: pytest.FixtureRequest
) -> None:
    if kind == "pin":
        store: Store = request.getfixturevalue("store")
        token = Token(store, store.token().label)
        token.add_key(desk.holder, "signing", "a1")
        secret: str = PIN
        words: tuple[object, ...] = (*token.options[:-2], "--certificate", desk.certificate)
    else:
        desk.key.write_bytes(private_pem(desk.holder.key, PASSPHRASE))
        secret, words = PASSPHRASE, desk.pair
    shown = typed(desk, secret, *words)
    assert f"{kind}".upper() in shown.upper(), "it was asked for"
    assert "signed by ARO 1" in shown
    for one in secrets_of(desk):
        assert one.decode() not in shown
    assert MODULE is None or desk.output("cms-detached").exists()


def typed(desk: SigningFolder, secret: str, *words: object) -> str:
    """All that a terminal shows when ``secret`` is typed on it."""
    own, theirs = os.openpty()
    # The first thing in a session of its own that opens a terminal gets it.
    start = "import os, sys; os.login_tty(0); os.execv(sys.executable, sys.argv[1:])"
    command = [*TADP, "sign", desk.file, "--profile", desk.profile, *map(str, words)]
    process = subprocess.Popen(
        [sys.executable, "-c", start, *map(str, command)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while not shown.endswith(b": "):
            shown += os.read(own, 1000)
        started = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        around = Path(f"/proc/{process.pid}/environ").read_bytes()
        assert secret.encode() not in started + around
        os.write(own, f"{secret}\n".encode())
        while block := _read(own):
            shown += block
    finally:
        assert process.wait() == 0, shown
        os.close(own)
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1000)
    except OSError:  # as Linux says that no one is there any more
        return b""
