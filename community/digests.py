"""Secrets that we hand out: how they are made, and the only form in which they are stored."""

import hashlib
import secrets


def secret_new(prefix: str = "") -> str:
    """Return a new secret with 256 bits of chance, safe in URLs. `prefix` says what it opens, for leak scanners."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret in hex. No salt is needed: nobody can guess 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
