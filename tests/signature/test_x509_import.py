"""The import of ``cryptography.x509``, and the expression that is compiled when it is used."""

from __future__ import annotations

import subprocess
import sys

#: Prints how many expressions with a range over all of Unicode are compiled by ``{work}``.
_COUNTED = """
import re._compiler, sys
compile, counted = re._compiler.compile, []
def noted(pattern, flags=0):
    counted.append(isinstance(pattern, str) and chr(sys.maxunicode) in pattern)
    return compile(pattern, flags)
re._compiler.compile = noted
{work}
print(sum(counted))
"""
_OURS = "from conformance.signature.x509_import import import_x509; import_x509()"
_USED = "from cryptography import x509; x509.Name.from_rfc4514_string('CN=a')"


def compiled(work: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _COUNTED.format(work=work)], capture_output=True, check=True
    )
    return int(done.stdout)


def test_the_expression_for_names_in_text_is_not_compiled_when_a_certificate_is_read() -> None:
    read = (
        "from conformance.signature.certificate import parse\ntry: parse(b'')\nexcept ValueError: "
    )
    assert compiled("import cryptography.x509") == 1
    assert compiled(f"{read}import cryptography.x509") == 0


def test_it_is_compiled_for_who_reads_such_a_name() -> None:
    assert compiled(f"{_OURS}\n{_USED}") >= 1


def test_expressions_are_compiled_as_ever_after_it() -> None:
    after = "import re; assert type(re.compile('[a-' + chr(sys.maxunicode) + ']')) is re.Pattern"
    assert compiled(f"{_OURS}\n{after}") == 1
