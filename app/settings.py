"""Settings: one frozen object, read from the environment with the prefix NERVE_. All have defaults."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting of the product; `docs/settings.md` lists them, held by a test."""

    model_config = SettingsConfigDict(env_prefix="NERVE_", frozen=True, extra="ignore")

    database_url: str = "sqlite:///var/nerve.db"
    """`sqlite:///FILE`, or `postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE`."""
    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = Field(8000, ge=0, le=65535)
    """The port to listen on; 0 takes any that is free."""
    queue_limit: int = Field(20_000, ge=1)
    """How many events may wait for the recorder before posting is answered with 503."""
    round_gap_ms: int = Field(100, ge=0, le=10_000)
    """The least time between two assessments of a portfolio while events keep coming."""
    heartbeat_s: float = Field(5.0, gt=0, le=30)
    """How often a screen hears that the board is current."""
    public_url: str | None = None
    """How people reach this server, if not by host and port; used in links and to check origins."""
    static_dir: Path | None = None
    """Where the built SPA is, if not inside the package."""
    secure_cookies: bool = False
    """Send cookies over HTTPS only; set it behind TLS."""
