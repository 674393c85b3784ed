"""Configuration from the environment, with safe embedded defaults.

Production refuses to start on a secret it was not given, and on a clock that is not the machine's.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent


class ConfigurationError(RuntimeError):
    """The environment asks for something the portal must not start with."""


def load(environ: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the settings the environment asks for. Raises ConfigurationError."""
    env = dict(os.environ) if environ is None else environ
    mode = env.get("APP_ENV", "embedded")
    if mode not in {"embedded", "production", "testing"}:
        raise ConfigurationError("APP_ENV is embedded, production or testing")
    if mode == "production" and env.get("APP_CLOCK"):
        raise ConfigurationError("APP_CLOCK moves the clock and is refused in production")
    data = _data_folder(env)
    return {
        "APP_ENV": mode,
        "APP_CLOCK": env.get("APP_CLOCK", ""),
        "DATA_DIR": str(data),
        "BLOB_DIR": env.get("BLOB_DIR") or str(data / "blobs"),
        "SECRET_KEY": _secret(env, mode, data),
        "SQLALCHEMY_DATABASE_URI": _database(env) or f"sqlite:///{data / 'portal.sqlite3'}",
        "TRUSTED_PROXIES": whole(env, "TRUSTED_PROXIES", 0),
        "PORTAL_OWNER": env.get("PORTAL_OWNER", ""),
        **_sessions(env, mode),
        **_passwords(env),
        **_uploads(),
        **_mail(env, mode),
        **_jobs(env),
        **_frameworks(env),
        **_languages(),
    }


def whole(env: Mapping[str, str], name: str, default: int, *, least: int = 0, most: int = 999_999) -> int:
    """Return the whole number a variable holds, `default` where it is empty. Raises ConfigurationError."""
    text = env.get(name, "").strip() or str(default)
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not least <= int(text) <= most:
        raise ConfigurationError(f"{name} is a whole number from {least} to {most}")
    return int(text)


def _data_folder(env: dict[str, str]) -> Path:
    data = Path(env.get("DATA_DIR") or ROOT / "var").resolve()
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as cannot:
        raise ConfigurationError(f"DATA_DIR {data} cannot be made: {cannot.strerror}") from cannot
    return data


def _database(env: dict[str, str]) -> str:
    """Return DATABASE_URL as given once a driver was found for it; it is never printed, since it holds a password."""
    url = env.get("DATABASE_URL", "")
    if url:
        try:
            make_url(url).get_dialect().import_dbapi()
        except (ArgumentError, ImportError, ValueError) as cannot:
            raise ConfigurationError("DATABASE_URL is no URL like postgresql+psycopg://user@host/name") from cannot
    return url


def _secret(env: dict[str, str], mode: str, data: Path) -> str:
    given = env.get("SECRET_KEY", "")
    if given:
        if mode == "production" and len(given) < 32:
            raise ConfigurationError("SECRET_KEY needs 32 characters or more in production")
        return given
    if mode == "production":
        raise ConfigurationError("SECRET_KEY is not set: production starts on no default secret")
    path = data / "secret_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
    return path.read_text()


def _sessions(env: dict[str, str], mode: str) -> dict[str, Any]:
    https = env.get("HTTPS", "1" if mode == "production" else "0") == "1"
    return {
        "SESSION_COOKIE_NAME": "__Host-portal" if https else "portal",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(minutes=whole(env, "IDLE_MINUTES", 60, least=1)),
        "WTF_CSRF_TIME_LIMIT": None,
        "HTTPS": https,
    }


def _passwords(env: dict[str, str]) -> dict[str, Any]:
    profile, hours = env.get("PASSWORD_PROFILE", "default"), env.get("FIRST_PASSWORD_HOURS", "72")
    if profile not in {"default", "local"}:
        raise ConfigurationError("PASSWORD_PROFILE is default or local")
    if not hours.isdecimal() or not 1 <= int(hours) <= 72:
        raise ConfigurationError("FIRST_PASSWORD_HOURS is a number from 1 to 72")
    return {"PASSWORD_PROFILE": profile, "FIRST_PASSWORD_TERM": timedelta(hours=int(hours))}


