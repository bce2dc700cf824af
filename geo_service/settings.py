"""Settings: `TRYGHED_*` environment variables, then `.env` in the working folder.

Nothing is read at import; `get_settings()` reads once per process. Secrets are never
settings: they are files in the folder of secrets, one per database role.
"""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "::1")


class Settings(BaseSettings):
    """Where things are and how the service listens."""

    model_config = SettingsConfigDict(
        env_prefix="TRYGHED_", env_file=".env", extra="ignore", frozen=True
    )

    state: Path = PROJECT_ROOT / ".tryghed"
    """Folder of the state: the embedded database, its secrets, logs and written maps."""

    database_url: str | None = None
    """A PostGIS database of your own; without it an embedded one is made in the state folder.
    A user named here is used for migrations only. A password left out is read from the secrets."""

    open_catalog: bool = False
    """True: a database of your own in which nobody is a superuser, so that the roles of the web
    see in its catalog how many rows closed tables have; the service then starts all the same."""

    secrets_dir: Path | None = None
    """Folder with one file per database role that holds its password (default: state/secrets)."""

    public_dir: Path | None = None
    """Folder with the residents' page alone, for `serve --public` (default: state/public)."""

    shared_data: Path = PROJECT_ROOT.parent / "shared" / "data"
    """Real data for tests marked `shared_data`; the service itself never reads it."""

    password_file: Path | None = None
    """File with the password that `login` and `--as` read where no terminal can ask for it."""

    host: str = "127.0.0.1"
    """Address the web service listens on. It speaks plain HTTP, so loopback only: a proxy in
    front of it speaks TLS."""

    host_is_private: bool = False
    """True: `host` is reached from this machine only, as in a container whose port is
    published on 127.0.0.1; the service then accepts an address that is not loopback."""

    port: int = Field(8470, ge=1, le=65535)
    """Port the web service listens on."""

    origin: str | None = None
    """The address browsers see, `https://tryghed.example.dk`, where a TLS proxy stands in front."""

    trusted_proxies: str = ""
    """Addresses or networks, comma-separated, whose X-Forwarded-For is believed; default none."""

    requests_per_minute: int = Field(1200, ge=1)
    """How many requests one session may make in a minute before it is asked to wait."""

    oidc_issuer: str | None = None
    """Issuer of an OIDC provider that people may sign in with; its discovery document is read."""

    oidc_client_id: str = ""
    """What the provider knows this service by; the secret is the file `oidc_client_secret`."""

    oidc_login_claim: str = "email"
    """Claim that is held against the login an administrator prepared, at first use."""

    oidc_name: str = "kommunens login"
    """What the provider is called on the sign-in page, after "Log ind med"."""

    wfs_url: str = "https://wfs-kbhkort.kk.dk/k101/ows"
    """Copenhagen's open WFS, asked by `demo --fetch-areas` and by nothing else."""

    theme_dir: Path | None = None
    """Folder with a municipality's own theme.css, logo and fonts (see docs/web.md)."""

    site_owner: str = ""
    """The authority that answers for the service, as it is named on its public statements."""

    contact_email: str = ""
    """Where somebody writes who cannot use a page."""

    contact_phone: str = ""
    """Where somebody rings who cannot use a page."""

    evening_contacts: str = ""
    """Whom to ring in the evening, by what they are and never by name, as `label: number`
    separated by semicolons; shown with 112 and 114 on tonight's page."""

    dpo_email: str = ""
    """Where the data protection officer is reached."""

    datafordeler_url: str = "https://wms.datafordeler.dk"
    """Where tiles of the optional background map are fetched; only with a key in the secrets."""

    tile_cache_mb: int = Field(500, ge=1)
    """How much room fetched tiles may take in the state folder, in megabytes."""

    tile_cache_days: float = Field(30, gt=0)
    """After how many days a tile is fetched anew."""

    @field_validator("datafordeler_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        """Accept http and https: nothing else is ever opened."""
        if not value.startswith(("https://", "http://")):
            raise ValueError("write an address such as https://wms.datafordeler.dk")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: str | None) -> str | None:
        """Accept `postgresql://…`, also with a socket folder as `?host=`."""
        if not value:
            return None
        try:
            name = make_url(value).get_backend_name()
        except ArgumentError as error:
            raise ValueError("write postgresql://user@host:5432/database") from error
        if name != "postgresql":
            raise ValueError("only PostgreSQL: postgresql://user@host:5432/database")
        return value

    @field_validator("origin", "oidc_issuer")
    @classmethod
    def _is_secure(cls, value: str | None) -> str | None:
        """Accept https, and plain http on this machine only; no user, query or fragment."""
        if not value:
            return None
        parts = urlsplit(value)
        plain = parts.scheme == "http" and parts.hostname in LOOPBACK_NAMES
        if not parts.hostname or not (parts.scheme == "https" or plain):
            raise ValueError("write https://HOST")
        if parts.username or parts.query or parts.fragment:
            raise ValueError("write https://HOST, without a user, a query or a fragment")
        return value

    @field_validator("origin")
    @classmethod
    def _has_no_path(cls, value: str | None) -> str | None:
        if value and urlsplit(value).path not in ("", "/"):
            raise ValueError("write https://HOST, without a path")
        return value.rstrip("/").lower() if value else None

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for one in filter(None, map(str.strip, value.split(","))):
            ip_network(one)
        return value

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> Self:
        if self.oidc_issuer and not (self.oidc_client_id and self.origin):
            raise ValueError("TRYGHED_OIDC_ISSUER needs TRYGHED_OIDC_CLIENT_ID and TRYGHED_ORIGIN")
        return self

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks whose word on where a request came from is taken."""
        listed = filter(None, map(str.strip, self.trusted_proxies.split(",")))
        return tuple(ip_network(one) for one in listed)

    @property
    def secrets(self) -> Path:
        """The folder of secrets in force."""
        return self.secrets_dir or self.state / "secrets"

    @property
    def maps_dir(self) -> Path:
        """Where map pages are written."""
        return self.state / "maps"

    @property
    def public_maps_dir(self) -> Path:
        """Where the public site's page is, and nothing else."""
        return self.public_dir or self.state / "public"


@cache
def get_settings() -> Settings:
    """Return the settings of this process; raises pydantic's ValidationError for a bad one."""
    return Settings()
