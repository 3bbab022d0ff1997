"""The line of standard error that gives the cause, from any runtime."""

from __future__ import annotations

import pytest

from conformance.assessment.standard_error import cause_line, has_crashed

NODE = """\
/srv/rcv.js:4
if (new Set(r).size !== r.length) throw new TypeError("x");
                                  ^

TypeError: Cannot read properties of undefined (reading 'x')
    at Object.<anonymous> (/srv/rcv.js:4:41)
    at Module._compile (node:internal/modules/cjs/loader:1356:14)
    at node:internal/main/run_main_module:28:49

Node.js v18.19.0
"""
NODE_WITH_CODE = """\
node:internal/fs/utils:350
    throw err;
    ^

Error: ENOENT: no such file or directory, open '/x'
    at Object.openSync (node:fs:596:3) {
  errno: -2,
  syscall: 'open',
  code: 'ENOENT',
  path: '/x'
}

Node.js v18.19.0
"""
NODE_TEXT = """\
/srv/x.js:1
throw "boom"
^
boom
(Use `node --trace-uncaught ...` to show where the exception was thrown)

Node.js v18.19.0
"""
PYTHON = """\
starting
Traceback (most recent call last):
  File "/srv/a.py", line 3, in <module>
    f()
KeyError: 'a'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/a.py", line 5, in <module>
    raise ValueError("odd\\nand more")
ValueError: odd
and more
"""
PYTHON_SYNTAX = """\
  File "/srv/a.py", line 1
    def
       ^
SyntaxError: invalid syntax
"""
JAVA = """\
Exception in thread "main" java.lang.IllegalStateException: odd
\tat Receiver.check(Receiver.java:12)
\tat Receiver.main(Receiver.java:5)
Caused by: java.io.IOException: the disk is full
\tat Receiver.read(Receiver.java:20)
\t... 2 more
"""
JAVA_BARE = """\
Exception in thread "main" java.lang.IllegalStateException: odd
Caused by: java.io.IOException: the disk is full
"""
JAVA_TWICE = JAVA.replace("Caused", "Caused by: java.util.NoSuchElementException: why\nCaused")
DOTNET = """\
Unhandled exception. System.InvalidOperationException: odd
 ---> System.IO.IOException: the disk is full
   --- End of inner exception stack trace ---
   at Receiver.Main(String[] args) in /srv/Receiver.cs:line 4
Aborted (core dumped)
"""
GO = """\
panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.main()
\t/srv/main.go:6 +0x1d
exit status 2
"""
RUST = """\
thread 'main' panicked at src/main.rs:2:5:
odd
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
"""
RUST_CUT = "thread 'main' panicked at src/main.rs:2:5:\n\n"
RUBY = """\
/srv/a.rb:1:in `f': odd (RuntimeError)
\tfrom /srv/a.rb:3:in `<main>'
"""
PHP = """\
PHP Fatal error:  Uncaught Exception: odd in /srv/a.php:3
Stack trace:
#0 {main}
  thrown in /srv/a.php on line 3
"""
CPP = """\
terminate called after throwing an instance of 'std::runtime_error'
  what():  odd
Aborted (core dumped)
"""


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        (NODE, "TypeError: Cannot read properties of undefined (reading 'x')"),
        (NODE_WITH_CODE, "Error: ENOENT: no such file or directory, open '/x'"),
        (NODE_TEXT, "boom"),
        (PYTHON, "ValueError: odd"),
        (DOTNET, "Unhandled exception. System.InvalidOperationException: odd"),
        (GO, "panic: runtime error: index out of range [5] with length 3"),
        (RUST, "thread 'main' panicked at src/main.rs:2:5: odd"),
        (RUBY, "/srv/a.rb:1:in `f': odd (RuntimeError)"),
        (PHP, "PHP Fatal error:  Uncaught Exception: odd in /srv/a.php:3"),
        *((text, 'Exception in thread "main" java.lang.IllegalStateException: odd; '
           "Caused by: java.io.IOException: the disk is full")
          for text in (JAVA, JAVA_BARE, JAVA_TWICE)),
        (RUST_CUT, "thread 'main' panicked at src/main.rs:2:5:"),
        (CPP, "terminate called after throwing an instance of 'std::runtime_error' what():  odd"),
    ],
)  # fmt: skip
def test_a_crash_is_seen_and_reported_in_its_own_words(text: str, reported: str) -> None:
    assert cause_line(text) == reported
    assert has_crashed(text)


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        (PYTHON_SYNTAX, "SyntaxError: invalid syntax"),
        ("one\n two \n\n", "two"),
        ("\n \n", ""),
        ("", ""),
        ("odd at a.pl line 1.\n", "odd at a.pl line 1."),
        # Nothing but a stack: better than nothing.
        ("    at f (a.js:1:2)\n", "at f (a.js:1:2)"),
        ("x" * 300, "x" * 200),
    ],
)
def test_else_it_is_the_last_line_that_is_not_of_a_stack(text: str, reported: str) -> None:
    assert cause_line(text) == reported


@pytest.mark.parametrize("text", ["", "rejected: odd\n", "warning: at line 3 of adt.csv\n"])
def test_a_line_written_for_people_is_not_a_crash(text: str) -> None:
    assert not has_crashed(text)
