"""The configuration of Sphinx, which reads it beside the sources that ``staging`` makes."""

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

from conformance import __version__

project = "TADP conformance"
version = release = __version__
html_title = f"{project} {version}"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

html_theme = "furo"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_show_copyright = False
templates_path: list[str] = []

# As GitHub makes them, so that links hold there too.
myst_heading_anchors = 4

# Docstrings are short: single backticks are for code there.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_default_options = {
    "members": True,
    "undoc-members": True,
    "exclude-members": "__new__",
}
autodoc_typehints_format = "short"
autodoc_class_signature = "separated"
maximum_signature_line_length = 88
python_use_unqualified_type_names = True
# Names that are not public, or of another package, have no page.
nitpick_ignore_regex = [(r"py:.*", r"(?!conformance\.[A-Z]).*")]


def setup(app: Sphinx) -> None:
    """Show rows of CSV as they are: Pygments has no language of that name."""
    app.add_lexer("csv", TextLexer)
