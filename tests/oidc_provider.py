"""A real OIDC provider as a process of its own: `python -m tests.oidc_provider PORT USERS`.

It is oidc-provider-mock, which takes any code verifier; Authlib's own check of PKCE (RFC 7636)
is switched on here, and required. A process of its own, since it warns of what it imports.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import warnings
from typing import Any

warnings.simplefilter("ignore")
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import oidc_provider_mock._app as mock  # noqa: E402
import uvicorn  # noqa: E402
from authlib.integrations.flask_oauth2 import AuthorizationServer  # noqa: E402
from authlib.oauth2.rfc7636 import CodeChallenge  # noqa: E402
from oidc_provider_mock._storage import AuthorizationCode, Storage, User  # noqa: E402


class RequiredChallenge(CodeChallenge):  # type: ignore[misc]
    """No code is given away without a challenge, and none but S256 is a challenge."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        if not grant.request.payload.data.get("code_challenge"):
            raise mock.authlib.oauth2.rfc6749.InvalidRequestError("Missing 'code_challenge'")
        super().validate_code_challenge(grant, redirect_uri)


class Code(AuthorizationCode):  # type: ignore[misc]
    """A code that remembers its challenge."""

    code_challenge: str = ""
    code_challenge_method: str = "S256"


def remember_challenge() -> None:
    """Let a code that is stored carry the challenge of its request."""
    stored = Storage.store_authorization_code

    def store(self: Storage, code: AuthorizationCode) -> None:
        asked = mock.flask.request.args
        made = Code(**{one.name: getattr(code, one.name) for one in dataclasses.fields(code)})
        object.__setattr__(made, "code_challenge", asked["code_challenge"])
        object.__setattr__(made, "code_challenge_method", asked["code_challenge_method"])
        stored(self, made)

    Storage.store_authorization_code = store


def require_challenge() -> None:
    """Register the check with every authorization code grant."""
    registered = AuthorizationServer.register_grant

    def register(self: Any, grant: Any, extensions: Any = None) -> None:
        if grant is mock.AuthorizationCodeGrant:
            extensions = [*(extensions or ()), RequiredChallenge(required=True)]
        registered(self, grant, extensions)

    AuthorizationServer.register_grant = register


def main(port: int, users: dict[str, dict[str, object]]) -> None:
    """Serve until stopped; `users` are claims by subject."""
    remember_challenge()
    require_challenge()
    app = mock.app(
        require_nonce=True,
        user_claims=[User(sub=sub, claims=claims) for sub, claims in users.items()],
    )
    uvicorn.run(app, interface="wsgi", port=port, host="127.0.0.1", log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