def _uploads() -> dict[str, Any]:
    return {
        "MAX_CONTENT_LENGTH": 52 * 1024 * 1024,
        "MAX_FORM_PARTS": 5000,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
    }


def _mail(env: Mapping[str, str], mode: str) -> dict[str, Any]:
    """Return how mail is sent; without SMTP_HOST it is not, and people are told on the portal alone."""
    host = env.get("SMTP_HOST", "").strip()
    security = env.get("SMTP_SECURITY", "starttls")
    if security not in {"starttls", "ssl", "none"}:
        raise ConfigurationError("SMTP_SECURITY is starttls, ssl or none")
    if security == "none" and env.get("SMTP_PASSWORD") and mode == "production":
        raise ConfigurationError("SMTP_SECURITY=none would send SMTP_PASSWORD in the clear")
    sender, base = env.get("MAIL_FROM", "").strip(), env.get("BASE_URL", "").strip().rstrip("/")
    if host and not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", sender):
        raise ConfigurationError("MAIL_FROM is the address mails come from, like cham-diem@tinh.gov.vn")
    if host and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", base):
        raise ConfigurationError("BASE_URL is where the portal is reached, like https://chamdiem.tinh.gov.vn")
    return {
        "SMTP_HOST": host,
        "SMTP_PORT": whole(env, "SMTP_PORT", 465 if security == "ssl" else 587, least=1, most=65_535),
        "SMTP_SECURITY": security,
        "SMTP_USER": env.get("SMTP_USER", ""),
        "SMTP_PASSWORD": env.get("SMTP_PASSWORD", ""),
        "SMTP_CA_FILE": env.get("SMTP_CA_FILE", ""),
        "MAIL_FROM": sender,
        "BASE_URL": base,
    }


def _jobs(env: Mapping[str, str]) -> dict[str, Any]:
    """Return where long work is announced, and how many workers `flask serve` runs itself (0: none)."""
    return {"REDIS_URL": env.get("REDIS_URL", ""), "JOB_WORKERS": whole(env, "JOB_WORKERS", 2, most=16)}


def _frameworks(env: dict[str, str]) -> dict[str, Any]:
    return {
        "FAB_CREATE_DB": False,
        "FAB_UPDATE_PERMS": False,
        "FAB_BASE_TEMPLATE": "shell/fab_base.html",
        "FAB_ADD_SECURITY_PERMISSION_VIEW": False,
        "FAB_ADD_SECURITY_VIEW_MENU_VIEW": False,
        "FAB_ADD_SECURITY_PERMISSION_VIEWS_VIEW": False,
        "FAB_ADD_MENU_API": False,
        "FAB_ADD_OPENAPI_VIEWS": False,
        "FAB_ADD_SECURITY_API": False,
        "FAB_API_SWAGGER_UI": False,
        "FAB_API_KEY_ENABLED": False,
        "AUTH_TYPE": 1,
        "AUTH_USER_REGISTRATION": False,
        "AUTH_RATE_LIMITED": True,
        "AUTH_RATE_LIMIT": "10 per minute",
        "RATELIMIT_ENABLED": True,
        "RATELIMIT_STORAGE_URI": env.get("REDIS_URL", "memory://"),
        "SQLALCHEMY_TRACK_MODIFICATIONS": False,
    }


def _languages() -> dict[str, Any]:
    return {
        "BABEL_DEFAULT_LOCALE": "vi",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        #: ours alone: Flask-AppBuilder puts its own folder before the one below
        "TRANSLATIONS_DIR": str(ROOT / "translations"),
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "LANGUAGES": {"vi": {"flag": "vn", "name": "Tiếng Việt"}, "en": {"flag": "gb", "name": "English"}},
    }
