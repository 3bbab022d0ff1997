"""The visible text of a message in HTML: references are looked for only there."""

from __future__ import annotations

import pytest

from conformance.submission.visible_text import visible_text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("REQ1", "REQ1"),
        ("<p>see REQ1</p><p>bye", "see REQ1\nbye"),
        ("<p>REQ<b>000</b>001&nbsp;&amp;c</p>", "REQ000001 &c"),
        ("REQ&#8203;1 R&shy;EQ2", "REQ1 REQ2"),
        ("a<!-- REQ1 -->b", "ab"),
        ("a<!--[if mso]><p>REQ1</p><![endif]-->b<![if !mso]>c<![endif]>", "abc"),
        ("<head><title>REQ1</title></head><body>x</body>", "x"),
        ("<head><meta x><title>REQ1<body>x", "x"),
        ("<head>REQ1<style>REQ2</style></head>x", "REQ1x"),
        ("<style>REQ1</style><script>'</p>REQ1'</script>x", "x"),
        ('<a href="REQ1" title="REQ1">x</a><img alt="REQ1">', "x"),
        ('<a title="1 > 2 REQ1">x</a>', "x"),
        ('<div style="display:none">REQ1<div>REQ2</div>REQ3</div>x', "x"),
        ("<span style='color:red; visibility : hidden'>REQ1</span>x", "x"),
        ('<p style="font-size:0px;">REQ1</p><p style="font-size:10px">x</p>', "x"),
        ("<p hidden>REQ1</p><p class=hiddenness>x", "x"),
        ("<div hidden>REQ1<br>REQ2<p>REQ3</div>x", "x"),
        ("1 < 2 <3 REQ1", "1 < 2 <3 REQ1"),
        ("1 <<b>2</b>", "1 <2"),
        ("x<a never closed REQ1", "x"),
        ("x<!-- never closed REQ1", "x"),
        ('x<a "never closed>y', "xy"),
        ("", ""),
    ],
)
def test_text_is_as_a_person_sees_it(page: str, text: str) -> None:
    assert visible_text(page) == text


@pytest.mark.parametrize("name", ["img", "meta", "wbr"])
def test_an_element_without_content_hides_nothing_behind_it(name: str) -> None:
    assert visible_text(f'<{name} style="display:none">REQ1') == "REQ1"


@pytest.mark.parametrize(
    "piece", ["<", "<!--", '<a "', "<a '>", "<div hidden>", "</div>", "<p style=", "<a style='"]
)
def test_a_long_page_of_what_is_never_closed_is_read_in_one_go(piece: str) -> None:
    # By the square of its length it would take hours.
    seen = visible_text("REQ1 " + piece * ((1 << 19) // len(piece)))
    assert seen.startswith("REQ1")
