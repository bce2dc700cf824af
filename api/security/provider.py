"""The OIDC provider of the settings: authorization code with PKCE, and a token that is proven.

Discovery and keys are fetched when they are first needed and kept for an hour. Authlib and
joserfc know the protocol and the signatures; what is trusted is decided here: one issuer, one
audience, the nonce of this very sign-in, and no algorithm that a key of ours could be used for.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from geo_service.errors import NotReady, TryghedError
from geo_service.settings import LOOPBACK_NAMES, Settings
from geo_service.storage.sign_in_states import UnderWay
from geo_service.workflows.sign_in_oidc import Vouched

SECRET: Final = "oidc_client_secret"  # noqa: S105 - the name of a file
RETURN_PATH: Final = "/oidc/retur"
ALGORITHMS: Final = tuple(
    f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)
)
KEPT_S: Final = 3600.0
SOONEST_S: Final = 30.0
"""A key that is not known is looked for again, but not more often than this."""
PATIENCE_S: Final = 5.0
LEEWAY_S: Final = 60
MOST_BYTES: Final = 256 * 1024
LONGEST_SUBJECT: Final = 255


class NotProven(TryghedError):
    """What came back does not prove who somebody is; the message is for the log alone."""


@dataclass(frozen=True)
class Metadata:
    """What the discovery document says, as far as it is used."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    algorithms: tuple[str, ...]
    client_authentication: str
    userinfo_endpoint: str | None
    names_itself: bool
    """Whether it puts its issuer beside every code (RFC 9207)."""


@dataclass
class _Kept:
    value: Any
    at: float


