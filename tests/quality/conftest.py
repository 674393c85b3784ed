"""The application of the pages, for questions about its routes and commands."""

from tests.web.conftest import built, pages_template, portal, sign_in, world

__all__ = ["built", "pages_template", "portal", "sign_in", "world"]
