"""Settings of Sphinx for the site of these documents; tools/make_site.py says what it reads."""

from typing import Any

from wwanreplay import __version__

project = "wwanreplay"
release = __version__
root_doc = "README"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
html_theme = "alabaster"  # comes with Sphinx, and a page costs half of what others take
html_theme_options = {
    "description": "record and replay mobile broadband devices",
    "fixed_sidebar": True,
    "page_width": "72rem",
    "sidebar_includehidden": True,
}
html_title = f"wwanreplay {release}"
html_copy_source = False
html_show_sourcelink = False
# Anchors of headings, as the links of the documents use them.
myst_heading_anchors = 4
# Code in docstrings stands between single backticks.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "description"
# Alternatives of a console block and the like are no language that Pygments knows.
suppress_warnings = ["misc.highlighting_failure"]


def mark_examples(*event: Any) -> None:
    """Say of what is indented in a docstring that it is an example, not a quotation."""
    lines: list[str] = event[-1]
    marked: list[str] = []
    inside = False
    for line in lines:
        is_indented = line.startswith("    ")
        if is_indented and not inside and (not marked or not marked[-1].strip()):
            marked += ["::", ""]
            inside = True
        inside = inside and (is_indented or not line.strip())
        marked.append(line)
    lines[:] = marked


def setup(app: Any) -> None:
    """Sphinx calls this at its start."""
    app.connect("autodoc-process-docstring", mark_examples)