class Provider:
    """One provider, as one process knows it."""

    def __init__(
        self,
        settings: Settings,
        *,
        client_secret: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer = settings.oidc_issuer or ""
        self.name = settings.oidc_name
        self._client_id = settings.oidc_client_id
        self._client_secret = client_secret
        self._login_claim = settings.oidc_login_claim
        self._redirect_uri = f"{settings.origin}{RETURN_PATH}"
        self._clock = clock
        self._metadata: _Kept | None = None
        self._keys: _Kept | None = None

    def address_for(self, under_way: UnderWay) -> str:
        """Return where to send a browser that wants to sign in."""
        address: str = prepare_grant_uri(
            self.metadata().authorization_endpoint,
            client_id=self._client_id,
            response_type="code",
            redirect_uri=self._redirect_uri,
            scope="openid email" if self._login_claim == "email" else "openid profile",
            state=under_way.state,
            nonce=under_way.nonce,
            code_challenge=create_s256_code_challenge(under_way.code_verifier),
            code_challenge_method="S256",
        )
        return address

    def vouched(self, under_way: UnderWay, *, code: str, named: str | None, now: int) -> Vouched:
        """Return whom the provider vouches for.

        `named` is the issuer that stood beside the code, if any did.

        Raises
        ------
        NotProven
            If the code is not taken, or the token is not for us, not for this sign-in, not
            signed by the provider or too old.
        NotReady
            If the provider does not answer.
        """
        metadata = self.metadata()
        if (named is not None or metadata.names_itself) and named != self.issuer:
            raise NotProven("the code is from another issuer")
        answer = self._redeem(metadata, under_way, code)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotProven("there is no ID token")
        claims = self._claims(metadata, token, under_way, answer.get("access_token"), now=now)
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise NotProven("there is no subject")
        if self._login_claim not in claims and metadata.userinfo_endpoint:
            # many providers put nothing but the subject in the token of a code
            claims = _told_of(subject, metadata.userinfo_endpoint, answer.get("access_token"))
        return Vouched(self.issuer, subject, self._login_of(claims))

    def metadata(self) -> Metadata:
        """Return what the provider says of itself."""
        if self._metadata is None or self._clock() - self._metadata.at > KEPT_S:
            address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            self._metadata = _Kept(self._read_metadata(_fetch(address)), self._clock())
        found: Metadata = self._metadata.value
        return found

    def _read_metadata(self, said: Mapping[str, Any]) -> Metadata:
        if said.get("issuer") != self.issuer:
            raise NotReady("The OIDC provider calls itself something else than the settings do.")
        offered = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        signed = said.get("id_token_signing_alg_values_supported") or ["RS256"]
        ways = ("client_secret_basic", "client_secret_post")
        return Metadata(
            authorization_endpoint=_secure(said.get("authorization_endpoint")),
            token_endpoint=_secure(said.get("token_endpoint")),
            jwks_uri=_secure(said.get("jwks_uri")),
            algorithms=tuple(one for one in ALGORITHMS if one in signed),
            client_authentication=next((way for way in ways if way in offered), ways[0]),
            userinfo_endpoint=_secure(told) if (told := said.get("userinfo_endpoint")) else None,
            names_itself=bool(said.get("authorization_response_iss_parameter_supported")),
        )

    def _redeem(self, metadata: Metadata, under_way: UnderWay, code: str) -> Mapping[str, Any]:
        """Exchange the code for tokens."""
        way = ClientAuth(self._client_id, self._client_secret, metadata.client_authentication)
        form = httpx.QueryParams(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self._redirect_uri,
            code_verifier=under_way.code_verifier,
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        uri, headers, body = way.prepare("POST", metadata.token_endpoint, headers, str(form))
        return _fetch(uri, headers=headers, body=body)

    def _claims(
        self,
        metadata: Metadata,
        token: str,
        under_way: UnderWay,
        access_token: object,
        *,
        now: int,
    ) -> Mapping[str, Any]:
        decoded = self._decoded(metadata, token)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self._client_id},
            },
            params={
                "nonce": under_way.nonce,
                "client_id": self._client_id,
                "access_token": access_token,
            },
        )
        try:
            claims.validate(now=now, leeway=LEEWAY_S)
        except (JoseError, TypeError, ValueError) as error:
            raise NotProven(f"the ID token: {error}") from error
        said: Mapping[str, Any] = decoded.claims
        return said

    def _decoded(self, metadata: Metadata, token: str) -> jwt.Token:
        """Return the token if one of the provider's keys signed it."""
        for anew in (False, True):
            try:
                keys = self._key_set(metadata, anew=anew)
                return jwt.decode(token, keys, algorithms=list(metadata.algorithms))
            except (JoseError, ValueError, TypeError) as error:
                failure = error
        raise NotProven(f"the ID token is not signed by the provider: {failure}") from failure

    def _key_set(self, metadata: Metadata, *, anew: bool) -> KeySet:
        age = None if self._keys is None else self._clock() - self._keys.at
        if self._keys is None or age is None or age > (SOONEST_S if anew else KEPT_S):
            said = _fetch(metadata.jwks_uri)
            keys = said.get("keys")
            if not isinstance(keys, list):
                raise NotReady("The OIDC provider shows no keys.")
            public = [key for key in keys if isinstance(key, dict) and key.get("kty") != "oct"]
            self._keys = _Kept(KeySet.import_key_set({"keys": public}), self._clock())
        found: KeySet = self._keys.value
        return found

    def _login_of(self, claims: Mapping[str, Any]) -> str | None:
        """Return the login, if the provider vouches for it: an e-mail has to be verified."""
        login = claims.get(self._login_claim)
        if not isinstance(login, str) or not login.strip():
            return None
        if self._login_claim == "email" and claims.get("email_verified") is not True:
            return None
        return login


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider of the settings, None if there is none.

    Raises
    ------
    NotReady
        If its secret is not in the folder of secrets.
    """
    if settings.oidc_issuer is None:
        return None
    file = settings.secrets / SECRET
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise NotReady(
            f"The secret that the OIDC provider gave this service cannot be read from {file} "
            f"({error.strerror}). Put it there, readable by the service alone."
        ) from error
    return Provider(settings, client_secret=secret)


def _secure(address: object) -> str:
    """Accept an address over TLS, and without it on this machine only."""
    parts = urlsplit(address if isinstance(address, str) else "")
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK_NAMES
    if not parts.hostname or not (parts.scheme == "https" or plain):
        raise NotReady("The OIDC provider names an address that is not https.")
    return parts.geturl()


def _told_of(subject: str, endpoint: str, access_token: object) -> Mapping[str, Any]:
    """Return what the provider says of somebody; `NotProven` if it is somebody else."""
    claims = _fetch(endpoint, headers={"Authorization": f"Bearer {access_token}"})
    if claims.get("sub") != subject:
        raise NotProven("the claims are of somebody else")
    return claims


def _fetch(
    address: str, *, headers: Mapping[str, str] | None = None, body: str | None = None
) -> Mapping[str, Any]:
    """Return an object in JSON; `NotProven` where the provider refuses, `NotReady` if silent."""
    method = "GET" if body is None else "POST"
    told = {"Accept": "application/json", **(headers or {})}
    try:
        with (
            httpx.Client(timeout=PATIENCE_S, follow_redirects=False) as client,
            client.stream(method, address, headers=told, content=body) as answer,
        ):
            content = bytearray()
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > MOST_BYTES:
                    raise NotReady("The OIDC provider says too much.")
            status = answer.status_code
        said = json.loads(content) if status == httpx.codes.OK else {}
    except (httpx.HTTPError, ValueError) as error:
        raise NotReady(f"The OIDC provider does not answer: {type(error).__name__}.") from error
    if body is not None and httpx.codes.is_client_error(status):
        raise NotProven(f"the code was not taken: {status}")
    if status != httpx.codes.OK or not isinstance(said, dict):
        raise NotReady(f"The OIDC provider answers with {status}.")
    return said
