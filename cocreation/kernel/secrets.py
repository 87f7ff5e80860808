"""Secrets that are shown once and stored as hashes: tokens, links, tickets."""

import hashlib
import secrets


def secret_new() -> tuple[str, str]:
    """Return a fresh secret (43 URL-safe characters, 256 bits) and the digest to store."""
    secret = secrets.token_urlsafe(32)
    return secret, secret_digest(secret)


def secret_digest(secret: str) -> str:
    """Return the SHA-256 of a secret as 64 hex digits. Secrets are random, so no salt or slow hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
