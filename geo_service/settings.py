"""Settings: `TRYGHED_*` environment variables, then `.env` in the working folder.

Nothing is read at import; `get_settings()` reads once per process. Secrets are never
settings: they are files in the folder of secrets, one per database role.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PROJECT_ROOT = Path(__file__).resolve().parent.parent


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

    secrets_dir: Path | None = None
    """Folder with one file per database role that holds its password (default: state/secrets)."""

    public_dir: Path | None = None
    """Folder with the residents' page alone, for `serve --public` (default: state/public)."""

    shared_data: Path = PROJECT_ROOT.parent / "shared" / "data"
    """Real data for tests marked `shared_data`; the service itself never reads it."""

    host: str = "127.0.0.1"
    """Address the web service listens on; there is no access control yet, so loopback only."""

    host_is_private: bool = False
    """True: `host` is reached from this machine only, as in a container whose port is
    published on 127.0.0.1; the service then accepts an address that is not loopback."""

    port: int = Field(8470, ge=1, le=65535)
    """Port the web service listens on."""

    wfs_url: str = "https://wfs-kbhkort.kk.dk/k101/ows"
    """Copenhagen's open WFS, asked by `demo --fetch-areas` and by nothing else."""

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
