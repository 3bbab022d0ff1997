"""Fuzzing of the readers, guided by coverage: ``python -m tests.hostile.fuzz TARGET --seconds N``.

It needs atheris (``tox -e fuzz-readers``). What reaches further is kept in ``.fuzz/TARGET/``, from
where the next run goes on. What makes a reader fail is written to ``tests/hostile/corpus/TARGET/``,
from where ``test_readers.py`` puts it again.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import sys
from pathlib import Path

from tests.hostile.mutation import mutated_json

#: Modules that are measured: our code, and the readers of the standard library that it uses.
MEASURED = ["conformance", "email", "json.decoder", "http.client"]
KEPT = Path(__file__).parent / "corpus"
ROOT = Path(__file__).parents[2]
#: Seconds for one input, also on a busy machine; most take some hundredths of a second.
TIMEOUT = 120


def main() -> int:
    """Fuzz one target until the time is over or something is found."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.fuzz", description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--longest", type=int, default=1 << 15, help="bytes of an input at most")
    parser.add_argument("--corpus", type=Path, help="keep what reaches further in another folder")
    options = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: pip install atheris", file=sys.stderr)
        return 2
    import atheris

    with atheris.instrument_imports(include=MEASURED):
        from tests.hostile.targets import TARGETS

    if options.target not in TARGETS:
        print(f"no target {options.target!r}; one of: {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    target = TARGETS[options.target]
    found = KEPT / target.name
    found.mkdir(parents=True, exist_ok=True)
    corpus = options.corpus or ROOT / ".fuzz" / target.name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    settings = {
        "max_total_time": options.seconds,
        "max_len": options.longest,
        "timeout": TIMEOUT,
        "rss_limit_mb": 2048,
        "artifact_prefix": f"{found}/",
        "print_final_stats": 1,
    }
    words = [f"-{name}={value}" for name, value in settings.items()]

    def put(data: bytes) -> None:
        target.put(data)

    def change(data: bytes, longest: int, seed: int) -> bytes:
        changed = mutated_json(data, seed) if seed % 4 else None
        return (changed or atheris.Mutate(data, longest))[:longest]

    words = [sys.argv[0], *words, str(corpus), str(found)]
    atheris.Setup(words, put, custom_mutator=change if target.is_json else None)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
