"""HTTP with the servers of this machine.

A client that may meet https reads all certificates of the system first: 45 ms of processor time, at every
call of `httpx.get` again. Nothing here is encrypted, so no certificate is read.
"""

import ssl
from typing import Final

import httpx

PLAIN: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody, and has read nothing."""
HTTP: Final = httpx.Client(
    verify=PLAIN, trust_env=False, timeout=60, limits=httpx.Limits(max_keepalive_connections=0)
)
"""A connection for each request: a server may be another one by the next."""
