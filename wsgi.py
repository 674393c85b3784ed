"""Where `flask …` and servers find the application."""

from app import create_app

__all__ = ["create_app"]
