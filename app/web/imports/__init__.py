"""Import review: bring an appendix, see the paper beside what was understood, settle the findings, keep the set."""

from app.web.imports import keeping, reviewing, ruling, starting
from app.web.imports.pages import blueprint

__all__ = ["blueprint", "keeping", "reviewing", "ruling", "starting"]
