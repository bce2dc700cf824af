"""Providers of OIDC to sign in with: a real one as a process, and one that can be made to lie."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
from fastapi import FastAPI, Form, Header, Response
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from geo_service.settings import PROJECT_ROOT
from tests.serving import served

CLIENT = "tryghedskort"
SECRET = "the secret of the tests"


@contextmanager
def real_provider(users: dict[str, dict[str, object]]) -> Iterator[str]:
    """Start the provider; yields its issuer when it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.oidc_provider", str(port), json.dumps(users)]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            issuer = f"http://127.0.0.1:{port}"
            transport = httpx.HTTPTransport(retries=9)  # waits longer each time
            with httpx.Client(transport=transport, timeout=60) as client:
                client.get(f"{issuer}/.well-known/openid-configuration").raise_for_status()
            yield issuer
        finally:
            process.terminate()


def signed_by_hand(claims: dict[str, Any], secret: bytes) -> str:
    """Return a token by HS256; no library lends itself to signing with a public key."""
    parts = [_b64(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims)]
    signed = ".".join(parts)
    return f"{signed}.{_b64(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class LyingIssuer:
    """An issuer of our own: its next token says, and is signed, as the test wants."""

    issuer: str = ""
    key: RSAKey | ECKey = field(default_factory=lambda: RSAKey.generate_key(2048))
    shown: list[Any] | None = None
    """Keys it shows instead of its own."""
    hmac_secret: bytes | None = None
    """What it signs with instead of its key, as if the two were the same kind of thing."""
    claims: dict[str, Any] = field(default_factory=dict)
    """Over the honest claims; None leaves one out."""
    answer: dict[str, Any] | None = None
    """Instead of a token."""
    metadata: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    status: int = 200
    nonce: str = ""
    redeemed: list[dict[str, str]] = field(default_factory=list)
    keys_fetched: int = 0

    def token(self) -> str:
        now = int(datetime.now(UTC).timestamp())
        honest = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "subject-1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
        }
        claims = {
            name: value for name, value in (honest | self.claims).items() if value is not None
        }
        if self.hmac_secret is not None:
            return signed_by_hand(claims, self.hmac_secret)
        algorithm = {"RSA": "RS256", "EC": "ES256"}[self.key.key_type]
        return jwt.encode({"alg": algorithm}, claims, self.key, algorithms=[algorithm])

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def configuration() -> dict[str, Any]:
            return (
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/jwks",
                    "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
                }
                | ({"userinfo_endpoint": f"{self.issuer}/me"} if self.userinfo else {})
                | self.metadata
            )

        @app.get("/jwks")
        def jwks() -> dict[str, Any]:
            self.keys_fetched += 1
            keys = [self.key] if self.shown is None else self.shown
            return {"keys": [key.as_dict(private=False) for key in keys]}

        @app.get("/me")
        def me(authorization: Annotated[str, Header()]) -> dict[str, Any]:
            assert authorization == "Bearer a"
            return self.userinfo or {}

        @app.post("/token")
        def token(
            response: Response, code: str = Form(), code_verifier: str = Form()
        ) -> dict[str, Any]:
            response.status_code = self.status
            self.redeemed.append({"code": code, "code_verifier": code_verifier})
            if self.answer is not None:
                return self.answer
            return {"access_token": "a", "token_type": "Bearer", "id_token": self.token()}

        return app

    @contextmanager
    def serving(self) -> Iterator[LyingIssuer]:
        with served(self.app()) as port:
            self.issuer = f"http://127.0.0.1:{port}"
            yield self
